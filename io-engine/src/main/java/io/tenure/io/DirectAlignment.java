package io.tenure.io;

import io.tenure.bindings.Errno;
import io.tenure.bindings.libc.BlockIoctl;
import io.tenure.bindings.libc.Libc;
import io.tenure.bindings.libc.Seek;
import io.tenure.bindings.libc.Statx;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What alignment direct I/O needs on one open file.
 *
 * <p>A block device says so itself. A file system says so since Linux 6.1 (STATX_DIOALIGN), if it
 * was taught to. Otherwise a read is tried, on data, because holes are read without a check; where
 * there is no data, 4096 is right everywhere.
 */
final class DirectAlignment {
    /** The smallest sector of a disk, and what is tried first. */
    static final int SMALLEST_BYTES = 512;

    /** The largest sector in use. */
    static final int SAFE_BYTES = 4096;

    private DirectAlignment() {}

    static Geometry ofBlock(int fd, String name, Statx.Result status) throws TenureIoException {
        long sizeBytes = BlockIoctl.sizeBytes(fd);
        if (sizeBytes < 0) {
            throw new TenureIoException("ask the size of", name, (int) sizeBytes, null);
        }
        int sectorBytes = BlockIoctl.logicalSectorBytes(fd);
        if (sectorBytes < 0) {
            throw new TenureIoException("ask the sector size of", name, sectorBytes, null);
        }
        int memoryBytes = says(status) ? status.dioMemoryAlign() : sectorBytes;
        return new Geometry(sizeBytes, sectorBytes, Math.max(1, memoryBytes), sectorBytes, true);
    }

    /** Whether the file system says that this file cannot be used past the page cache. */
    static boolean isRefused(Statx.Result status) {
        return says(status) && status.dioOffsetAlign() == 0;
    }

    /** The alignment of offsets and, where the file system does not tell it, of memory. */
    static int ofFile(int fd, Statx.Result status) {
        if (says(status)) {
            return status.dioOffsetAlign();
        }
        long dataBytes = Libc.lseek(fd, 0, Seek.SEEK_DATA);
        if (dataBytes < 0 || dataBytes + SAFE_BYTES > status.sizeBytes()) {
            return SAFE_BYTES;
        }
        return isReadable(fd, dataBytes & -(long) SAFE_BYTES) ? SMALLEST_BYTES : SAFE_BYTES;
    }

    static Geometry fileGeometry(Statx.Result status, int alignmentBytes, long sizeBytes) {
        int memoryBytes =
                says(status) && status.dioMemoryAlign() > 0
                        ? status.dioMemoryAlign()
                        : alignmentBytes;
        return new Geometry(sizeBytes, alignmentBytes, memoryBytes, alignmentBytes, false);
    }

    private static boolean says(Statx.Result status) {
        return status.has(Statx.STATX_DIOALIGN);
    }

    /** Whether a read of the smallest unit works, into memory that is aligned no better. */
    private static boolean isReadable(int fd, long offsetBytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory =
                    arena.allocate(2L * SAFE_BYTES, SAFE_BYTES)
                            .asSlice(SMALLEST_BYTES, SMALLEST_BYTES);
            long result;
            do {
                result = Libc.pread(fd, memory, SMALLEST_BYTES, offsetBytes + SMALLEST_BYTES);
            } while (result == -Errno.EINTR);
            return result == SMALLEST_BYTES;
        }
    }
}
