package io.tenure.jobs;

/** The five steps of every job, in their order. */
public enum JobStep {
    /** Acquire the leases of all volumes concerned. */
    ACQUIRE,
    /** Compare the generation on storage with the expected one, and check all that work needs. */
    VALIDATE,
    /** Mark the volume, then do the work, then flush. */
    WORK,
    /** Make sure that the leases are still held, then write the new generation. */
    COMMIT,
    /** Let the leases go. */
    RELEASE
}
