package io.tenure.io.buffer;

import java.lang.foreign.MemorySegment;

/**
 * A buffer of a {@link BufferPool}. Whoever acquired it owns it until it goes back; while a request
 * that uses it is in flight, the engine does.
 */
public final class AlignedBuffer {
    private final int index;
    private final MemorySegment segment;

    AlignedBuffer(int index, MemorySegment segment) {
        this.index = index;
        this.segment = segment;
    }

    /**
     * The buffer's number in its pool.
     *
     * @return 0 to the pool's count less 1
     */
    public int index() {
        return index;
    }

    /**
     * The buffer's memory. Its content is whatever the last owner left.
     *
     * @return native memory, aligned at least to {@link BufferPool#ALIGNMENT_BYTES}, valid until
     *     the pool is closed
     */
    public MemorySegment segment() {
        return segment;
    }
}
