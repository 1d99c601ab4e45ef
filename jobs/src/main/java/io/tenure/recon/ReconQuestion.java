package io.tenure.recon;

import io.tenure.domain.StorageDomain;
import java.util.UUID;

/**
 * What became of a job?
 *
 * @param domain the open domain of its volume
 * @param volumeId the volume
 * @param jobId the job
 * @param generation the generation that the job was to find, not negative
 */
public record ReconQuestion(StorageDomain domain, UUID volumeId, UUID jobId, long generation) {
    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if the generation is negative
     */
    public ReconQuestion {
        if (generation < 0) {
            throw new IllegalArgumentException(
                    "generation is " + generation + ": a generation is 0 or more");
        }
    }
}
