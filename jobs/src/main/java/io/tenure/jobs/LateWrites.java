package io.tenure.jobs;

import io.tenure.domain.StorageDomain;
import io.tenure.format.ActiveJob;
import io.tenure.format.Quarantine;
import io.tenure.format.VolumeRecord;
import io.tenure.lease.HostIdentity;
import io.tenure.lease.LeaseManager;
import io.tenure.lease.LeaseManagers;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds out, under a volume's lease, whether a host that worked under it before may still have
 * writes under way.
 *
 * @param domain the domain of the volume
 * @param managers where its lease comes from
 */
record LateWrites(StorageDomain domain, LeaseManagers managers) {

    /** The incarnation of a host that is to be waited for; null if there is none. */
    @Nullable Quarantine suspect(VolumeRecord record) throws IOException {
        Optional<HostIdentity> worker =
                record.activeJob()
                        .map(LateWrites::identity)
                        .or(() -> record.quarantine().map(LateWrites::identity));
        if (worker.isEmpty()) {
            return null;
        }
        LeaseManager manager = managers.forKind(domain.leaseKind());
        return manager.knownGone(
                                domain.leaseArea(record.slotIndex(), record.volumeId()),
                                worker.get())
                        .isPresent()
                ? null
                : new Quarantine(worker.get().hostId(), worker.get().hostGeneration());
    }

    private static HostIdentity identity(ActiveJob job) {
        return new HostIdentity(job.hostId(), job.hostGeneration());
    }

    private static HostIdentity identity(Quarantine quarantine) {
        return new HostIdentity(quarantine.hostId(), quarantine.hostGeneration());
    }

    /** What is said to a job that comes too soon. */
    static VolumeQuarantinedException refusal(VolumeRecord record, Quarantine suspect) {
        return new VolumeQuarantinedException(
                "volume %s is in quarantine: host %d (host generation %d) lost its lease%s and may still have"
                                .formatted(
                                        record.volumeId(),
                                        suspect.hostId(),
                                        suspect.hostGeneration(),
                                        record.activeJob()
                                                .map(job -> " in the middle of job " + job.jobId())
                                                .orElse(""))
                        + " writes under way; let it join again or leave, or use a new volume, or"
                        + " say that it is gone (tenure volume release-quarantine)",
                suspect);
    }
}
