package io.tenure.io;

/** What a device is opened for. */
public enum Access {
    /** Reads only. */
    READ_ONLY,
    /** Reads and writes. */
    READ_WRITE,
    /**
     * Reads and writes; a block device that is mounted, or that somebody else opened exclusively,
     * is refused ({@code O_EXCL} without {@code O_CREAT}, open(2)). For a file the same as {@link
     * #READ_WRITE}. Only this host is asked: other hosts are kept away by leases.
     */
    READ_WRITE_EXCLUSIVE
}
