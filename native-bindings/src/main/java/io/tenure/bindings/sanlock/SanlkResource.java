package io.tenure.bindings.sanlock;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tenure.bindings.internal.FixedString;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import java.util.Objects;

/**
 * {@code struct sanlk_resource}: a resource, followed by its disks. 128 bytes, and 1040 for each
 * disk.
 *
 * <pre>
 *   0  char lockspace_name[48]      NUL not required
 *  48  char name[48]                NUL not required
 *  96  u64  lver                    with SANLK_RES_LVER
 * 104  u64  data64
 * 112  u32  data32
 * 116  u32  unused
 * 120  u32  flags                   SANLK_RES_
 * 124  u32  num_disks
 * 128  struct sanlk_disk disks[]
 * </pre>
 */
@SuppressWarnings("MemberName") // C names
public final class SanlkResource {
    /** The layout of {@code struct sanlk_resource}, {@code sanlock.h}. */
    public static final StructLayout LAYOUT =
            MemoryLayout.structLayout(
                            MemoryLayout.sequenceLayout(SanlockConstants.SANLK_NAME_LEN, JAVA_BYTE)
                                    .withName("lockspace_name"),
                            MemoryLayout.sequenceLayout(SanlockConstants.SANLK_NAME_LEN, JAVA_BYTE)
                                    .withName("name"),
                            JAVA_LONG.withName("lver"),
                            JAVA_LONG.withName("data64"),
                            JAVA_INT.withName("data32"),
                            JAVA_INT.withName("unused"),
                            JAVA_INT.withName("flags"),
                            JAVA_INT.withName("num_disks"),
                            MemoryLayout.sequenceLayout(0, SanlkDisk.LAYOUT).withName("disks"))
                    .withName("sanlk_resource");

    private static final long LOCKSPACE_NAME = LAYOUT.byteOffset(groupElement("lockspace_name"));
    private static final long NAME = LAYOUT.byteOffset(groupElement("name"));
    private static final long LVER = LAYOUT.byteOffset(groupElement("lver"));
    private static final long DATA64 = LAYOUT.byteOffset(groupElement("data64"));
    private static final long DATA32 = LAYOUT.byteOffset(groupElement("data32"));
    private static final long FLAGS = LAYOUT.byteOffset(groupElement("flags"));
    private static final long NUM_DISKS = LAYOUT.byteOffset(groupElement("num_disks"));

    private SanlkResource() {}

    /**
     * Allocates a zeroed resource with room for its disks, and sets {@code num_disks}.
     *
     * @param allocator where from
     * @param diskCount how many disks, 1 to {@code SANLK_MAX_DISKS}
     * @return the struct with its disks
     */
    public static MemorySegment allocate(SegmentAllocator allocator, int diskCount) {
        Objects.checkIndex(diskCount - 1, SanlockConstants.SANLK_MAX_DISKS);
        MemorySegment struct =
                allocator.allocate(
                        LAYOUT.byteSize() + diskCount * SanlkDisk.LAYOUT.byteSize(),
                        LAYOUT.byteAlignment());
        num_disks(struct, diskCount);
        return struct;
    }

    /**
     * One of the disks that follow.
     *
     * @param struct a resource from {@link #allocate}
     * @param diskIndex which, from 0
     * @return a slice of it, see {@link SanlkDisk}
     */
    public static MemorySegment disks(MemorySegment struct, int diskIndex) {
        Objects.checkIndex(diskIndex, num_disks(struct));
        return struct.asSlice(
                LAYOUT.byteSize() + diskIndex * SanlkDisk.LAYOUT.byteSize(), SanlkDisk.LAYOUT);
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
     * Reads {@code lver}.
     *
     * @param struct the struct
     * @return the lease version
     */
    public static long lver(MemorySegment struct) {
        return struct.get(JAVA_LONG, LVER);
    }

    /**
     * Writes {@code lver}.
     *
     * @param struct the struct
     * @param value the lease version
     */
    public static void lver(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, LVER, value);
    }

    /**
     * Reads {@code flags}.
     *
     * @param struct the struct
     * @return SANLK_RES_ flags
     */
    public static int flags(MemorySegment struct) {
        return struct.get(JAVA_INT, FLAGS);
    }

    /**
     * Writes {@code flags}.
     *
     * @param struct the struct
     * @param value SANLK_RES_ flags
     */
    public static void flags(MemorySegment struct, int value) {
        struct.set(JAVA_INT, FLAGS, value);
    }

    /**
     * Reads {@code num_disks}.
     *
     * @param struct the struct
     * @return how many disks follow
     */
    public static int num_disks(MemorySegment struct) {
        return struct.get(JAVA_INT, NUM_DISKS);
    }

    /**
     * Writes {@code num_disks}.
     *
     * @param struct the struct
     * @param value how many disks follow
     */
    public static void num_disks(MemorySegment struct, int value) {
        struct.set(JAVA_INT, NUM_DISKS, value);
    }

    /**
     * Reads {@code data64}.
     *
     * @param struct the struct
     * @return data of some commands
     */
    public static long data64(MemorySegment struct) {
        return struct.get(JAVA_LONG, DATA64);
    }

    /**
     * Writes {@code data64}.
     *
     * @param struct the struct
     * @param value data of some commands
     */
    public static void data64(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, DATA64, value);
    }

    /**
     * Reads {@code data32}.
     *
     * @param struct the struct
     * @return data of some commands; with SANLK_RES_NUM_HOSTS the new num_hosts
     */
    public static int data32(MemorySegment struct) {
        return struct.get(JAVA_INT, DATA32);
    }

    /**
     * Writes {@code data32}.
     *
     * @param struct the struct
     * @param value data of some commands; with SANLK_RES_NUM_HOSTS the new num_hosts
     */
    public static void data32(MemorySegment struct, int value) {
        struct.set(JAVA_INT, DATA32, value);
    }
}
