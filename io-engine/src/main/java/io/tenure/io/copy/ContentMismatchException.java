package io.tenure.io.copy;

import java.io.IOException;

/** What was read back from a destination is not what was copied to it. */
public final class ContentMismatchException extends IOException {
    private static final long serialVersionUID = 1L;

    /** On what. */
    private final String path;

    /** Where the first range that differs begins. */
    private final long offsetBytes;

    /** How long it is. */
    private final long lengthBytes;

    /**
     * Creates the exception.
     *
     * @param path the destination, as its user knows it
     * @param offsetBytes where the first range that differs begins
     * @param lengthBytes how long it is
     * @param detail the checksums, and what to do
     */
    ContentMismatchException(String path, long offsetBytes, long lengthBytes, String detail) {
        super(
                "cannot verify %s, %d bytes at offset %d: %s"
                        .formatted(path, lengthBytes, offsetBytes, detail));
        this.path = path;
        this.offsetBytes = offsetBytes;
        this.lengthBytes = lengthBytes;
    }

    /**
     * On what device it was found.
     *
     * @return the destination's name
     */
    public String path() {
        return path;
    }

    /**
     * Where the first range that differs begins.
     *
     * @return bytes from the beginning of the device
     */
    public long offsetBytes() {
        return offsetBytes;
    }

    /**
     * How long the first range that differs is: within it something is wrong.
     *
     * @return bytes
     */
    public long lengthBytes() {
        return lengthBytes;
    }
}
