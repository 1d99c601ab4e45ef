package io.tenure.io;

import io.tenure.bindings.Errno;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * An operation on a device or file failed.
 *
 * <p>The message names the operation, the path, the range and the error by its C name, and says
 * what to do where that is known. The parts are there for programs.
 */
public final class TenureIoException extends IOException {
    private static final long serialVersionUID = 1L;

    /** The offset and the length of an operation that has no range, such as open or flush. */
    public static final long NO_RANGE = -1;

    /** The error number of a failure that no system call reported, such as an early end of file. */
    public static final int NO_ERRNO = 0;

    /** What was tried. */
    private final String operation;

    /** On what. */
    private final String path;

    /** Where the range begins, or -1. */
    private final long offsetBytes;

    /** How long the range is, or -1. */
    private final long lengthBytes;

    /** The error number, or 0. */
    private final int errno;

    /**
     * Creates the exception of a failed operation on a range.
     *
     * @param operation what was tried: "read", "write", "zero" ...
     * @param path the device or file, as its user knows it
     * @param offsetBytes where the range begins, or {@link #NO_RANGE}
     * @param lengthBytes how long the range is, or {@link #NO_RANGE}
     * @param errno the error number as in errno(3), positive or negative, or {@link #NO_ERRNO}
     * @param detail what else is known, and what to do; null for nothing
     */
    public TenureIoException(
            String operation,
            String path,
            long offsetBytes,
            long lengthBytes,
            int errno,
            @Nullable String detail) {
        super(message(operation, path, offsetBytes, lengthBytes, Math.abs(errno), detail));
        this.operation = operation;
        this.path = path;
        this.offsetBytes = offsetBytes;
        this.lengthBytes = lengthBytes;
        this.errno = Math.abs(errno);
    }

    /**
     * Creates the exception of a failed operation that has no range.
     *
     * @param operation what was tried: "open", "flush" ...
     * @param path the device or file, as its user knows it
     * @param errno the error number as in errno(3), positive or negative, or {@link #NO_ERRNO}
     * @param detail what else is known, and what to do; null for nothing
     */
    public TenureIoException(String operation, String path, int errno, @Nullable String detail) {
        this(operation, path, NO_RANGE, NO_RANGE, errno, detail);
    }

    /**
     * The exception of a system call that failed on a range, with what is to be done about it where
     * the error tells.
     *
     * @param operation what was tried: "read", "write", "zero" ...
     * @param path the device or file, as its user knows it
     * @param offsetBytes where the range begins
     * @param lengthBytes how long the range is
     * @param errno the error number as in errno(3), positive or negative
     * @return the exception
     */
    public static TenureIoException of(
            String operation, String path, long offsetBytes, long lengthBytes, int errno) {
        return new TenureIoException(
                operation, path, offsetBytes, lengthBytes, errno, advice(Math.abs(errno)));
    }

    /**
     * What was tried.
     *
     * @return the operation's name, such as "write"
     */
    public String operation() {
        return operation;
    }

    /**
     * On what it was tried.
     *
     * @return the device or file
     */
    public String path() {
        return path;
    }

    /**
     * Where the range begins.
     *
     * @return bytes from the beginning of the device, or {@link #NO_RANGE}
     */
    public long offsetBytes() {
        return offsetBytes;
    }

    /**
     * How long the range is.
     *
     * @return bytes, or {@link #NO_RANGE}
     */
    public long lengthBytes() {
        return lengthBytes;
    }

    /**
     * The error number.
     *
     * @return as in errno(3), positive, or {@link #NO_ERRNO}
     */
    public int errno() {
        return errno;
    }

    private static @Nullable String advice(int errno) {
        return switch (errno) {
            case Errno.ENOSPC -> "no space is left behind it: make room, then run the job again";
            case Errno.EDQUOT -> "the owner's quota is used up";
            case Errno.EBADF -> "it was not opened for this";
            default -> null;
        };
    }

    private static String message(
            String operation,
            String path,
            long offsetBytes,
            long lengthBytes,
            int errno,
            @Nullable String detail) {
        StringBuilder text =
                new StringBuilder("cannot ").append(operation).append(' ').append(path);
        if (lengthBytes != NO_RANGE) {
            text.append(", ").append(lengthBytes).append(" bytes");
        }
        if (offsetBytes != NO_RANGE) {
            text.append(" at offset ").append(offsetBytes);
        }
        if (errno != NO_ERRNO) {
            text.append(": ").append(Errno.describe(errno));
        }
        if (detail != null) {
            text.append(": ").append(detail);
        }
        return text.toString();
    }
}
