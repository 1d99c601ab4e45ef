package io.tenure.io.copy;

import io.tenure.io.buffer.AlignedBuffer;
import io.tenure.io.engine.IoRequest;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** One of a copy's places for a request: the request, its buffer, and the piece it works on. */
final class CopySlot {
    final IoRequest request;
    final AlignedBuffer buffer;

    /** The buffer once more, for checksums. */
    final ByteBuffer view;

    /** Where the piece lies, on both devices. */
    long offsetBytes;

    /** The piece's length in the source. */
    int sourceBytes;

    /** The piece's length in the destination: with padding. */
    int paddedBytes;

    /** Which destination it is being written to. */
    int outputIndex;

    /** How much of the piece is dealt with, there. */
    int doneBytes;

    private final MemorySegment whole;

    CopySlot(int index, AlignedBuffer buffer, int requestBytes) {
        this.request = new IoRequest(index);
        this.buffer = buffer;
        this.whole = buffer.segment().asSlice(0, requestBytes);
        this.view = whole.asByteBuffer();
    }

    /**
     * A part of the buffer. The whole is there already, so that a full request allocates nothing.
     */
    MemorySegment memory(long fromBytes, long toBytes) {
        return fromBytes == 0 && toBytes == whole.byteSize()
                ? whole
                : whole.asSlice(fromBytes, toBytes - fromBytes);
    }

    /** Fills what the source does not have with zeroes. */
    void pad() {
        if (sourceBytes < paddedBytes) {
            memory(sourceBytes, paddedBytes).fill((byte) 0);
        }
    }

    void begin(SourceCursor cursor) {
        offsetBytes = cursor.pieceOffsetBytes();
        sourceBytes = (int) cursor.pieceLengthBytes();
        paddedBytes = (int) cursor.paddedLengthBytes();
        outputIndex = 0;
        doneBytes = 0;
    }
}
