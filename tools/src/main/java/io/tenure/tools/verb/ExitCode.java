package io.tenure.tools.verb;

import io.tenure.jobs.FailureKind;

/**
 * How a run of the command ended: the process's exit status, and the name that the error object of
 * {@code --json} gives it. Both are part of the command's interface and never change.
 */
public enum ExitCode {
    /** All is done. */
    DONE(0, "done"),
    /** The operation failed: storage or the system said no. */
    FAILED(1, "operation_failed"),
    /** The command line, or what it asks for, makes no sense; nothing was changed. */
    USAGE(2, "usage"),
    /** Somebody else holds the lease; the message says who. */
    LEASE_UNAVAILABLE(3, "lease_unavailable"),
    /** The volume's generation is not the expected one; nothing was changed. */
    GENERATION_MISMATCH(4, "generation_mismatch"),
    /** The lease was lost while the job worked; nothing was written after that. */
    LEASE_LOST(5, "lease_lost"),
    /**
     * A superblock, record or checksum is invalid, or of a format that this version does not know.
     */
    INVALID_METADATA(6, "invalid_metadata"),
    /** The environment lacks something; the message names it. */
    ENVIRONMENT(7, "environment"),
    /** The job in question is running: somebody holds the lease. */
    JOB_RUNNING(10, "job_running"),
    /** The job in question was preempted. */
    JOB_PREEMPTED(11, "job_preempted"),
    /** The job in question was cut off. */
    JOB_INTERRUPTED(12, "job_interrupted"),
    /** The job in question failed. */
    JOB_FAILED(13, "job_failed"),
    /** The job in question has not started. */
    JOB_NOT_STARTED(14, "job_not_started"),
    /** How the job in question ended is not kept any more. */
    JOB_SUPERSEDED(15, "job_superseded"),
    /** Storage contradicts the question, or is invalid. */
    JOB_INVALID(16, "job_invalid"),
    /** What became of the job in question cannot be told now. */
    JOB_UNKNOWN(17, "job_unknown"),
    /** Interrupted by a signal; 128 + SIGINT, as shells have it. */
    INTERRUPTED(130, "interrupted");

    private final int status;
    private final String errorName;

    ExitCode(int status, String errorName) {
        this.status = status;
        this.errorName = errorName;
    }

    /**
     * The exit code of a failure.
     *
     * @param kind what a job, or an operation, failed of
     * @return the exit code; its status is the kind's own code
     */
    public static ExitCode of(FailureKind kind) {
        return switch (kind) {
            case OPERATION -> FAILED;
            case INVALID_REQUEST -> USAGE;
            case LEASE_HELD -> LEASE_UNAVAILABLE;
            case GENERATION_MISMATCH -> GENERATION_MISMATCH;
            case LEASE_LOST -> LEASE_LOST;
            case METADATA_INVALID -> INVALID_METADATA;
            case ENVIRONMENT -> ENVIRONMENT;
            case ABORTED, INTERRUPTED -> INTERRUPTED;
        };
    }

    /**
     * The process's exit status.
     *
     * @return 0 to 130
     */
    public int status() {
        return status;
    }

    /**
     * The value of {@code error} in an error object.
     *
     * @return a name in snake_case
     */
    public String errorName() {
        return errorName;
    }
}
