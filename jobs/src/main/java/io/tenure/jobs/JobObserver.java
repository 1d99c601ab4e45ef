package io.tenure.jobs;

import io.tenure.format.VolumeRecord;

/**
 * Is told what a job does, on the job's own thread, right when it happens.
 *
 * <p>For people and for tests; a slow observer slows the job down. What an observer throws fails
 * the job at that point like an error of the step itself.
 */
public interface JobObserver {
    /** Looks away. */
    JobObserver NONE = new JobObserver() {};

    /**
     * A step begins.
     *
     * @param job the job
     * @param step the step
     */
    default void stepStarted(Job job, JobStep step) {}

    /**
     * A step has ended without an error.
     *
     * @param job the job
     * @param step the step
     */
    default void stepFinished(Job job, JobStep step) {}

    /**
     * A record has been written, durably.
     *
     * @param job the job
     * @param record as it stands on storage now
     */
    default void recordWritten(Job job, VolumeRecord record) {}
}
