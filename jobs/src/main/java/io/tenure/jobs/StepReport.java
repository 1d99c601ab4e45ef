package io.tenure.jobs;

import java.time.Duration;

/**
 * What one step of a job took.
 *
 * @param step the step
 * @param duration how long it took
 * @param bytes how much data it settled: copied, zeroed or shared; 0 for all but the work
 */
public record StepReport(JobStep step, Duration duration, long bytes) {
    private static final double NANOS_PER_SECOND = 1e9;

    /**
     * How fast it was.
     *
     * @return bytes in a second; 0 for a step that settles none
     */
    public double bytesPerSecond() {
        return bytes == 0 ? 0 : bytes * NANOS_PER_SECOND / Math.max(1, duration.toNanos());
    }
}
