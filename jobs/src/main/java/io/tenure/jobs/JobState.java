package io.tenure.jobs;

/** Where a job stands in this process. What became of it is on storage. */
public enum JobState {
    /** Accepted, not begun. */
    PENDING,
    /** In one of the five steps. */
    RUNNING,
    /** Told to stop; requests in flight are awaited. */
    ABORTING,
    /** Committed. */
    DONE,
    /** Stopped by an abort, not committed. */
    ABORTED,
    /** Ended by an error, not committed. */
    FAILED;

    /**
     * Whether the job has not ended yet.
     *
     * @return true in the first three states
     */
    public boolean isActive() {
        return this == PENDING || this == RUNNING || this == ABORTING;
    }
}
