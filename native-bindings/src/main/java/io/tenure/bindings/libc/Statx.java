package io.tenure.bindings.libc;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * {@code struct statx} and its constants, from {@code <sys/stat.h>}, {@code <linux/stat.h>} and
 * {@code <fcntl.h>}.
 *
 * <table>
 *   <caption>Layout, 256 bytes; the fields that {@link Result} holds</caption>
 *   <tr><th>offset</th><th>size</th><th>field</th></tr>
 *   <tr><td>0</td><td>4</td><td>stx_mask</td></tr>
 *   <tr><td>4</td><td>4</td><td>stx_blksize</td></tr>
 *   <tr><td>28</td><td>2</td><td>stx_mode</td></tr>
 *   <tr><td>32</td><td>8</td><td>stx_ino</td></tr>
 *   <tr><td>40</td><td>8</td><td>stx_size</td></tr>
 *   <tr><td>48</td><td>8</td><td>stx_blocks</td></tr>
 *   <tr><td>128</td><td>4 + 4</td><td>stx_rdev_major, stx_rdev_minor</td></tr>
 *   <tr><td>136</td><td>4 + 4</td><td>stx_dev_major, stx_dev_minor</td></tr>
 *   <tr><td>152</td><td>4 + 4</td><td>stx_dio_mem_align, stx_dio_offset_align</td></tr>
 * </table>
 */
public final class Statx {
    /** {@code struct statx_timestamp}. */
    public static final StructLayout TIMESTAMP_LAYOUT =
            MemoryLayout.structLayout(
                            JAVA_LONG.withName("tv_sec"),
                            JAVA_INT.withName("tv_nsec"),
                            MemoryLayout.paddingLayout(4))
                    .withName("statx_timestamp");

    /** The struct. */
    public static final StructLayout LAYOUT =
            MemoryLayout.structLayout(
                            JAVA_INT.withName("stx_mask"),
                            JAVA_INT.withName("stx_blksize"),
                            JAVA_LONG.withName("stx_attributes"),
                            JAVA_INT.withName("stx_nlink"),
                            JAVA_INT.withName("stx_uid"),
                            JAVA_INT.withName("stx_gid"),
                            JAVA_SHORT.withName("stx_mode"),
                            MemoryLayout.paddingLayout(2),
                            JAVA_LONG.withName("stx_ino"),
                            JAVA_LONG.withName("stx_size"),
                            JAVA_LONG.withName("stx_blocks"),
                            JAVA_LONG.withName("stx_attributes_mask"),
                            TIMESTAMP_LAYOUT.withName("stx_atime"),
                            TIMESTAMP_LAYOUT.withName("stx_btime"),
                            TIMESTAMP_LAYOUT.withName("stx_ctime"),
                            TIMESTAMP_LAYOUT.withName("stx_mtime"),
                            JAVA_INT.withName("stx_rdev_major"),
                            JAVA_INT.withName("stx_rdev_minor"),
                            JAVA_INT.withName("stx_dev_major"),
                            JAVA_INT.withName("stx_dev_minor"),
                            JAVA_LONG.withName("stx_mnt_id"),
                            JAVA_INT.withName("stx_dio_mem_align"),
                            JAVA_INT.withName("stx_dio_offset_align"),
                            MemoryLayout.paddingLayout(96))
                    .withName("statx");

    /** Want or got the file's type. */
    public static final int STATX_TYPE = 0x0001;

    /** Want or got the permission bits. */
    public static final int STATX_MODE = 0x0002;

    /** Want or got the inode number. */
    public static final int STATX_INO = 0x0100;

    /** Want or got the size. */
    public static final int STATX_SIZE = 0x0200;

    /** Want or got the allocated blocks. */
    public static final int STATX_BLOCKS = 0x0400;

    /** Want or got what the older stat(2) tells. */
    public static final int STATX_BASIC_STATS = 0x07ff;

    /** Want or got the alignment for direct I/O; since Linux 6.1, and not on every file system. */
    public static final int STATX_DIOALIGN = 0x2000;

    /** As the directory descriptor: a relative path starts at the current directory. */
    public static final int AT_FDCWD = -100;

    /** With an empty path: the descriptor itself. */
    public static final int AT_EMPTY_PATH = 0x1000;

    /** Do not follow a symbolic link at the end of the path. */
    public static final int AT_SYMLINK_NOFOLLOW = 0x100;

    /** On a network file system: ask the server. */
    public static final int AT_STATX_FORCE_SYNC = 0x2000;

    /** On a network file system: what is cached will do. */
    public static final int AT_STATX_DONT_SYNC = 0x4000;

    /** The bits of the mode that tell the type. */
    public static final int S_IFMT = 0xf000;

    /** The type of a directory. */
    public static final int S_IFDIR = 0x4000;

    /** The type of a block device. */
    public static final int S_IFBLK = 0x6000;

    /** The type of a regular file. */
    public static final int S_IFREG = 0x8000;

    /** The type of a symbolic link. */
    public static final int S_IFLNK = 0xa000;

    private Statx() {}

    /**
     * Reads the struct.
     *
     * @param struct what {@link Libc#statx} filled
     * @return its values
     */
    public static Result decode(MemorySegment struct) {
        return new Result(
                int32(struct, "stx_mask"),
                Short.toUnsignedInt(struct.get(JAVA_SHORT, offset("stx_mode"))),
                int64(struct, "stx_ino"),
                int64(struct, "stx_size"),
                int64(struct, "stx_blocks"),
                int32(struct, "stx_blksize"),
                int32(struct, "stx_dev_major"),
                int32(struct, "stx_dev_minor"),
                int32(struct, "stx_rdev_major"),
                int32(struct, "stx_rdev_minor"),
                int32(struct, "stx_dio_mem_align"),
                int32(struct, "stx_dio_offset_align"));
    }

    private static int int32(MemorySegment struct, String field) {
        return struct.get(JAVA_INT, offset(field));
    }

    private static long int64(MemorySegment struct, String field) {
        return struct.get(JAVA_LONG, offset(field));
    }

    private static long offset(String field) {
        return LAYOUT.byteOffset(PathElement.groupElement(field));
    }

    /**
     * A file's status. A value counts only if its bit in the mask is set.
     *
     * @param mask which values the file system gave, {@code STATX_} constants
     * @param mode type and permission bits
     * @param inode the inode number
     * @param sizeBytes the size; 0 for a block device
     * @param blocks how many 512-byte blocks are allocated
     * @param preferredIoBytes the block size for efficient I/O
     * @param deviceMajor major number of the device that holds the file
     * @param deviceMinor its minor number
     * @param specialMajor of a device file: its major number
     * @param specialMinor of a device file: its minor number
     * @param dioMemoryAlign what a buffer's address must be a multiple of for direct I/O, in bytes;
     *     0 when the file does not support direct I/O. The kernel does not always refuse others:
     *     Linux 6.18 lets a buffer pass that lies within one page
     * @param dioOffsetAlign what offset and length must be multiples of for direct I/O, in bytes; 0
     *     when the file does not support direct I/O
     */
    public record Result(
            int mask,
            int mode,
            long inode,
            long sizeBytes,
            long blocks,
            int preferredIoBytes,
            int deviceMajor,
            int deviceMinor,
            int specialMajor,
            int specialMinor,
            int dioMemoryAlign,
            int dioOffsetAlign) {

        /**
         * Whether the file system gave a value.
         *
         * @param bits {@code STATX_} constants
         * @return true if it gave all of them
         */
        public boolean has(int bits) {
            return (mask & bits) == bits;
        }

        /**
         * Whether it is a regular file.
         *
         * @return true if so
         */
        public boolean isRegularFile() {
            return (mode & S_IFMT) == S_IFREG;
        }

        /**
         * Whether it is a block device.
         *
         * @return true if so
         */
        public boolean isBlockDevice() {
            return (mode & S_IFMT) == S_IFBLK;
        }

        /**
         * Whether it is a directory.
         *
         * @return true if so
         */
        public boolean isDirectory() {
            return (mode & S_IFMT) == S_IFDIR;
        }
    }
}
