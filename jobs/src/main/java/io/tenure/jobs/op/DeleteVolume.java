package io.tenure.jobs.op;

import io.tenure.domain.Directories;
import io.tenure.domain.LeaseArea;
import io.tenure.domain.StorageDomain;
import io.tenure.domain.Volume;
import io.tenure.format.DataLocation;
import io.tenure.format.VolumeRecord;
import io.tenure.io.Access;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobContext;
import io.tenure.jobs.JobRecipe;
import io.tenure.jobs.JobRequest;
import io.tenure.jobs.RecordUse;
import io.tenure.lease.LeaseClaim;
import io.tenure.lease.LeaseMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Removes a volume: record, then lease, then data. The commit, its one record write, leaves a
 * tombstone in the slot, which tells what became of the job until the slot is used again; until
 * then the volume is whole. What is on a block device stays there.
 *
 * <p>Runs under the volume's lease and the domain's, so that nobody uses the slot anew before it is
 * cleared away.
 */
public final class DeleteVolume implements Job {
    private final JobRequest request;
    private final StorageDomain domain;
    private final UUID volumeId;

    /**
     * Creates the job.
     *
     * @param id the job's name on storage
     * @param domain the domain of the volume
     * @param volumeId the volume to delete
     * @param expectedGeneration what storage must say of it; null compares nothing
     */
    public DeleteVolume(
            UUID id, StorageDomain domain, UUID volumeId, @Nullable Long expectedGeneration) {
        this.request =
                new JobRequest(
                        id, "delete", domain, volumeId, RecordUse.UPDATES, expectedGeneration);
        this.domain = domain;
        this.volumeId = volumeId;
    }

    @Override
    public JobRequest request() {
        return request;
    }

    @Override
    public Optional<JobRecipe> recipe() {
        return Optional.of(Operations.delete());
    }

    @Override
    public List<LeaseClaim> claims(@Nullable Volume target) {
        return List.of(
                new LeaseClaim(domain.domainLease(), LeaseMode.EXCLUSIVE),
                exclusive(Objects.requireNonNull(target)));
    }

    @Override
    public void validate(JobContext context) throws IOException {
        Path data = domain.dataPath(context.record());
        if (Files.exists(data)) {
            // Refuses a device that is mounted or otherwise in use.
            context.devices().open(data, Access.READ_WRITE_EXCLUSIVE).close();
        }
    }

    @Override
    public void work(JobContext context) {
        // The volume goes with the commit; what lies behind it is cleared away afterwards.
    }

    @Override
    public VolumeRecord commit(JobContext context, @Nullable VolumeRecord current) {
        return Objects.requireNonNull(current)
                .started(context.asActiveJob())
                .removed(context.clock().now());
    }

    @Override
    public void cleanUp(JobContext context) throws IOException {
        LeaseArea area = domain.leaseArea(context.slotIndex(), volumeId);
        context.leases().verify();
        context.leases().release(area);
        context.leaseManagers().forKind(domain.leaseKind()).clear(area);
        if (context.record().location().kind() == DataLocation.Kind.FILE) {
            Path data = domain.dataPath(context.record());
            if (Files.deleteIfExists(data)) {
                Directories.sync(Objects.requireNonNull(data.getParent()));
            }
        }
    }
}
