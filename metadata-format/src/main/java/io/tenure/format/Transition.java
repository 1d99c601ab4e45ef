package io.tenure.format;

import java.time.Instant;
import java.util.UUID;

/**
 * How a volume left a generation (completed, fenced, updated), or that a job failed in it.
 *
 * @param fromGeneration the generation that was the volume's before; not negative
 * @param kind what happened
 * @param jobId the job that completed, failed or updated; for {@link TransitionKind#FENCED} the job
 *     that was fenced off. Not the zero UUID
 * @param hostId the id of the host that wrote this, 0 to {@link #MAX_HOST_ID}
 * @param time when it was written, by that host's clock; kept in whole milliseconds
 * @param failureCode for {@link TransitionKind#FAILED} why, 1 to {@link #MAX_FAILURE_CODE}; for
 *     {@link TransitionKind#FENCED} how the job that was fenced off had ended in that generation
 *     before: the code of its failure, {@link #NOT_KNOWN}, or 0 if it had not begun; else 0
 */
public record Transition(
        long fromGeneration,
        TransitionKind kind,
        UUID jobId,
        long hostId,
        Instant time,
        int failureCode) {
    /** The largest host id a record can hold (32 bits; sanlock itself ends at 2000). */
    public static final long MAX_HOST_ID = 0xFFFF_FFFFL;

    /** The largest failure code a record can hold (16 bits). */
    public static final int MAX_FAILURE_CODE = 0xFFFF;

    /**
     * In place of a failure code: whether the job that was fenced off had begun was not known any
     * more.
     */
    public static final int NOT_KNOWN = MAX_FAILURE_CODE;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a value is outside of its range
     */
    public Transition {
        boolean failed = kind == TransitionKind.FAILED;
        boolean coded = failed || kind == TransitionKind.FENCED;
        Checks.range(
                "transition.fromGeneration",
                fromGeneration,
                0,
                kind.bumpsGeneration() ? Long.MAX_VALUE - 1 : Long.MAX_VALUE);
        Checks.nonZero("transition.jobId", jobId);
        Checks.range("transition.hostId", hostId, 0, MAX_HOST_ID);
        Checks.range(
                "transition.failureCode of " + kind,
                failureCode,
                failed ? 1 : 0,
                coded ? MAX_FAILURE_CODE : 0);
        time = Checks.millis("transition.time", time);
    }

    /**
     * Returns the generation that was the volume's afterwards.
     *
     * @return {@link #fromGeneration()}, plus one unless the job failed
     */
    public long toGeneration() {
        return kind.bumpsGeneration() ? fromGeneration + 1 : fromGeneration;
    }
}
