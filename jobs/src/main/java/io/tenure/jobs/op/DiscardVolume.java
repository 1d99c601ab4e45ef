package io.tenure.jobs.op;

import io.tenure.domain.RefusedException;
import io.tenure.domain.StorageDomain;
import io.tenure.format.Allocation;
import io.tenure.format.VolumeRecord;
import io.tenure.io.BlockDevice;
import io.tenure.io.Zeroing;
import io.tenure.jobs.DataMoved;
import io.tenure.jobs.IoPriority;
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
 * Gives all of a volume's storage back; its content is gone.
 *
 * <p>A volume in a file reads as zero afterwards and is LEGAL. What a block device reads as after a
 * discard is undefined, and may change from one read to the next: a volume there ends ILLEGAL, one
 * generation on, until it is copied to or zeroed. A device that cannot discard keeps what it has,
 * and the job is done all the same. To have zeroes and the storage back, zero it ({@link
 * ZeroVolume.Discard}).
 *
 * <p>A preallocated volume keeps its storage: a discard of one is refused.
 */
public final class DiscardVolume implements Job {
    private final JobRequest request;
    private final StorageDomain domain;
    private final ZeroSettings settings;
    private final OpenedDevice device = new OpenedDevice();

    /**
     * Creates the job.
     *
     * @param id the job's name on storage
     * @param domain the domain of the volume
     * @param volumeId the volume whose storage is given back
     * @param expectedGeneration what storage must say of it; null compares nothing
     * @param settings how fast, and at which priority
     */
    public DiscardVolume(
            UUID id,
            StorageDomain domain,
            UUID volumeId,
            @Nullable Long expectedGeneration,
            ZeroSettings settings) {
        this.request =
                new JobRequest(
                        id, "discard", domain, volumeId, RecordUse.REWRITES, expectedGeneration);
        this.domain = domain;
        this.settings = settings;
    }

    @Override
    public JobRequest request() {
        return request;
    }

    @Override
    public Optional<JobRecipe> recipe() {
        return Optional.of(Operations.discard(settings));
    }

    @Override
    public IoPriority ioPriority() {
        return settings.ioPriority();
    }

    @Override
    public void validate(JobContext context) throws IOException {
        if (context.record().allocation() == Allocation.PREALLOCATED) {
            throw new RefusedException(
                    "volume "
                            + request.volumeId()
                            + " is preallocated: none of its storage is given back");
        }
        device.hold(VolumeDevices.openForWriting(context, domain));
    }

    @Override
    public void work(JobContext context) throws IOException {
        BlockDevice opened = device.get();
        long sizeBytes = opened.geometry().sizeBytes();
        ZeroWork work = new ZeroWork(context, opened, settings, sizeBytes);
        if (opened.geometry().blockDevice()) {
            work.discard(0, sizeBytes);
            work.flush();
        } else {
            work.zero(0, sizeBytes, Zeroing.MAY_DEALLOCATE);
            work.flush();
            context.accomplished(DataMoved.zeroed(sizeBytes));
        }
    }

    @Override
    public VolumeRecord commit(JobContext context, @Nullable VolumeRecord current) {
        VolumeRecord record = Objects.requireNonNull(current);
        return device.get().geometry().blockDevice()
                ? record.completedKeepingLegality(context.clock().now())
                : record.completed(context.clock().now());
    }

    @Override
    public void close() throws IOException {
        device.close();
    }
}
