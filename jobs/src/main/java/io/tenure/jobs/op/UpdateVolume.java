package io.tenure.jobs.op;

import io.tenure.domain.InvalidRequestException;
import io.tenure.domain.StorageDomain;
import io.tenure.format.Legality;
import io.tenure.format.VolumeRecord;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobContext;
import io.tenure.jobs.JobRecipe;
import io.tenure.jobs.JobRequest;
import io.tenure.jobs.RecordUse;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Changes what a volume's record says of it: description, legality, capacity. One record write;
 * what it does not change stays, legality included.
 *
 * <p>A capacity only grows. A file is made longer before the record says so, by bytes that read as
 * zero, and storage of its own if the volume is preallocated; a device must have the room already,
 * and what lies there becomes part of the volume as it is: fill it first ({@link FillVolume}).
 */
public final class UpdateVolume implements Job {
    private final JobRequest request;
    private final StorageDomain domain;
    private final VolumeChanges changes;
    private @Nullable VolumeGrowth growth;

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
        this(
                id,
                domain,
                volumeId,
                expectedGeneration,
                VolumeChanges.NONE.withDescription(description));
    }

    /**
     * Creates the job.
     *
     * @param id the job's name on storage
     * @param domain the domain of the volume
     * @param volumeId the volume
     * @param expectedGeneration what storage must say of it; null compares nothing
     * @param changes what becomes new; something must
     */
    public UpdateVolume(
            UUID id,
            StorageDomain domain,
            UUID volumeId,
            @Nullable Long expectedGeneration,
            VolumeChanges changes) {
        this.request =
                new JobRequest(
                        id, "update", domain, volumeId, RecordUse.UPDATES, expectedGeneration);
        this.domain = domain;
        this.changes = changes;
    }

    @Override
    public JobRequest request() {
        return request;
    }

    @Override
    public Optional<JobRecipe> recipe() {
        return Optional.of(Operations.update(changes));
    }

    /** The data is not touched, and room for the reason of a release may have to be made. */
    @Override
    public boolean isAllowedInQuarantine() {
        return true;
    }

    @Override
    public void validate(JobContext context) throws IOException {
        if (changes.equals(VolumeChanges.NONE)) {
            throw new InvalidRequestException("an update that changes nothing");
        }
        if (changes.legality().filter(Legality.REMOVED::equals).isPresent()) {
            throw new InvalidRequestException(
                    "an update cannot remove volume " + request.volumeId() + ": delete it");
        }
        VolumeRecord record = context.record();
        try {
            changed(record);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(e);
        }
        long capacityBytes = changes.capacityBytes().orElse(record.capacityBytes());
        if (capacityBytes != record.capacityBytes()) {
            growth = VolumeGrowth.of(context, domain, capacityBytes);
        }
    }

    private VolumeRecord changed(VolumeRecord record) {
        VolumeRecord next = record;
        if (changes.description().isPresent()) {
            next = next.withDescription(changes.description().get());
        }
        if (changes.capacityBytes().isPresent()) {
            next = next.withCapacityBytes(changes.capacityBytes().getAsLong());
        }
        return next;
    }

    @Override
    public void work(JobContext context) throws IOException {
        VolumeGrowth needed = growth;
        if (needed != null) {
            needed.grow(context);
        }
    }

    @Override
    public VolumeRecord commit(JobContext context, @Nullable VolumeRecord current) {
        VolumeRecord record = Objects.requireNonNull(current);
        return changed(record)
                .updated(
                        request.id(),
                        context.host().hostId(),
                        changes.legality().orElse(record.legality()),
                        context.clock().now());
    }

    @Override
    public void rollBack(JobContext context) throws IOException {
        VolumeGrowth begun = growth;
        if (begun != null) {
            begun.takeBack();
        }
    }
}
