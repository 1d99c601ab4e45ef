package io.tenure.format;

import java.time.Instant;
import java.util.UUID;

/**
 * The job that is working on a volume, or was when its host stopped: only the lease tells which.
 *
 * @param jobId the job; not the zero UUID, which means "none" on storage
 * @param hostId the host's id in the domain's lockspace, 0 to {@link Transition#MAX_HOST_ID}
 * @param hostGeneration the generation of that host id when the job started; not negative
 * @param start when the job's work began, by the host's clock; kept in whole milliseconds
 */
public record ActiveJob(UUID jobId, long hostId, long hostGeneration, Instant start) {
    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a value is outside of its range
     */
    public ActiveJob {
        Checks.nonZero("activeJob.jobId", jobId);
        Checks.range("activeJob.hostId", hostId, 0, Transition.MAX_HOST_ID);
        Checks.range("activeJob.hostGeneration", hostGeneration, 0, Long.MAX_VALUE);
        start = Checks.millis("activeJob.start", start);
    }
}
