package io.tenure.jobs;

import io.tenure.domain.StorageDomain;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a job is asked to do, as far as it is the same for every kind.
 *
 * @param id the job's name on storage; no other job has it
 * @param kind what kind of job it is, in a word for people, such as {@code copy}
 * @param domain the open domain of the volume concerned
 * @param volumeId the volume concerned
 * @param recordUse what the job does to the volume's record: how many records it writes, and when
 * @param expectedGeneration what storage must say of the volume in step 2; null compares nothing
 */
public record JobRequest(
        UUID id,
        String kind,
        StorageDomain domain,
        UUID volumeId,
        RecordUse recordUse,
        @Nullable Long expectedGeneration) {
    /**
     * The volume concerned.
     *
     * @return the first of the job's targets, and of most jobs the only one
     */
    public JobTarget target() {
        return new JobTarget(domain, volumeId, expectedGeneration);
    }
}
