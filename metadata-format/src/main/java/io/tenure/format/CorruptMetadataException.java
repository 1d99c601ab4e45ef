package io.tenure.format;

import java.io.IOException;

/**
 * Metadata on storage that cannot be what Tenure wrote: damaged, misplaced, or not Tenure's.
 *
 * <p>The message names what was read, the field and the value found. Nothing can be concluded from
 * the bytes; in particular they never mean "free" or "empty".
 */
public class CorruptMetadataException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was read, the field, the value found, and what it must be
     */
    public CorruptMetadataException(String message) {
        super(message);
    }

    /**
     * Creates the exception with the check that failed.
     *
     * @param message what was read, the field, the value found, and what it must be
     * @param cause the check that failed
     */
    public CorruptMetadataException(String message, Throwable cause) {
        super(message, cause);
    }
}
