package io.tenure.bindings.sanlock;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.tenure.bindings.internal.FixedString;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * {@code struct sanlk_options}: the optional last argument of {@code sanlock_acquire}. 56 bytes.
 *
 * <pre>
 *  0  char owner_name[48]   NUL not required
 * 48  u32  flags
 * 52  u32  len              ignored
 * 56  char str[]            ignored
 * </pre>
 */
@SuppressWarnings("MemberName") // C names
public final class SanlkOptions {
    /** The layout of {@code struct sanlk_options}, {@code sanlock.h}. */
    public static final StructLayout LAYOUT =
            MemoryLayout.structLayout(
                            MemoryLayout.sequenceLayout(SanlockConstants.SANLK_NAME_LEN, JAVA_BYTE)
                                    .withName("owner_name"),
                            JAVA_INT.withName("flags"),
                            JAVA_INT.withName("len"),
                            MemoryLayout.sequenceLayout(0, JAVA_BYTE).withName("str"))
                    .withName("sanlk_options");

    private static final long OWNER_NAME = LAYOUT.byteOffset(groupElement("owner_name"));
    private static final long FLAGS = LAYOUT.byteOffset(groupElement("flags"));

    private SanlkOptions() {}

    /**
     * Reads {@code owner_name}.
     *
     * @param struct the struct
     * @return a name for people, shown by the daemon's status
     */
    public static String owner_name(MemorySegment struct) {
        return FixedString.get(struct, OWNER_NAME, SanlockConstants.SANLK_NAME_LEN);
    }

    /**
     * Writes {@code owner_name} and zeros after it.
     *
     * @param struct the struct
     * @param value a name for people, shown by the daemon's status
     * @throws IllegalArgumentException if it is too long
     */
    public static void owner_name(MemorySegment struct, String value) {
        FixedString.put(struct, OWNER_NAME, SanlockConstants.SANLK_NAME_LEN, value);
    }

    /**
     * Reads {@code flags}.
     *
     * @param struct the struct
     * @return flags, of which there are none yet
     */
    public static int flags(MemorySegment struct) {
        return struct.get(JAVA_INT, FLAGS);
    }

    /**
     * Writes {@code flags}.
     *
     * @param struct the struct
     * @param value flags, of which there are none yet
     */
    public static void flags(MemorySegment struct, int value) {
        struct.set(JAVA_INT, FLAGS, value);
    }
}
