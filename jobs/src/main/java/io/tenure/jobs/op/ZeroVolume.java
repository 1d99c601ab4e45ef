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
 * Makes a whole volume read as zero: ILLEGAL meanwhile, LEGAL and one generation on in the end.
 *
 * <p>What becomes of the storage behind it:
 *
 * <table>
 * <caption>The passes over a volume</caption>
 * <tr><th></th><th>on a block device</th><th>in a file</th></tr>
 * <tr><td>{@link Discard#NONE}</td><td>zero; the device may unmap</td><td>punch a hole</td></tr>
 * <tr><td>{@link Discard#BEFORE}</td><td>discard, then zero; the device may unmap</td>
 *     <td>punch a hole</td></tr>
 * <tr><td>{@link Discard#AFTER}</td><td>zero in place, flush, then zero by unmapping</td>
 *     <td>punch a hole</td></tr>
 * <tr><td>preallocated, NONE</td><td>zero in place</td><td>zero in place</td></tr>
 * </table>
 *
 * <p>The last pass is always one that zeroes, never a discard: what a device reads as after a
 * discard is undefined, and nothing that it says beforehand (BLKDISCARDZEROES has always answered 0
 * since Linux 4.12) makes it certain. To discard <em>after</em> zeroing therefore means a second
 * zeroing for which the device may unmap. It promises zeroes (REQ_OP_WRITE_ZEROES), and is itself
 * written out where a device cannot: such a device is written twice, and gives nothing back.
 *
 * <p>In a file, discarding and zeroing are the same operation, a punched hole. A preallocated
 * volume keeps its storage, so that a discard of one is refused.
 */
public final class ZeroVolume implements Job {
    /** Whether and when the device is told that it may give the volume's storage back. */
    public enum Discard {
        /** Not told expressly; a sparse volume's storage may be given back all the same. */
        NONE,
        /** Discard what was there, then zero. */
        BEFORE,
        /** Overwrite what was there with zeroes, then give back what still reads as zero then. */
        AFTER
    }

    private final JobRequest request;
    private final StorageDomain domain;
    private final Discard discard;
    private final ZeroSettings settings;
    private final OpenedDevice device = new OpenedDevice();

    /**
     * Creates the job.
     *
     * @param id the job's name on storage
     * @param domain the domain of the volume
     * @param volumeId the volume to zero
     * @param expectedGeneration what storage must say of it; null compares nothing
     * @param discard whether and when its storage is given back
     * @param settings how it is zeroed
     */
    public ZeroVolume(
            UUID id,
            StorageDomain domain,
            UUID volumeId,
            @Nullable Long expectedGeneration,
            Discard discard,
            ZeroSettings settings) {
        this.request =
                new JobRequest(
                        id, "zero", domain, volumeId, RecordUse.REWRITES, expectedGeneration);
        this.domain = domain;
        this.discard = discard;
        this.settings = settings;
    }

    @Override
    public JobRequest request() {
        return request;
    }

    @Override
    public Optional<JobRecipe> recipe() {
        return Optional.of(Operations.zero(discard, settings));
    }

    @Override
    public IoPriority ioPriority() {
        return settings.ioPriority();
    }

    @Override
    public void validate(JobContext context) throws IOException {
        if (discard != Discard.NONE && context.record().allocation() == Allocation.PREALLOCATED) {
            throw new RefusedException(
                    "volume "
                            + request.volumeId()
                            + " is preallocated: none of its storage is given back;"
                            + " zero it without a discard");
        }
        device.hold(VolumeDevices.openForWriting(context, domain));
    }

    @Override
    public void work(JobContext context) throws IOException {
        BlockDevice opened = device.get();
        long sizeBytes = opened.geometry().sizeBytes();
        // A hole is all that a file needs.
        Discard passes = opened.geometry().blockDevice() ? discard : Discard.NONE;
        ZeroWork work =
                new ZeroWork(
                        context,
                        opened,
                        settings,
                        passes == Discard.NONE ? sizeBytes : Math.multiplyExact(sizeBytes, 2));
        if (passes == Discard.BEFORE) {
            work.discard(0, sizeBytes);
        } else if (passes == Discard.AFTER) {
            work.zero(0, sizeBytes, Zeroing.KEEP_ALLOCATED);
            work.flush();
        }
        work.zero(0, sizeBytes, VolumeDevices.zeroing(context.record()));
        work.flush();
        context.accomplished(DataMoved.zeroed(sizeBytes));
    }

    @Override
    public VolumeRecord commit(JobContext context, @Nullable VolumeRecord current) {
        return Objects.requireNonNull(current).completed(context.clock().now());
    }

    @Override
    public void close() throws IOException {
        device.close();
    }
}
