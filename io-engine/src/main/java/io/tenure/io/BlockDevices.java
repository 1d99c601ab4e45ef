package io.tenure.io;

import java.nio.file.Path;

/** Opens block devices and files for direct I/O. */
public final class BlockDevices {

    private BlockDevices() {}

    /**
     * Opens a block device or a regular file, past the page cache ({@code O_DIRECT}).
     *
     * <p>Where a file system has no direct I/O, a file opened {@link Access#READ_ONLY} is read
     * through the page cache, which {@link FileDevice#direct} tells and one warning says; one
     * opened for writing is refused, because what lies in the page cache is written long after the
     * process that holds the lease has gone.
     *
     * @param path the device or file; links are followed
     * @param access what for
     * @return the opened device
     * @throws TenureIoException it cannot be opened, is in use, or is neither of the two
     */
    public static FileDevice open(Path path, Access access) throws TenureIoException {
        return FileOpener.open(path, access);
    }

    /**
     * Creates a file for reading and writing that reads as zero from end to end and takes no space
     * yet. The file's name is durable when this returns.
     *
     * @param path the file; it must not exist
     * @param sizeBytes its size. It is rounded up to the file's alignment, as {@link
     *     Geometry#sizeBytes} tells
     * @return the opened file
     * @throws TenureIoException it cannot be created; nothing is left behind
     */
    public static FileDevice create(Path path, long sizeBytes) throws TenureIoException {
        return FileOpener.create(path, sizeBytes);
    }
}
