package io.tenure.jobs.op;

import io.tenure.domain.Clock;
import io.tenure.io.copy.CopyTuning;
import io.tenure.io.copy.Zeroer;
import io.tenure.io.engine.IoGate;
import io.tenure.jobs.JobAbortedException;
import java.io.IOException;
import java.time.Duration;

/** Keeps work that goes in steps within a rate, by waiting after each. For one thread. */
final class Pace {
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /** Steps of a twentieth of a second keep the rate within 5 % over a second. */
    private static final int STEPS_PER_SECOND = 20;

    /** An abort waits no longer than for a slow request. */
    private static final long LONGEST_SLEEP_NANOS = NANOS_PER_SECOND / 10;

    private final long bytesPerSecond;
    private final Clock clock;
    private final IoGate gate;
    private final long startNanos;
    private long doneBytes;

    /**
     * Starts the clock.
     *
     * @param bytesPerSecond the rate, or {@link CopyTuning#NO_RATE_LIMIT}
     * @param clock measures and waits
     * @param gate ends a wait when it is closed
     */
    Pace(long bytesPerSecond, Clock clock, IoGate gate) {
        this.bytesPerSecond = bytesPerSecond;
        this.clock = clock;
        this.gate = gate;
        this.startNanos = clock.nanoTime();
    }

    /**
     * How large a step may be.
     *
     * @param alignmentBytes what a step is a multiple of, a power of two
     * @return at least that
     */
    long stepBytes(int alignmentBytes) {
        if (bytesPerSecond == CopyTuning.NO_RATE_LIMIT) {
            return Zeroer.STEP_BYTES;
        }
        long step = Math.min(bytesPerSecond / STEPS_PER_SECOND, Zeroer.STEP_BYTES);
        return Math.max(step & -(long) alignmentBytes, alignmentBytes);
    }

    /**
     * Waits until no more than what is done by now may have been done.
     *
     * @param bytes the size of the step that was done
     * @throws IOException if the gate was closed meanwhile, or the thread interrupted
     */
    void did(long bytes) throws IOException {
        doneBytes += bytes;
        if (bytesPerSecond == CopyTuning.NO_RATE_LIMIT) {
            return;
        }
        double dueNanos = (double) doneBytes / bytesPerSecond * NANOS_PER_SECOND;
        long leftNanos = (long) dueNanos - (clock.nanoTime() - startNanos);
        while (leftNanos > 0) {
            gate.check();
            try {
                clock.sleep(Duration.ofNanos(Math.min(leftNanos, LONGEST_SLEEP_NANOS)));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new JobAbortedException("interrupted while it kept its rate limit");
            }
            leftNanos = (long) dueNanos - (clock.nanoTime() - startNanos);
        }
    }
}
