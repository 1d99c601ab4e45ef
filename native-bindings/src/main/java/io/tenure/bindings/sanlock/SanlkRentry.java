package io.tenure.bindings.sanlock;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tenure.bindings.internal.FixedString;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * {@code struct sanlk_rentry}: one entry of a resource index. 64 bytes.
 *
 * <pre>
 *  0  char name[48]    NUL not required
 * 48  u64  offset      of the resource, from the beginning of the file or device
 * 56  u32  flags
 * 60  u32  unused
 * </pre>
 */
@SuppressWarnings("MemberName") // C names
public final class SanlkRentry {
    /** The layout of {@code struct sanlk_rentry}, {@code sanlock.h}. */
    public static final StructLayout LAYOUT =
            MemoryLayout.structLayout(
                            MemoryLayout.sequenceLayout(SanlockConstants.SANLK_NAME_LEN, JAVA_BYTE)
                                    .withName("name"),
                            JAVA_LONG.withName("offset"),
                            JAVA_INT.withName("flags"),
                            JAVA_INT.withName("unused"))
                    .withName("sanlk_rentry");

    private static final long NAME = LAYOUT.byteOffset(groupElement("name"));
    private static final long OFFSET = LAYOUT.byteOffset(groupElement("offset"));
    private static final long FLAGS = LAYOUT.byteOffset(groupElement("flags"));

    private SanlkRentry() {}

    /**
     * Reads {@code name}.
     *
     * @param struct the struct
     * @return the resource name
     */
    public static String name(MemorySegment struct) {
        return FixedString.get(struct, NAME, SanlockConstants.SANLK_NAME_LEN);
    }

    /**
     * Writes {@code name} and zeros after it.
     *
     * @param struct the struct
     * @param value the resource name
     * @throws IllegalArgumentException if it is too long
     */
    public static void name(MemorySegment struct, String value) {
        FixedString.put(struct, NAME, SanlockConstants.SANLK_NAME_LEN, value);
    }

    /**
     * Reads {@code offset}.
     *
     * @param struct the struct
     * @return where the resource lies, in bytes from the beginning of the file or device
     */
    public static long offset(MemorySegment struct) {
        return struct.get(JAVA_LONG, OFFSET);
    }

    /**
     * Writes {@code offset}.
     *
     * @param struct the struct
     * @param value where the resource lies, in bytes from the beginning of the file or device
     */
    public static void offset(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, OFFSET, value);
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
