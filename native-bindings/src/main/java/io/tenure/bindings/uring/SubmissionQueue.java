package io.tenure.bindings.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The submission queue: we write entries and move the tail, the kernel reads them and moves the
 * head, both modulo 2^32. The kernel looks only while {@link Ring#enter} runs, and takes no notice
 * of what lies behind the tail. One thread, the ring's submitter, uses it.
 *
 * <table>
 *   <caption>Who writes what, and the memory order</caption>
 *   <tr><th>word</th><th>writer</th><th>our access</th><th>why</th></tr>
 *   <tr><td>entry, array</td><td>we</td><td>plain</td><td>the tail's release comes after</td></tr>
 *   <tr><td>tail</td><td>we</td><td>release</td><td>the kernel's acquire sees the entries</td></tr>
 *   <tr><td>head</td><td>kernel</td><td>acquire</td><td>it has read an entry before we write it
 *       again</td></tr>
 * </table>
 */
public final class SubmissionQueue {
    private static final VarHandle INT = JAVA_INT.varHandle();

    private final MemorySegment ring;
    private final long headAt;
    private final long tailAt;
    private final int entryCount;
    private final int mask;
    private final Sqe entry;
    private int tail; // only this thread moves it
    private int published;

    SubmissionQueue(MemorySegment ring, MemorySegment entries, MemorySegment params) {
        this.ring = ring;
        this.headAt = IoUringParams.submissionOffset(params, "head");
        this.tailAt = IoUringParams.submissionOffset(params, "tail");
        this.entryCount = IoUringParams.submissionEntries(params);
        this.mask = ring.get(JAVA_INT, IoUringParams.submissionOffset(params, "ring_mask"));
        this.entry = new Sqe(entries);
        this.tail = (int) INT.getAcquire(ring, tailAt);
        this.published = tail;
    }

    /** Lets place i of the ring stand for entry i, once and for all. */
    void fillArray(long arrayAtBytes) {
        for (int i = 0; i < entryCount; i++) {
            ring.set(JAVA_INT, arrayAtBytes + (long) i * Integer.BYTES, i);
        }
    }

    /**
     * How many requests the queue holds.
     *
     * @return a power of two
     */
    public int entryCount() {
        return entryCount;
    }

    /**
     * The next free entry, all zero. The kernel does not see it before {@link #publish}.
     *
     * @return the entry, valid until the next call
     * @throws IllegalStateException the queue is full
     */
    public Sqe next() {
        if (pending() == entryCount) {
            throw new IllegalStateException(entryCount + " entries wait to be submitted already");
        }
        return entry.moveTo(tail++ & mask);
    }

    /** Lets the kernel see the entries that were filled. */
    public void publish() {
        if (published != tail) {
            INT.setRelease(ring, tailAt, tail); // after the stores into the entries
            published = tail;
        }
    }

    /**
     * How many entries the kernel has not taken.
     *
     * @return filled entries, published or not
     */
    public int pending() {
        return tail - (int) INT.getAcquire(ring, headAt); // it has read what is before the head
    }

    /**
     * Takes back the entries that the kernel has not taken. Only between two calls of {@link
     * Ring#enter}, when the kernel does not look.
     *
     * @return how many: the last ones that were filled
     */
    public int withdraw() {
        int count = pending();
        tail -= count;
        publish();
        return count;
    }
}
