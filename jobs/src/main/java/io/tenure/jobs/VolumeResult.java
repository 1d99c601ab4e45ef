package io.tenure.jobs;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What became of one volume of a job.
 *
 * @param domainId its domain
 * @param volumeId the volume
 * @param generationBefore the generation found on storage; null if it was never read
 * @param generationAfter the generation left on storage, as far as the job knows; null if it was
 *     never read, or if it is not known whether the commit is on storage
 * @param committed whether the job's commit of this volume is on storage
 */
public record VolumeResult(
        UUID domainId,
        UUID volumeId,
        @Nullable Long generationBefore,
        @Nullable Long generationAfter,
        boolean committed) {
    /** The same, with its commit on storage. */
    VolumeResult asCommitted() {
        return new VolumeResult(domainId, volumeId, generationBefore, generationAfter, true);
    }
}
