package io.tenure.jobs;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** A submitted job, as its submitter sees it. Safe for use by many threads. */
public interface JobHandle {
    /**
     * Which job.
     *
     * @return its id
     */
    UUID id();

    /**
     * What kind of job.
     *
     * @return its kind, such as {@code copy}
     */
    String kind();

    /**
     * Where it stands.
     *
     * @return the state now
     */
    JobState state();

    /**
     * In which step it is, or in which it ended.
     *
     * @return the step; empty before the first
     */
    Optional<JobStep> step();

    /**
     * How far the work has come.
     *
     * @return never less than before
     */
    JobProgress progress();

    /**
     * How it ended.
     *
     * @return the result; empty while it is active
     */
    Optional<JobResult> result();

    /**
     * Waits for the end.
     *
     * @return the result
     * @throws InterruptedException if this thread was interrupted meanwhile; the job goes on
     */
    JobResult await() throws InterruptedException;

    /**
     * Waits for the end, with a limit.
     *
     * @param limit for how long at most
     * @return the result; empty if the job is still active
     * @throws InterruptedException if this thread was interrupted meanwhile; the job goes on
     */
    Optional<JobResult> await(Duration limit) throws InterruptedException;

    /**
     * Tells the job to stop. A pending job never begins; a running one stops within one request,
     * awaits what is in flight, and records that it was aborted. A job that has reached its commit
     * is done all the same. Returns at once; idempotent while the job is aborting.
     *
     * @throws AbortRefusedException if the job has ended, or must run to its end; it goes on
     */
    void abort() throws AbortRefusedException;
}
