package io.tenure.io;

import io.tenure.bindings.Errno;
import io.tenure.bindings.libc.Libc;
import io.tenure.bindings.libc.Seek;
import io.tenure.io.extent.Extent;
import java.util.Objects;

/**
 * Extents of a regular file by SEEK_DATA and SEEK_HOLE, see lseek(2). Space that was reserved and
 * never written counts as a hole.
 */
final class FileExtents {
    private static final String OPERATION = "find data in";

    private FileExtents() {}

    static Extent extentAt(int fd, String name, long sizeBytes, long offsetBytes, long lengthBytes)
            throws TenureIoException {
        Objects.checkFromIndexSize(offsetBytes, lengthBytes, sizeBytes);
        long endBytes = offsetBytes + lengthBytes;
        long dataBytes = Libc.lseek(fd, offsetBytes, Seek.SEEK_DATA);
        if (dataBytes == -Errno.ENXIO) {
            // "No more data" is also what a file says that has become shorter.
            checkSize(fd, name, offsetBytes, lengthBytes);
            return new Extent(offsetBytes, lengthBytes, Extent.Kind.HOLE);
        }
        if (dataBytes == -Errno.EINVAL || dataBytes == -Errno.EOPNOTSUPP) {
            return new Extent(offsetBytes, lengthBytes, Extent.Kind.DATA); // it cannot tell
        }
        if (dataBytes < 0) {
            throw new TenureIoException(
                    OPERATION, name, offsetBytes, lengthBytes, (int) dataBytes, null);
        }
        if (dataBytes > offsetBytes) {
            return new Extent(
                    offsetBytes, Math.min(dataBytes, endBytes) - offsetBytes, Extent.Kind.HOLE);
        }
        long holeBytes = Libc.lseek(fd, offsetBytes, Seek.SEEK_HOLE);
        if (holeBytes <= offsetBytes) {
            // Changed between the two calls, or an error: to call it data is always right.
            return new Extent(offsetBytes, lengthBytes, Extent.Kind.DATA);
        }
        return new Extent(
                offsetBytes, Math.min(holeBytes, endBytes) - offsetBytes, Extent.Kind.DATA);
    }

    private static void checkSize(int fd, String name, long offsetBytes, long lengthBytes)
            throws TenureIoException {
        long nowBytes = Libc.lseek(fd, 0, Seek.SEEK_END);
        if (nowBytes < 0) {
            throw new TenureIoException(
                    OPERATION, name, offsetBytes, lengthBytes, (int) nowBytes, null);
        }
        if (nowBytes < offsetBytes + lengthBytes) {
            throw new TenureIoException(
                    OPERATION,
                    name,
                    offsetBytes,
                    lengthBytes,
                    TenureIoException.NO_ERRNO,
                    "unexpected end of file at offset " + nowBytes + ": it became shorter");
        }
    }
}
