package io.tenure.bindings.libc;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Requests to block devices, from {@code <linux/fs.h>}.
 *
 * <p>Results are as in {@link Libc}; on what is not a block device, {@code -ENOTTY} (a regular
 * file) or another error of the file system. Safe for use by any thread.
 */
public final class BlockIoctl {
    /** Writes the device's size in bytes to a u64. */
    public static final long BLKGETSIZE64 = 0x80081272L;

    /** Writes the logical sector size in bytes to an int. */
    public static final long BLKSSZGET = 0x1268L;

    /** Writes the physical sector size in bytes to an unsigned int. */
    public static final long BLKPBSZGET = 0x127BL;

    /** Writes to an int whether the device is read-only. */
    public static final long BLKROGET = 0x125EL;

    /** Discards a range: a u64 with the offset, one with the length. */
    public static final long BLKDISCARD = 0x1277L;

    /** Zeroes a range: a u64 with the offset, one with the length. */
    public static final long BLKZEROOUT = 0x127FL;

    private BlockIoctl() {}

    /**
     * The size of a device.
     *
     * @param fd the device
     * @return its bytes, or -errno
     */
    public static long sizeBytes(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(JAVA_LONG);
            int result = Libc.ioctl(fd, BLKGETSIZE64, answer);
            return result < 0 ? result : answer.get(JAVA_LONG, 0);
        }
    }

    /**
     * The smallest unit that the device addresses: what offset and length of direct I/O must be
     * multiples of.
     *
     * @param fd the device
     * @return its bytes, or -errno
     */
    public static int logicalSectorBytes(int fd) {
        return askInt(fd, BLKSSZGET);
    }

    /**
     * The smallest unit that the device writes without reading first.
     *
     * @param fd the device
     * @return its bytes, or -errno
     */
    public static int physicalSectorBytes(int fd) {
        return askInt(fd, BLKPBSZGET);
    }

    /**
     * Whether the device refuses writes.
     *
     * @param fd the device
     * @return 1 if read-only, 0 if not, or -errno
     */
    public static int readOnly(int fd) {
        return askInt(fd, BLKROGET);
    }

    /**
     * Tells the device that a range is not needed. What it reads as afterwards is the device's
     * choice: zero only where it says so.
     *
     * @param fd the device, open for writing
     * @param offsetBytes a multiple of the logical sector
     * @param lengthBytes a multiple of the logical sector
     * @return 0, or -errno; -EOPNOTSUPP when the device cannot
     */
    public static int discard(int fd, long offsetBytes, long lengthBytes) {
        return range(fd, BLKDISCARD, offsetBytes, lengthBytes);
    }

    /**
     * Makes a range read as zero, by the device's own means where it has any; the range may stay
     * allocated. It is durable after a flush, not before.
     *
     * @param fd the device, open for writing
     * @param offsetBytes a multiple of the logical sector
     * @param lengthBytes a multiple of the logical sector
     * @return 0, or -errno
     */
    public static int zeroOut(int fd, long offsetBytes, long lengthBytes) {
        return range(fd, BLKZEROOUT, offsetBytes, lengthBytes);
    }

    private static int askInt(int fd, long request) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(JAVA_INT);
            int result = Libc.ioctl(fd, request, answer);
            return result < 0 ? result : answer.get(JAVA_INT, 0);
        }
    }

    private static int range(int fd, long request, long offsetBytes, long lengthBytes) {
        try (Arena arena = Arena.ofConfined()) {
            return Libc.ioctl(fd, request, arena.allocateFrom(JAVA_LONG, offsetBytes, lengthBytes));
        }
    }
}
