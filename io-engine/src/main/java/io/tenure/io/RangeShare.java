package io.tenure.io;

import io.tenure.bindings.Errno;
import io.tenure.bindings.libc.FileClone;

/** Shares storage between files by FICLONERANGE; see ioctl_ficlonerange(2). */
final class RangeShare {
    /** What is returned for two files that cannot share. */
    static final int CANNOT = 1;

    /** Where no file has data: Linux's largest file, down to a multiple of 64 KiB. */
    private static final long BEHIND_ALL_DATA_BYTES = Long.MAX_VALUE & -65536L;

    /** The length of a range that goes to the source's end, wherever that is. */
    private static final long TO_THE_END = 0;

    private RangeShare() {}

    /**
     * Makes a range of a file share the storage of the same range of another.
     *
     * @return 0, {@link #CANNOT}, or -errno
     */
    static int share(int fd, int fromFd, long offsetBytes, long lengthBytes) {
        int result = call(fd, fromFd, offsetBytes, offsetBytes, lengthBytes);
        return result == -Errno.EINVAL ? CANNOT : result;
    }

    /**
     * Asks whether a file system can share between two files, and changes nothing: by a range from
     * behind the source's end to its end. Who does not know the request, or is not the file system
     * of both, says so before that range is looked at; who does says EINVAL. That is also the
     * answer of some which know the request and refuse it for these two files.
     *
     * @return 0, {@link #CANNOT}, or -errno
     */
    static int ask(int fd, int fromFd) {
        int result = call(fd, fromFd, 0, BEHIND_ALL_DATA_BYTES, TO_THE_END);
        return result == -Errno.EINVAL ? 0 : result;
    }

    private static int call(
            int fd, int fromFd, long offsetBytes, long fromOffsetBytes, long lengthBytes) {
        int result;
        do {
            result = FileClone.cloneRange(fd, offsetBytes, fromFd, fromOffsetBytes, lengthBytes);
        } while (result == -Errno.EINTR);
        return switch (-result) {
            // What ioctl_ficlonerange(2) names for files that cannot share, besides EINVAL, and
            // what others say that do not know the request.
            case Errno.EOPNOTSUPP, Errno.EXDEV, Errno.ETXTBSY, Errno.ENOTTY, Errno.ENOSYS -> CANNOT;
            default -> result;
        };
    }
}
