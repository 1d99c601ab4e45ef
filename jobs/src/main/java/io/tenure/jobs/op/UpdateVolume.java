package io.tenure.jobs.op;

import io.tenure.domain.InvalidRequestException;
import io.tenure.domain.StorageDomain;
import io.tenure.format.VolumeRecord;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobContext;
import io.tenure.jobs.JobRequest;
import io.tenure.jobs.RecordUse;
import java.io.IOException;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Changes a volume's description. Its legality stays as it is; one record write. */
public final class UpdateVolume implements Job {
    private final JobRequest request;
    private final String description;

    /**
     * Creates the job.
     *
     * @param id the job's name on storage
     * @param domain the domain of the volume
     * @param volumeId the volume
     * @param expectedGeneration what storage must say of it; null compares nothing
     * @param description the new description
     */
    public UpdateVolume(
            UUID id,
            StorageDomain domain,
            UUID volumeId,
            @Nullable Long expectedGeneration,
            String description) {
        this.request =
                new JobRequest(
                        id, "update", domain, volumeId, RecordUse.UPDATES, expectedGeneration);
        this.description = description;
    }

    @Override
    public JobRequest request() {
        return request;
    }

    @Override
    public void validate(JobContext context) throws IOException {
        try {
            context.record().withDescription(description);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(e);
        }
    }

    @Override
    public void work(JobContext context) {
        // The record is all there is to change.
    }

    @Override
    public VolumeRecord commit(JobContext context, @Nullable VolumeRecord current) {
        VolumeRecord record = Objects.requireNonNull(current);
        return record.withDescription(description)
                .updated(
                        request.id(),
                        context.host().hostId(),
                        record.legality(),
                        context.clock().now());
    }
}
