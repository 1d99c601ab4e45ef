package io.tenure.jobs;

/**
 * Where a job stands in this process. What became of it is on storage.
 *
 * <table>
 * <caption>What may follow</caption>
 * <tr><th>from</th><th>to</th></tr>
 * <tr><td>PENDING</td><td>RUNNING; ABORTED, by an abort before it began</td></tr>
 * <tr><td>RUNNING</td><td>ABORTING, by an abort; DONE; FAILED</td></tr>
 * <tr><td>ABORTING</td><td>ABORTED; DONE, if the abort came too late; FAILED, if the lease was lost
 *     meanwhile</td></tr>
 * <tr><td>DONE, ABORTED, FAILED</td><td>nothing</td></tr>
 * </table>
 */
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
     * Whether a job in this state may come to be in another: the one table of legal transitions.
     *
     * @param next the other state
     * @return true if so; no state follows itself
     */
    public boolean mayBecome(JobState next) {
        return switch (this) {
            case PENDING -> next == RUNNING || next == ABORTED;
            case RUNNING -> next == ABORTING || next == DONE || next == FAILED;
            case ABORTING -> next == ABORTED || next == DONE || next == FAILED;
            case DONE, ABORTED, FAILED -> false;
        };
    }

    /**
     * Whether the job has not ended yet.
     *
     * @return true in the first three states
     */
    public boolean isActive() {
        return this == PENDING || this == RUNNING || this == ABORTING;
    }
}
