package io.tenure.jobs.op;

import io.tenure.domain.InvalidRequestException;
import io.tenure.domain.StorageDomain;
import io.tenure.domain.Volume;
import io.tenure.format.VolumeRecord;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobContext;
import io.tenure.jobs.RecordUse;
import io.tenure.lease.LeaseClaim;
import io.tenure.lease.LeaseMode;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Changes a volume's description. Its legality stays as it is; one record write. */
public final class UpdateVolume implements Job {
    private final UUID id;
    private final StorageDomain domain;
    private final UUID volumeId;
    private final @Nullable Long expectedGeneration;
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
        this.id = id;
        this.domain = domain;
        this.volumeId = volumeId;
        this.expectedGeneration = expectedGeneration;
        this.description = description;
    }

    @Override
    public UUID id() {
        return id;
    }

    @Override
    public String kind() {
        return "update";
    }

    @Override
    public StorageDomain domain() {
        return domain;
    }

    @Override
    public UUID volumeId() {
        return volumeId;
    }

    @Override
    public RecordUse recordUse() {
        return RecordUse.UPDATES;
    }

    @Override
    public @Nullable Long expectedGeneration() {
        return expectedGeneration;
    }

    @Override
    public List<LeaseClaim> claims(@Nullable Volume target) {
        Volume volume = Objects.requireNonNull(target);
        return List.of(
                new LeaseClaim(
                        domain.leaseArea(volume.slotIndex(), volumeId), LeaseMode.EXCLUSIVE));
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
                .updated(id, context.host().hostId(), record.legality(), context.clock().now());
    }
}
