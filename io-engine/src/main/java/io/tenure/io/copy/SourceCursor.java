package io.tenure.io.copy;

import io.tenure.io.BlockDevice;
import io.tenure.io.extent.Extent;
import io.tenure.io.extent.ExtentSource;
import java.io.IOException;

/**
 * Walks over the source once and cuts it into pieces: data of at most one request, and runs that
 * are known to read as zero. After the source's end follows a run of zeroes to the destination's
 * end.
 *
 * <p>Pieces begin at multiples of a granule; where an extent does not, the data wins.
 */
final class SourceCursor {
    private final ExtentSource extents;
    private final long sourceBytes;
    private final long totalBytes;
    private final long pieceBytes;
    private final int granuleBytes;

    private long atBytes;
    private long runEndBytes;
    private boolean runIsZero;
    private long pieceOffsetBytes;
    private long pieceLengthBytes;
    private boolean pieceIsZero;

    /** Over a device, in pieces that fit a request and its pace. */
    static SourceCursor over(
            BlockDevice device,
            long totalBytes,
            int requestBytes,
            int unitBytes,
            RateLimiter limiter) {
        return new SourceCursor(
                device, totalBytes, limiter.pieceBytes(requestBytes, unitBytes), unitBytes);
    }

    SourceCursor(BlockDevice source, long totalBytes, long pieceBytes, int granuleBytes) {
        this.extents = source.extents();
        this.sourceBytes = source.geometry().sizeBytes();
        this.totalBytes = totalBytes;
        this.pieceBytes = pieceBytes;
        this.granuleBytes = granuleBytes;
    }

    /** Leaves out what lies before; for a cursor that has not moved yet. */
    SourceCursor startingAt(long offsetBytes) {
        atBytes = offsetBytes;
        return this;
    }

    boolean hasNext() {
        return atBytes < totalBytes;
    }

    /** Moves to the next piece. */
    void next() throws IOException {
        if (atBytes >= runEndBytes) {
            findRun();
        }
        pieceOffsetBytes = atBytes;
        pieceIsZero = runIsZero;
        long leftBytes = runEndBytes - atBytes;
        pieceLengthBytes = runIsZero ? leftBytes : Math.min(pieceBytes, leftBytes);
        atBytes += pieceLengthBytes;
        if (!runIsZero && atBytes == sourceBytes) {
            // The rest of the last, incomplete unit is padding of this piece.
            atBytes = Math.min(alignUp(atBytes), totalBytes);
        }
    }

    long pieceOffsetBytes() {
        return pieceOffsetBytes;
    }

    /** The piece's length in the source: of the last piece of data, without padding. */
    long pieceLengthBytes() {
        return pieceLengthBytes;
    }

    /** The piece's length in the destination. */
    long paddedLengthBytes() {
        return atBytes - pieceOffsetBytes;
    }

    boolean pieceIsZero() {
        return pieceIsZero;
    }

    private void findRun() throws IOException {
        if (atBytes >= sourceBytes) {
            setRun(totalBytes, true);
            return;
        }
        Extent extent = extents.extentAt(atBytes, sourceBytes - atBytes);
        if (extent.offsetBytes() != atBytes || extent.endBytes() > sourceBytes) {
            throw new IllegalStateException(
                    "asked for the extent at " + atBytes + ", was told " + extent);
        }
        long endBytes = extent.endBytes();
        if (extent.readsAsZero()) {
            if (endBytes == sourceBytes) {
                setRun(totalBytes, true);
                return;
            }
            long wholeBytes = endBytes & -(long) granuleBytes;
            if (wholeBytes > atBytes) {
                setRun(wholeBytes, true);
                return;
            }
        }
        setRun(Math.min(alignUp(endBytes), sourceBytes), false);
    }

    private void setRun(long endBytes, boolean zero) {
        runEndBytes = endBytes;
        runIsZero = zero;
    }

    private long alignUp(long bytes) {
        return (bytes + granuleBytes - 1) & -(long) granuleBytes;
    }
}
