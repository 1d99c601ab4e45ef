package io.tenure.jobs;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How much memory the buffers of jobs may take together, those of every runner that is given it.
 *
 * <p>Runners that wait for memory get it in turn: what becomes free is kept for the one that has
 * waited longest, until it suffices for its next job, so that the small jobs of one runner cannot
 * starve a large one of another.
 *
 * <p>Safe for use by many threads. The queues of its runners change only under its lock.
 */
public final class BufferBudget {
    /** The process's own, which runners share that are not given another. */
    public static final BufferBudget OF_PROCESS =
            new BufferBudget(JobSettings.DEFAULT_BUFFER_LIMIT_BYTES);

    private final long limitBytes;
    private final Deque<JobQueue> waiting = new ArrayDeque<>();
    private long usedBytes;

    /**
     * Creates a budget that nothing uses yet.
     *
     * @param limitBytes how much memory the buffers of all jobs that run may take together, 0 or
     *     more
     */
    public BufferBudget(long limitBytes) {
        if (limitBytes < 0) {
            throw new IllegalArgumentException("a limit of " + limitBytes + " bytes");
        }
        this.limitBytes = limitBytes;
    }

    /**
     * The limit.
     *
     * @return bytes; a job that needs more than this alone is not accepted
     */
    public long limitBytes() {
        return limitBytes;
    }

    /**
     * How much the jobs that run now have.
     *
     * @return bytes, 0 to {@link #limitBytes}
     */
    public synchronized long usedBytes() {
        return usedBytes;
    }

    /** Whether a job of this queue may have that much now; under the lock. */
    boolean hasRoom(JobQueue queue, long bytes) {
        JobQueue first = waiting.peekFirst();
        return (first == null || first.equals(queue)) && bytes <= limitBytes - usedBytes;
    }

    /** Notes that a job has memory. Its queue goes to the end of those that wait. */
    void take(JobQueue queue, long bytes) {
        if (bytes > 0) {
            usedBytes += bytes;
            waiting.remove(queue);
        }
    }

    /** Takes memory back; under the lock, as all below. Then {@link #startWaiting} is due. */
    void giveBack(long bytes) {
        usedBytes -= bytes;
    }

    /** Notes whether a queue's next job waits for memory; who waits already keeps its turn. */
    void setWaiting(JobQueue queue, boolean waits) {
        if (!waits) {
            waiting.remove(queue);
        } else if (!waiting.contains(queue)) {
            waiting.add(queue);
        }
    }

    /** Lets the queues that wait begin what now has room, in their turn. */
    void startWaiting() {
        JobQueue tried = null;
        JobQueue first = waiting.peekFirst();
        while (first != null && !first.equals(tried)) {
            first.startAllThatMay();
            tried = first;
            first = waiting.peekFirst();
        }
    }
}
