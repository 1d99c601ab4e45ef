package io.tenure.recon;

import java.time.Duration;

/**
 * How a job's fate is to be found out.
 *
 * @param preemption whether the generation is closed
 * @param pressure whether a host that holds the lease is asked to let go
 * @param holderWait for how long to wait for a holder to let go; zero looks once
 * @param answerLimit within what time beyond that storage and the daemon must have answered; when
 *     they have not, the outcome is unknown
 */
public record ReconSettings(
        Preemption preemption, Pressure pressure, Duration holderWait, Duration answerLimit) {
    /** Long enough for storage that recovers, short enough for a scheduler that has other hosts. */
    public static final Duration DEFAULT_ANSWER_LIMIT = Duration.ofSeconds(60);

    /** One look; closes the generation of a job that was interrupted or has not started. */
    public static final ReconSettings DEFAULT =
            new ReconSettings(
                    Preemption.UNDECIDED_JOBS, Pressure.NONE, Duration.ZERO, DEFAULT_ANSWER_LIMIT);

    /** What is asked of a host that holds the lease. */
    public enum Pressure {
        /** Nothing. */
        NONE,
        /** To end the holder in its own way. */
        GRACEFUL,
        /** The same, and after half of the wait to kill it. */
        FORCE
    }

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a duration is negative, or a holder is to be asked
     *     without any time to let go
     */
    public ReconSettings {
        if (holderWait.isNegative() || answerLimit.isNegative()) {
            throw new IllegalArgumentException("a limit is negative");
        }
        if (pressure != Pressure.NONE && holderWait.isZero()) {
            throw new IllegalArgumentException(
                    "a holder that is asked to let go needs time for it: give a wait");
        }
    }

    /**
     * Returns other settings.
     *
     * @param other whether the generation is closed
     * @return these but for that
     */
    public ReconSettings with(Preemption other) {
        return new ReconSettings(other, pressure, holderWait, answerLimit);
    }

    /**
     * Returns other settings.
     *
     * @param other what is asked of a holder
     * @param wait for how long
     * @return these but for that
     */
    public ReconSettings with(Pressure other, Duration wait) {
        return new ReconSettings(preemption, other, wait, answerLimit);
    }
}
