package io.tenure.jobs;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Tells the agent what the worker does, on a thread of its own: an agent that stands still, and a
 * pipe that is full because of that, never hold up the job, nor its leases. What is not told yet is
 * little: steps, of which there are five, and the newest progress.
 */
final class WorkerTeller implements JobObserver {
    private static final Duration PROGRESS_INTERVAL = Duration.ofMillis(100);

    private final OutputStream agent;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition said = lock.newCondition();
    private final Deque<String> untold = new ArrayDeque<>(); // guarded by lock
    private boolean telling; // guarded by lock

    WorkerTeller(OutputStream agent) {
        this.agent = agent;
    }

    /** Says that the worker has come up. Before all else, so that there is room in the pipe. */
    void ready() throws IOException {
        write(WorkerWords.ready());
    }

    /** Begins to tell, until there is nobody left who listens. */
    void start(Supplier<JobProgress> progress) {
        Thread.ofPlatform().daemon().name("tenure-teller").start(() -> tell(progress));
    }

    @Override
    public void stepStarted(Job job, JobStep step) {
        say(WorkerWords.started(step));
    }

    @Override
    public void stepFinished(Job job, JobStep step) {
        say(WorkerWords.finished(step));
    }

    /** Says that the result lies there; an agent need not wait for the end of the JVM. */
    void left() {
        say(WorkerWords.left());
    }

    private void say(String word) {
        lock.lock();
        try {
            untold.add(word);
            said.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void tell(Supplier<JobProgress> source) {
        JobProgress told = JobProgress.NONE;
        try {
            while (true) {
                String words = next(); // after the former ones have been written
                JobProgress now = source.get();
                if (!now.equals(told)) {
                    words += WorkerWords.progress(now);
                    told = now;
                }
                write(words);
            }
        } catch (IOException | InterruptedException e) {
            // The agent is gone. Whether that ends the job is for the one who listens.
            System.err.println("the agent is told no more: " + e.getMessage());
        }
    }

    /** The steps that were not told yet, as soon as there is one, or nothing after a while. */
    private String next() throws InterruptedException {
        lock.lock();
        try {
            telling = false;
            said.signalAll();
            long nanos = PROGRESS_INTERVAL.toNanos();
            while (untold.isEmpty() && nanos > 0) {
                nanos = said.awaitNanos(nanos);
            }
            StringBuilder words = new StringBuilder();
            while (!untold.isEmpty()) {
                words.append(untold.poll());
            }
            telling = true;
            return words.toString();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a moment until all steps are told; in vain if nobody reads. */
    void awaitTold(Duration limit) {
        lock.lock();
        try {
            long nanos = limit.toNanos();
            while ((telling || !untold.isEmpty()) && nanos > 0) {
                nanos = said.awaitNanos(nanos);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private void write(String words) throws IOException {
        if (!words.isEmpty()) {
            agent.write(words.getBytes(StandardCharsets.US_ASCII));
            agent.flush();
        }
    }
}
