package io.tenure.jobs;

import io.tenure.io.engine.IoGate;
import io.tenure.lease.LeaseManagers;
import io.tenure.lease.LeaseWatcher;

/**
 * One job through the five steps on the caller's own thread, without a {@link JobRunner}: for a
 * process that runs this job alone, and for simulations, which decide when anything happens.
 *
 * <p>{@link #run} belongs to one thread; the handle is for all.
 */
public final class DirectJob {
    /** Waits for a job's requests in flight. */
    @FunctionalInterface
    public interface Drain {
        /**
         * Returns when nothing is in flight any more.
         *
         * @param gate the job's gate, closed
         * @throws InterruptedException if this thread was interrupted; will be called again
         */
        void await(IoGate gate) throws InterruptedException;
    }

    private final JobTask task;

    /**
     * Has not begun.
     *
     * @param job the job; runs once
     * @param leases where its leases come from; must stay open until it has ended
     * @param watch looks after its leases while it works
     * @param drain waits for its requests in flight, {@link IoGate#awaitDrained()} but in a
     *     simulation
     * @param settings clock, devices and waits; its budget of buffers is not asked
     * @param observer is told what it does
     */
    public DirectJob(
            Job job,
            LeaseManagers leases,
            LeaseWatcher watch,
            Drain drain,
            JobSettings settings,
            JobObserver observer) {
        JobQueue queue = new JobQueue(1, 1, settings.buffers(), Runnable::run);
        task = new JobTask(job, leases, watch, settings, observer, queue);
        task.drainBy(drain);
    }

    /**
     * The job for those who look on.
     *
     * @return the same each time
     */
    public JobHandle handle() {
        return task;
    }

    /**
     * Runs the job to its end. Not a second time; nothing happens if it was aborted before.
     *
     * @return how it ended
     */
    public JobResult run() {
        task.run();
        return task.result().orElseThrow();
    }
}
