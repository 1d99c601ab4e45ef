package io.tenure.jobs;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.Executor;

/**
 * Decides which job of a runner begins next. Starts a job when there is a place for it and memory
 * for its buffers, in the order in which the jobs came.
 *
 * <p>A job that waits for memory holds back all that came after it and need memory too: what
 * becomes free is kept for it until it suffices, so that small jobs cannot starve a large one. Jobs
 * that need none pass, since they take nothing from it.
 *
 * <p>Safe for use by many threads. Calls the executor and nothing else of others.
 */
final class JobQueue {
    private record Entry(Runnable work, long bufferBytes) {}

    private final int places;
    private final int waitingLimit;
    private final long bufferLimitBytes;
    private final Executor executor;
    private final Deque<Entry> waiting = new ArrayDeque<>();
    private int running;
    private long usedBytes;

    /**
     * Creates an empty queue.
     *
     * @param places how many jobs run at once, at least 1
     * @param waitingLimit how many more may wait, at least 1
     * @param bufferLimitBytes how much memory all that run may need together
     * @param executor runs them; has a thread for each place
     */
    JobQueue(int places, int waitingLimit, long bufferLimitBytes, Executor executor) {
        if (places < 1 || waitingLimit < 1 || bufferLimitBytes < 0) {
            throw new IllegalArgumentException(
                    "%d places, %d may wait, %d bytes"
                            .formatted(places, waitingLimit, bufferLimitBytes));
        }
        this.places = places;
        this.waitingLimit = waitingLimit;
        this.bufferLimitBytes = bufferLimitBytes;
        this.executor = executor;
    }

    /** Whether there could ever be memory for a job. */
    boolean canEverHold(long bufferBytes) {
        return bufferBytes <= bufferLimitBytes;
    }

    /**
     * Takes a job, to begin now or later.
     *
     * @param work the job, run once
     * @param bufferBytes what it needs of memory from its begin to its end
     * @return false if it would have to wait and too many do
     */
    synchronized boolean offer(Runnable work, long bufferBytes) {
        if (bufferBytes < 0 || !canEverHold(bufferBytes)) {
            throw new IllegalArgumentException(bufferBytes + " bytes");
        }
        Entry entry = new Entry(work, bufferBytes);
        waiting.add(entry);
        try {
            startAllThatMay();
        } catch (RuntimeException | Error e) {
            waiting.remove(entry);
            throw e;
        }
        if (waiting.size() <= waitingLimit) {
            return true;
        }
        waiting.removeLast(); // none came after it
        return false;
    }

    /** Takes a job back that has not begun; nothing happens if it has. */
    synchronized void withdraw(Runnable work) {
        if (waiting.removeIf(entry -> entry.work().equals(work))) {
            startAllThatMay(); // it may have been what the others waited behind
        }
    }

    private synchronized void ended(Entry entry) {
        running--;
        usedBytes -= entry.bufferBytes();
        startAllThatMay();
    }

    private void startAllThatMay() {
        boolean memoryIsKept = false;
        Iterator<Entry> inOrder = waiting.iterator();
        while (running < places && inOrder.hasNext()) {
            Entry entry = inOrder.next();
            if (entry.bufferBytes() > 0
                    && (memoryIsKept || entry.bufferBytes() > bufferLimitBytes - usedBytes)) {
                memoryIsKept = true;
                continue;
            }
            executor.execute(() -> run(entry)); // if it has no thread, the job goes on waiting
            inOrder.remove();
            running++;
            usedBytes += entry.bufferBytes();
        }
    }

    private void run(Entry entry) {
        try {
            entry.work().run();
        } finally {
            ended(entry);
        }
    }
}
