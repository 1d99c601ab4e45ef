package io.tenure.jobs.op;

import io.tenure.domain.RefusedException;
import io.tenure.domain.StorageDomain;
import io.tenure.format.VolumeRecord;
import io.tenure.io.BlockDevice;
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
 * Fills the free end of a volume's block device with zeroes: all that lies behind the volume's
 * capacity, so that the volume can grow later without showing what was there before. The volume's
 * own bytes are neither read nor written.
 *
 * <p>The volume's legality stays as it is, while the job works ({@link RecordUse#ADJOINS}), when it
 * is done, and when it fails: nobody reads behind the capacity, so that a free end that is half
 * filled harms nobody, and the next such job begins again. The record names the job all the same
 * before its first write. Were it named only at the end, as for a change of the record alone,
 * storage would say of a job that was cut off that it never began, while its last zeroes may still
 * be on their way to where a volume that somebody lets grow now has its data.
 *
 * <p>A device without a free end is filled already: the job is done, with 0 bytes. A volume in a
 * file is refused: what a file is extended by reads as zero.
 */
public final class FillVolume implements Job {
    private final JobRequest request;
    private final StorageDomain domain;
    private final ZeroSettings settings;
    private final OpenedDevice device = new OpenedDevice();

    /**
     * Creates the job.
     *
     * @param id the job's name on storage
     * @param domain the domain of the volume
     * @param volumeId the volume behind which to fill
     * @param expectedGeneration what storage must say of it; null compares nothing
     * @param settings how it is filled
     */
    public FillVolume(
            UUID id,
            StorageDomain domain,
            UUID volumeId,
            @Nullable Long expectedGeneration,
            ZeroSettings settings) {
        this.request =
                new JobRequest(id, "fill", domain, volumeId, RecordUse.ADJOINS, expectedGeneration);
        this.domain = domain;
        this.settings = settings;
    }

    @Override
    public JobRequest request() {
        return request;
    }

    @Override
    public Optional<JobRecipe> recipe() {
        return Optional.of(Operations.fill(settings));
    }

    @Override
    public IoPriority ioPriority() {
        return settings.ioPriority();
    }

    @Override
    public void validate(JobContext context) throws IOException {
        BlockDevice whole = device.hold(VolumeDevices.openWhole(context, domain));
        if (!whole.geometry().blockDevice()) {
            throw new RefusedException(
                    "volume "
                            + request.volumeId()
                            + " lies in a file, "
                            + whole.name()
                            + ": only a block device has a free end to fill");
        }
    }

    @Override
    public void work(JobContext context) throws IOException {
        BlockDevice whole = device.get();
        long capacityBytes = context.record().capacityBytes();
        long freeBytes = whole.geometry().sizeBytes() - capacityBytes;
        ZeroWork work = new ZeroWork(context, whole, settings, freeBytes);
        if (freeBytes > 0) {
            work.zero(capacityBytes, freeBytes, VolumeDevices.zeroing(context.record()));
            work.flush();
        }
        context.accomplished(DataMoved.zeroed(freeBytes));
    }

    @Override
    public VolumeRecord commit(JobContext context, @Nullable VolumeRecord current) {
        return Objects.requireNonNull(current).completedKeepingLegality(context.clock().now());
    }

    @Override
    public void close() throws IOException {
        device.close();
    }
}
