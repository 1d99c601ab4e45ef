package io.tenure.jobs.op;

import io.tenure.domain.InvalidRequestException;
import io.tenure.domain.StorageDomain;
import io.tenure.domain.Volume;
import io.tenure.format.Allocation;
import io.tenure.format.VolumeRecord;
import io.tenure.io.BlockDevice;
import io.tenure.io.copy.Copier;
import io.tenure.io.copy.CopyTarget;
import io.tenure.jobs.IoPriority;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobContext;
import io.tenure.jobs.JobRecipe;
import io.tenure.jobs.JobRequest;
import io.tenure.jobs.RecordUse;
import io.tenure.jobs.internal.TryAll;
import io.tenure.lease.LeaseClaim;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes a volume anew from a source: all of its capacity, with zeroes where the source has none or
 * is shorter. The source's lease is shared, the volume's exclusive.
 */
public final class CopyVolume implements Job {
    private final JobRequest request;
    private final StorageDomain domain;
    private final CopySettings settings;
    private final CopySource origin;
    private final SourceReader source;
    private final OpenedDevice destination = new OpenedDevice();
    private @Nullable Copier copier;

    /**
     * Creates the job.
     *
     * @param id the job's name on storage
     * @param source where the data comes from
     * @param domain the domain of the volume
     * @param volumeId the volume to write
     * @param expectedGeneration what storage must say of it; null compares nothing
     * @param settings how the data is moved
     */
    public CopyVolume(
            UUID id,
            CopySource source,
            StorageDomain domain,
            UUID volumeId,
            @Nullable Long expectedGeneration,
            CopySettings settings) {
        this.request =
                new JobRequest(
                        id, "copy", domain, volumeId, RecordUse.REWRITES, expectedGeneration);
        this.origin = source;
        this.source = new SourceReader(source);
        this.domain = domain;
        this.settings = settings;
    }

    @Override
    public JobRequest request() {
        return request;
    }

    @Override
    public Optional<JobRecipe> recipe() {
        return Optional.of(Operations.copy(origin, settings));
    }

    @Override
    public long bufferBytes() {
        return settings.bufferBytes();
    }

    @Override
    public IoPriority ioPriority() {
        return settings.ioPriority();
    }

    @Override
    public List<LeaseClaim> claims(@Nullable Volume target) throws IOException {
        List<LeaseClaim> claims = new ArrayList<>();
        claims.add(exclusive(Objects.requireNonNull(target)));
        source.claim().ifPresent(claims::add);
        return claims;
    }

    @Override
    public void validate(JobContext context) throws IOException {
        VolumeRecord record = context.record();
        source.requireOtherThan(domain.dataPath(record));
        BlockDevice from = source.open(context.devices());
        BlockDevice to = destination.hold(VolumeDevices.openForWriting(context, domain));
        copier = CopyWork.open(CopyWork.plan(from, to, targetOf(record), settings), context);
    }

    /** A preallocated volume stays what its record says, whatever the source is like. */
    private CopyTarget targetOf(VolumeRecord record) throws InvalidRequestException {
        if (record.allocation() != Allocation.PREALLOCATED) {
            return settings.target();
        }
        try {
            return settings.target().withPreallocate(true);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(e);
        }
    }

    @Override
    public void work(JobContext context) throws IOException {
        CopyWork.run(Objects.requireNonNull(copier), context);
    }

    @Override
    public VolumeRecord commit(JobContext context, @Nullable VolumeRecord current) {
        return Objects.requireNonNull(current).completed(context.clock().now());
    }

    @Override
    public void close() throws IOException {
        TryAll all = new TryAll();
        Copier began = copier;
        if (began != null) {
            copier = null;
            all.run(began::close); // before the devices and the leases
        }
        all.run(destination::close);
        all.run(source::close);
        all.throwFirst();
    }
}
