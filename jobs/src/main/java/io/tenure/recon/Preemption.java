package io.tenure.recon;

/** Whether a generation that the job left as it was is closed, so that the job can never run. */
public enum Preemption {
    /** No generation is closed, whatever is found. */
    NEVER,
    /** The generation of a job that was interrupted, or has not started, is closed. */
    UNDECIDED_JOBS,
    /** That of a job that recorded its failure as well. */
    FAILED_JOBS_TOO
}
