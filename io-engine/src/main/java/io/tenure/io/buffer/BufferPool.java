package io.tenure.io.buffer;

import org.jspecify.annotations.Nullable;

/**
 * A fixed number of buffers of one size, cut from one region on huge pages. What does not fit is
 * not there: the pool never grows.
 *
 * <p>May be used by any thread. The memory is given back by {@link #close}, which is refused while
 * a buffer is out, because a request in flight may still use it.
 */
@SuppressWarnings("DoNotCallSuggester") // until the C library is linked
public final class BufferPool implements AutoCloseable {

    /** 4096: the page, and at least every sector in use. */
    public static final int ALIGNMENT_BYTES = 4096;

    /** 1 GiB: 64 requests of the largest size; a pool beyond it is a mistake in the caller. */
    public static final long MAXIMUM_BYTES = 1L << 30;

    private BufferPool() {}

    /**
     * Makes a pool. All of its memory is there when this returns.
     *
     * @param count how many buffers
     * @param bufferBytes the size of each, a multiple of {@link #ALIGNMENT_BYTES}
     * @return the pool
     */
    public static BufferPool allocate(int count, int bufferBytes) {
        throw new AssertionError("not linked yet");
    }

    /**
     * Takes a buffer, without waiting.
     *
     * @return a buffer, or null when all are out
     * @throws IllegalStateException the pool is closed
     */
    public @Nullable AlignedBuffer tryAcquire() {
        throw new AssertionError("not linked yet");
    }

    /**
     * Gives a buffer back.
     *
     * @param buffer a buffer of this pool that is out
     * @throws IllegalStateException it is not out, or of another pool
     */
    public void release(AlignedBuffer buffer) {
        throw new AssertionError("not linked yet");
    }

    /**
     * Gives the memory back. Closing again does nothing.
     *
     * @throws IllegalStateException a buffer is out; nothing was given back
     */
    @Override
    public void close() {
        throw new AssertionError("not linked yet");
    }
}
