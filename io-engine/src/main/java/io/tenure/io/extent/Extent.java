package io.tenure.io.extent;

import java.util.Objects;

/**
 * A range of a device, and what is known about its content.
 *
 * @param offsetBytes where it begins
 * @param lengthBytes how long it is, more than 0
 * @param kind what it holds
 */
public record Extent(long offsetBytes, long lengthBytes, Kind kind) {

    /** What an extent holds. */
    public enum Kind {
        /** Anything; it has to be read. */
        DATA,
        /** Nothing but zeroes, on storage that is allocated. */
        ZERO,
        /** Nothing: it reads as zero and needs no storage. */
        HOLE
    }

    /** Checks the values. */
    public Extent {
        Objects.requireNonNull(kind);
        if (lengthBytes <= 0) {
            throw new IllegalArgumentException("an extent of " + lengthBytes + " bytes");
        }
        Objects.checkFromIndexSize(offsetBytes, lengthBytes, Long.MAX_VALUE);
    }

    /**
     * Where the extent ends.
     *
     * @return the offset of the first byte after it
     */
    public long endBytes() {
        return offsetBytes + lengthBytes;
    }

    /**
     * Whether the extent is known to read as zero.
     *
     * @return true for {@link Kind#ZERO} and {@link Kind#HOLE}
     */
    public boolean readsAsZero() {
        return kind != Kind.DATA;
    }
}
