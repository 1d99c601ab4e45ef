package io.tenure.format;

import java.io.IOException;

/**
 * Whole and valid metadata of a format version that is newer than this software.
 *
 * <p>Nothing but magic, version and checksum of the block has been interpreted. What to do: use a
 * newer Tenure. Writing to such metadata would destroy it, so no copy of it is ever offered as a
 * place to write.
 */
public final class UnsupportedFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    /** The version found. */
    private final long foundVersion;

    /** The newest version this software reads. */
    private final int supportedVersion;

    /**
     * Creates the exception.
     *
     * @param what what was read, for example {@code "superblock copy A"}
     * @param foundVersion the version found, as an unsigned 32-bit number
     * @param supportedVersion the newest version that this software reads
     */
    public UnsupportedFormatException(String what, long foundVersion, int supportedVersion) {
        super(
                what
                        + " has format version "
                        + foundVersion
                        + "; this software reads versions up to "
                        + supportedVersion
                        + ": use a newer release of Tenure");
        this.foundVersion = foundVersion;
        this.supportedVersion = supportedVersion;
    }

    /**
     * Returns the version found on storage.
     *
     * @return the version, an unsigned 32-bit number
     */
    public long foundVersion() {
        return foundVersion;
    }

    /**
     * Returns the newest version that this software reads.
     *
     * @return the version
     */
    public int supportedVersion() {
        return supportedVersion;
    }
}
