package io.tenure.bindings.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The completion queue: the kernel writes entries and moves the tail, at any time; we read them and
 * move the head, both modulo 2^32. One thread uses it.
 *
 * <table>
 *   <caption>Who writes what, and the memory order</caption>
 *   <tr><th>word</th><th>writer</th><th>our access</th><th>why</th></tr>
 *   <tr><td>tail</td><td>kernel</td><td>acquire</td><td>the entries before it, and the memory that
 *       a read filled, are seen after it</td></tr>
 *   <tr><td>entry</td><td>kernel</td><td>plain</td><td>after the tail's acquire, before the head's
 *       release</td></tr>
 *   <tr><td>head</td><td>we</td><td>release</td><td>we have read an entry before the kernel writes
 *       it again</td></tr>
 * </table>
 */
public final class CompletionQueue {
    private static final VarHandle INT = JAVA_INT.varHandle();

    private final MemorySegment ring;
    private final long headAt;
    private final long tailAt;
    private final long entriesAt;
    private final int entryCount;
    private final int mask;
    private int head; // only this thread moves it

    CompletionQueue(MemorySegment ring, MemorySegment params) {
        this.ring = ring;
        this.headAt = IoUringParams.completionOffset(params, "head");
        this.tailAt = IoUringParams.completionOffset(params, "tail");
        this.entriesAt = IoUringParams.completionOffset(params, "cqes");
        this.entryCount = IoUringParams.completionEntries(params);
        this.mask = ring.get(JAVA_INT, IoUringParams.completionOffset(params, "ring_mask"));
        this.head = (int) INT.getAcquire(ring, headAt);
    }

    /**
     * How many completions the queue holds. More are kept by the kernel until there is room.
     *
     * @return a power of two
     */
    public int entryCount() {
        return entryCount;
    }

    /**
     * How many completions wait.
     *
     * @return those that {@link #userData}, {@link #result} and {@link #advance} may be called for
     */
    public int ready() {
        return (int) INT.getAcquire(ring, tailAt) - head; // before the loads from the entries
    }

    /**
     * Which request the first waiting completion belongs to.
     *
     * @return as given to {@link Sqe#userData}
     */
    public long userData() {
        return ring.get(JAVA_LONG, entryAt() + Cqe.USER_DATA);
    }

    /**
     * How the first waiting completion ended.
     *
     * @return bytes transferred, or -errno
     */
    public int result() {
        return ring.get(JAVA_INT, entryAt() + Cqe.RES);
    }

    /** Gives the first waiting completion's place back to the kernel. */
    public void advance() {
        head++;
        INT.setRelease(ring, headAt, head); // after the loads from the entry
    }

    private long entryAt() {
        return entriesAt + (head & mask) * Cqe.LAYOUT.byteSize();
    }
}
