package io.tenure.io;

import io.tenure.bindings.Errno;
import io.tenure.bindings.libc.BlockIoctl;
import io.tenure.bindings.libc.Fallocate;
import io.tenure.bindings.libc.Libc;
import io.tenure.bindings.libc.MappedRegion;
import io.tenure.io.internal.Transfer;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Makes a range of one open file or block device read as zero: tries what costs least first, and
 * remembers what the device said it cannot do.
 *
 * <p>On a block device the kernel takes a punched hole as "zero, and unmap if you can, but do not
 * write zeroes yourself", and BLKZEROOUT as "zero, and keep it mapped, writing if need be" (block
 * layer: blkdev_issue_zeroout).
 */
final class RangeZero {
    private static final int PUNCH_HOLE = 1;
    private static final int ZERO_RANGE = 1 << 1;
    private static final int ZERO_OUT = 1 << 2;

    private static final int FILE_MAY_DEALLOCATE = PUNCH_HOLE | ZERO_RANGE;
    private static final int FILE_KEEP_ALLOCATED = ZERO_RANGE;
    private static final int BLOCK_MAY_DEALLOCATE = PUNCH_HOLE | ZERO_OUT;
    private static final int BLOCK_KEEP_ALLOCATED = ZERO_OUT;

    private final Geometry geometry;
    private volatile int refused;

    RangeZero(Geometry geometry) {
        this.geometry = geometry;
    }

    /**
     * Zeroes an aligned range.
     *
     * @return 0, or -errno
     * @throws IOException there is no memory for a buffer of zeroes
     */
    long zero(int fd, long offsetBytes, long lengthBytes, Zeroing zeroing) throws IOException {
        int methods = methods(zeroing) & ~refused;
        while (methods != 0) {
            int method = Integer.lowestOneBit(methods);
            int result = call(method, fd, offsetBytes, lengthBytes);
            if (!isRefusal(result)) {
                return result;
            }
            refuse(method);
            methods &= ~method;
        }
        return write(fd, offsetBytes, lengthBytes);
    }

    // Two threads may lose each other's bit; then the device is asked, and refuses, once more.
    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void refuse(int method) {
        refused |= method;
    }

    private int methods(Zeroing zeroing) {
        return switch (zeroing) {
            case MAY_DEALLOCATE ->
                    geometry.blockDevice() ? BLOCK_MAY_DEALLOCATE : FILE_MAY_DEALLOCATE;
            case KEEP_ALLOCATED ->
                    geometry.blockDevice() ? BLOCK_KEEP_ALLOCATED : FILE_KEEP_ALLOCATED;
        };
    }

    private static int call(int method, int fd, long offsetBytes, long lengthBytes) {
        int result;
        do {
            result =
                    switch (method) {
                        case PUNCH_HOLE ->
                                Libc.fallocate(
                                        fd,
                                        Fallocate.FALLOC_FL_PUNCH_HOLE
                                                | Fallocate.FALLOC_FL_KEEP_SIZE,
                                        offsetBytes,
                                        lengthBytes);
                        case ZERO_RANGE ->
                                Libc.fallocate(
                                        fd,
                                        Fallocate.FALLOC_FL_ZERO_RANGE
                                                | Fallocate.FALLOC_FL_KEEP_SIZE,
                                        offsetBytes,
                                        lengthBytes);
                        default -> BlockIoctl.zeroOut(fd, offsetBytes, lengthBytes);
                    };
        } while (result == -Errno.EINTR);
        return result;
    }

    /** What file systems and drivers answer to a call that they do not have. */
    private static boolean isRefusal(int result) {
        return result == -Errno.EOPNOTSUPP
                || result == -Errno.ENOSYS
                || result == -Errno.ENOTTY
                || result == -Errno.EREMOTEIO; // a target that has the command but not for us
    }

    private long write(int fd, long offsetBytes, long lengthBytes) throws IOException {
        MemorySegment zeroes = Zeroes.segment();
        long endBytes = offsetBytes + lengthBytes;
        long atBytes = offsetBytes;
        while (atBytes < endBytes) {
            long stepBytes = Math.min(zeroes.byteSize(), endBytes - atBytes);
            long result =
                    Transfer.write(
                            Libc::pwrite,
                            fd,
                            zeroes.asSlice(0, stepBytes),
                            atBytes,
                            geometry.offsetAlignment());
            if (result < 0) {
                return result;
            }
            atBytes += stepBytes;
        }
        return 0;
    }

    /** Memory that is zero for ever, made when first needed and shared by all. */
    private static final class Zeroes {
        /** 1 MiB: measured, larger writes gain nothing. */
        private static final long BYTES = 1L << 20;

        private static @Nullable MappedRegion region;

        private Zeroes() {}

        static synchronized MemorySegment segment() throws IOException {
            MappedRegion mapped = region;
            if (mapped == null) {
                mapped = MappedRegion.anonymous(BYTES);
                region = mapped;
            }
            return mapped.segment().asReadOnly();
        }
    }
}
