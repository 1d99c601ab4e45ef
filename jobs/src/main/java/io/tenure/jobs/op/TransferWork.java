package io.tenure.jobs.op;

import io.tenure.domain.InvalidRequestException;
import io.tenure.domain.StorageDomain;
import io.tenure.domain.Volume;
import io.tenure.format.Allocation;
import io.tenure.format.VolumeRecord;
import io.tenure.io.BlockDevice;
import io.tenure.io.copy.CopyPlan;
import io.tenure.io.copy.CopyTarget;
import io.tenure.io.copy.Offload;
import io.tenure.jobs.JobContext;
import io.tenure.jobs.internal.TryAll;
import io.tenure.lease.LeaseClaim;
import io.tenure.lease.LeaseMode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One transfer of a copy: its claims, its checks, and its devices while the job runs. */
final class TransferWork implements AutoCloseable {
    private final Transfer transfer;
    private final StorageDomain domain;
    private final CopySettings settings;
    private final SourceReader source;
    private final OpenedDevice destination = new OpenedDevice();
    private @Nullable CopyPlan plan;

    TransferWork(Transfer transfer, CopySettings settings) {
        this.transfer = transfer;
        this.domain = transfer.destination().domain();
        this.settings = settings;
        this.source = new SourceReader(transfer.source());
    }

    boolean writes(Volume volume) {
        return transfer.destination().volumeId().equals(volume.record().volumeId())
                && domain.id().equals(volume.record().domainId());
    }

    List<LeaseClaim> claims(Volume target) throws IOException {
        List<LeaseClaim> claims = new ArrayList<>();
        claims.add(
                new LeaseClaim(
                        domain.leaseArea(target.slotIndex(), target.record().volumeId()),
                        LeaseMode.EXCLUSIVE));
        source.claim().ifPresent(claims::add);
        return claims;
    }

    void validate(JobContext context) throws IOException {
        VolumeRecord record = context.record();
        source.requireOtherThan(domain.dataPath(record));
        BlockDevice from = source.open(context.devices());
        BlockDevice to = destination.hold(VolumeDevices.openForWriting(context, domain));
        plan = CopyWork.plan(from, to, targetOf(record), settings);
    }

    /** What is to be moved, once it is validated. */
    CopyPlan plan() {
        return Objects.requireNonNull(plan);
    }

    /** What is equal for those transfers that can be made together. */
    Object likeness() {
        return plan().target().offload() == Offload.NEVER
                ? new Likeness(transfer.source(), plan().destination().geometry().sizeBytes())
                : this;
    }

    private record Likeness(CopySource source, long sizeBytes) {}

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
    public void close() throws IOException {
        TryAll all = new TryAll();
        all.run(destination::close);
        all.run(source::close);
        all.throwFirst();
    }
}
