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
 * <p>Safe for use by many threads: the lock is that of the budget, which other queues share. Calls
 * the executor and nothing else of others.
 */
final class JobQueue {
    private record Entry(Runnable work, long bufferBytes) {}

    private final int places;
    private final int waitingLimit;
    private final BufferBudget budget;
    private final Executor executor;
    private final Deque<Entry> waiting = new ArrayDeque<>();
    private int running;

    /**
     * Creates an empty queue.
     *
     * @param places how many jobs run at once, at least 1
     * @param waitingLimit how many more may wait, at least 1
     * @param budget where the memory of all that run comes from
     * @param executor runs them; has a thread for each place
     */
    JobQueue(int places, int waitingLimit, BufferBudget budget, Executor executor) {
        if (places < 1 || waitingLimit < 1) {
            throw new IllegalArgumentException(
                    "%d places, %d may wait".formatted(places, waitingLimit));
        }
        this.places = places;
        this.waitingLimit = waitingLimit;
        this.budget = budget;
        this.executor = executor;
    }

    /** Whether there could ever be memory for a job. */
    boolean canEverHold(long bufferBytes) {
        return bufferBytes <= budget.limitBytes();
    }

    /**
     * Takes a job, to begin now or later.
     *
     * @param work the job, run once
     * @param bufferBytes what it needs of memory from its begin to its end
     * @return false if it would have to wait and too many do
     */
    boolean offer(Runnable work, long bufferBytes) {
        if (bufferBytes < 0 || !canEverHold(bufferBytes)) {
            throw new IllegalArgumentException(bufferBytes + " bytes");
        }
        Entry entry = new Entry(work, bufferBytes);
        synchronized (budget) {
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
            startAllThatMay(); // it may have stood first in this queue for memory
            budget.startWaiting();
            return false;
        }
    }

    /** Takes a job back that has not begun; nothing happens if it has. */
    void withdraw(Runnable work) {
        synchronized (budget) {
            if (waiting.removeIf(entry -> entry.work().equals(work))) {
                startAllThatMay(); // it may have been what the others waited behind
                budget.startWaiting();
            }
        }
    }

    private void ended(Entry entry) {
        synchronized (budget) {
            running--;
            budget.giveBack(entry.bufferBytes());
            startAllThatMay();
            budget.startWaiting();
        }
    }

    /** Begins what has a place and memory; under the budget's lock. */
    void startAllThatMay() {
        boolean memoryIsKept = false;
        Iterator<Entry> inOrder = waiting.iterator();
        while (running < places && inOrder.hasNext()) {
            Entry entry = inOrder.next();
            if (entry.bufferBytes() > 0
                    && (memoryIsKept || !budget.hasRoom(this, entry.bufferBytes()))) {
                memoryIsKept = true;
                continue;
            }
            executor.execute(() -> run(entry)); // if it has no thread, the job goes on waiting
            inOrder.remove();
            running++;
            budget.take(this, entry.bufferBytes());
        }
        budget.setWaiting(this, memoryIsKept);
    }

    private void run(Entry entry) {
        try {
            entry.work().run();
        } finally {
            ended(entry);
        }
    }
}
