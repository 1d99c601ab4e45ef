package io.tenure.io.buffer;

import io.tenure.bindings.libc.MappedRegion;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of buffers of one size, cut from one region on huge pages. What does not fit is
 * not there: the pool never grows.
 *
 * <p>May be used by any thread. The memory is given back by {@link #close}, which is refused while
 * a buffer is out, because a request in flight may still use it.
 */
public final class BufferPool implements AutoCloseable {

    /** 4096: the page, and at least every sector in use. */
    public static final int ALIGNMENT_BYTES = 4096;

    /** 1 GiB: 64 requests of the largest size; a pool beyond it is a mistake in the caller. */
    public static final long MAXIMUM_BYTES = 1L << 30;

    private final MappedRegion region;
    private final int bufferBytes;
    private final AlignedBuffer[] all;
    private final AlignedBuffer[] free; // a stack: the buffer last used is still in the cache
    private final boolean[] out;
    private int freeCount;
    private boolean closed;

    private BufferPool(MappedRegion region, int count, int bufferBytes) {
        this.region = region;
        this.bufferBytes = bufferBytes;
        this.all = new AlignedBuffer[count];
        this.free = new AlignedBuffer[count];
        this.out = new boolean[count];
        MemorySegment memory = region.segment();
        for (int i = 0; i < count; i++) {
            all[i] = new AlignedBuffer(i, memory.asSlice((long) i * bufferBytes, bufferBytes));
            free[count - 1 - i] = all[i];
        }
        freeCount = count;
    }

    /**
     * Makes a pool. All of its memory is present when this returns. That the system gave no huge
     * pages for it is logged once.
     *
     * @param count how many buffers, at least 1
     * @param bufferBytes the size of each, a multiple of {@link #ALIGNMENT_BYTES}
     * @return the pool
     * @throws IOException there is not enough memory
     * @throws IllegalArgumentException the sizes are not as above, or more than {@link
     *     #MAXIMUM_BYTES} together
     */
    public static BufferPool allocate(int count, int bufferBytes) throws IOException {
        if (count < 1 || bufferBytes < ALIGNMENT_BYTES || bufferBytes % ALIGNMENT_BYTES != 0) {
            throw new IllegalArgumentException(
                    "%d buffers of %d bytes: at least 1, each a multiple of %d"
                            .formatted(count, bufferBytes, ALIGNMENT_BYTES));
        }
        long bytes = (long) count * bufferBytes;
        if (bytes > MAXIMUM_BYTES) {
            throw new IllegalArgumentException(
                    "a pool of %d bytes: at most %d".formatted(bytes, MAXIMUM_BYTES));
        }
        MappedRegion region = MappedRegion.anonymous(bytes);
        HugePages.look(region);
        return new BufferPool(region, count, bufferBytes);
    }

    /**
     * How many buffers the pool has.
     *
     * @return the count, whether they are out or not
     */
    public int count() {
        return all.length;
    }

    /**
     * The size of a buffer.
     *
     * @return bytes
     */
    public int bufferBytes() {
        return bufferBytes;
    }

    /**
     * The memory of all buffers, for an engine that wants to know it beforehand.
     *
     * @return one segment, valid until the pool is closed
     */
    public MemorySegment memory() {
        return region.segment();
    }

    /**
     * Takes a buffer, without waiting.
     *
     * @return a buffer, or null when all are out
     * @throws IllegalStateException the pool is closed
     */
    public synchronized @Nullable AlignedBuffer tryAcquire() {
        if (closed) {
            throw new IllegalStateException("the pool is closed");
        }
        if (freeCount == 0) {
            return null;
        }
        freeCount--;
        AlignedBuffer buffer = free[freeCount];
        out[buffer.index()] = true;
        return buffer;
    }

    /**
     * Gives a buffer back.
     *
     * @param buffer a buffer of this pool that is out
     * @throws IllegalStateException it is not out, or of another pool
     */
    public synchronized void release(AlignedBuffer buffer) {
        int index = buffer.index();
        if (index >= all.length || all[index] != buffer || !out[index]) {
            throw new IllegalStateException("buffer " + index + " is not out of this pool");
        }
        out[index] = false;
        free[freeCount] = buffer;
        freeCount++;
    }

    /**
     * Gives the memory back. Closing again does nothing.
     *
     * @throws IllegalStateException a buffer is out; nothing was given back
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        if (freeCount < all.length) {
            throw new IllegalStateException(
                    (all.length - freeCount) + " buffers are out; a request may still use them");
        }
        closed = true;
        region.close();
    }
}
