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
 * {@code struct sanlk_rindex}: where a resource index lies. 1104 bytes.
 *
 * <pre>
 *  0  u32  flags                 SANLK_RIF_
 *  4  u32  max_resources         how many entries it has room for
 *  8  u64  unused
 * 16  char lockspace_name[48]    NUL not required
 * 64  struct sanlk_disk disk
 * </pre>
 */
@SuppressWarnings("MemberName") // C names
public final class SanlkRindex {
    /** The layout of {@code struct sanlk_rindex}, {@code sanlock.h}. */
    public static final StructLayout LAYOUT =
            MemoryLayout.structLayout(
                            JAVA_INT.withName("flags"),
                            JAVA_INT.withName("max_resources"),
                            JAVA_LONG.withName("unused"),
                            MemoryLayout.sequenceLayout(SanlockConstants.SANLK_NAME_LEN, JAVA_BYTE)
                                    .withName("lockspace_name"),
                            SanlkDisk.LAYOUT.withName("disk"))
                    .withName("sanlk_rindex");

    private static final long FLAGS = LAYOUT.byteOffset(groupElement("flags"));
    private static final long MAX_RESOURCES = LAYOUT.byteOffset(groupElement("max_resources"));
    private static final long LOCKSPACE_NAME = LAYOUT.byteOffset(groupElement("lockspace_name"));
    private static final long DISK = LAYOUT.byteOffset(groupElement("disk"));

    private SanlkRindex() {}

    /**
     * Reads {@code flags}.
     *
     * @param struct the struct
     * @return SANLK_RIF_ flags
     */
    public static int flags(MemorySegment struct) {
        return struct.get(JAVA_INT, FLAGS);
    }

    /**
     * Writes {@code flags}.
     *
     * @param struct the struct
     * @param value SANLK_RIF_ flags
     */
    public static void flags(MemorySegment struct, int value) {
        struct.set(JAVA_INT, FLAGS, value);
    }

    /**
     * Reads {@code max_resources}.
     *
     * @param struct the struct
     * @return how many resources the index has room for; 0 for the default
     */
    public static int max_resources(MemorySegment struct) {
        return struct.get(JAVA_INT, MAX_RESOURCES);
    }

    /**
     * Writes {@code max_resources}.
     *
     * @param struct the struct
     * @param value how many resources the index has room for; 0 for the default
     */
    public static void max_resources(MemorySegment struct, int value) {
        struct.set(JAVA_INT, MAX_RESOURCES, value);
    }

    /**
     * Reads {@code lockspace_name}.
     *
     * @param struct the struct
     * @return the lockspace name
     */
    public static String lockspace_name(MemorySegment struct) {
        return FixedString.get(struct, LOCKSPACE_NAME, SanlockConstants.SANLK_NAME_LEN);
    }

    /**
     * Writes {@code lockspace_name} and zeros after it.
     *
     * @param struct the struct
     * @param value the lockspace name
     * @throws IllegalArgumentException if it is too long
     */
    public static void lockspace_name(MemorySegment struct, String value) {
        FixedString.put(struct, LOCKSPACE_NAME, SanlockConstants.SANLK_NAME_LEN, value);
    }

    /**
     * The member {@code disk}.
     *
     * @param struct the struct
     * @return a slice of it, see {@link SanlkDisk}
     */
    public static MemorySegment disk(MemorySegment struct) {
        return struct.asSlice(DISK, SanlkDisk.LAYOUT);
    }
}
