package io.tenure.bindings.libc;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * Sharing of storage between files, from {@code <linux/fs.h>}; see ioctl_ficlonerange(2).
 *
 * <p>{@code struct file_clone_range}, all in the machine's byte order:
 *
 * <table>
 * <caption>struct file_clone_range</caption>
 * <tr><th>offset</th><th>type</th><th>field</th></tr>
 * <tr><td>0</td><td>s64</td><td>src_fd</td></tr>
 * <tr><td>8</td><td>u64</td><td>src_offset</td></tr>
 * <tr><td>16</td><td>u64</td><td>src_length</td></tr>
 * <tr><td>24</td><td>u64</td><td>dest_offset</td></tr>
 * </table>
 *
 * <p>Safe for use by any thread.
 */
public final class FileClone {
    /** Makes a range of a file share the storage of a range of another. */
    public static final long FICLONERANGE = 0x4020940DL;

    /** {@code struct file_clone_range}. */
    public static final StructLayout LAYOUT =
            MemoryLayout.structLayout(
                            JAVA_LONG.withName("src_fd"),
                            JAVA_LONG.withName("src_offset"),
                            JAVA_LONG.withName("src_length"),
                            JAVA_LONG.withName("dest_offset"))
                    .withName("file_clone_range");

    private FileClone() {}

    /**
     * Makes a range of a file share the storage of a range of another file of the same file system.
     *
     * @param fd the file whose range is replaced, open for writing
     * @param offsetBytes where the range begins in it, a multiple of the file system's block
     * @param sourceFd the file whose range is shared, open for reading
     * @param sourceOffsetBytes where the range begins in it, a multiple of the file system's block
     * @param lengthBytes how long the range is, a multiple of the block or up to the source's end
     * @return 0, or -errno; -EOPNOTSUPP or -EXDEV where the files cannot share
     */
    public static int cloneRange(
            int fd, long offsetBytes, int sourceFd, long sourceOffsetBytes, long lengthBytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment range =
                    arena.allocateFrom(
                            JAVA_LONG, sourceFd, sourceOffsetBytes, lengthBytes, offsetBytes);
            return Libc.ioctl(fd, FICLONERANGE, range);
        }
    }
}
