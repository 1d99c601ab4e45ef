package io.tenure.jobs;

import java.time.Duration;

/** A job as its runner has it, wherever it runs. Its thread calls {@link #run} once. */
interface RunnerJob extends JobHandle, Runnable {
    /** Whether the job ended so long ago that nobody wants to know of it any more. */
    boolean isOutdated(long nowNanos, Duration keepEnded);

    /**
     * The runner is being closed: the job is aborted, or left to go on without it.
     *
     * @return whether its end is to be awaited
     * @throws AbortRefusedException if it has ended, or must run to its end, which is to be awaited
     */
    boolean endWithRunner() throws AbortRefusedException;
}
