package io.tenure.lease.sanlock;

import io.tenure.domain.LeaseArea;
import io.tenure.format.CorruptMetadataException;
import io.tenure.format.UnsupportedFormatException;
import io.tenure.format.sanlock.DeltaLeader;
import io.tenure.format.sanlock.PaxosDblock;
import io.tenure.format.sanlock.SanlockAreaLayout;
import io.tenure.lease.HostIdentity;
import java.io.IOException;
import java.util.Optional;

/**
 * Whether an incarnation of a host is past its last write on a volume, as storage shows it. Every
 * doubt is a no.
 *
 * @param area the volume's lease, held by this host
 * @param lockspaceOffsetBytes where the area of host ids begins, beside the lease
 */
record Departure(LeaseArea area, long lockspaceOffsetBytes) {

    /** How it is known that the worker is gone; empty if it is not. */
    Optional<String> known(HostIdentity worker, HostIdentity self) throws IOException {
        if (worker.equals(self)) {
            return Optional.of(
                    "it was a process of this host, whose daemon gave the lease on after its end");
        }
        if (worker.hostId() < 1 || worker.hostId() > SanlockAreaLayout.MOST_HOSTS) {
            return Optional.empty();
        }
        Optional<String> left = left(worker);
        return left.isPresent() ? left : released(worker);
    }

    private Optional<String> left(HostIdentity worker) throws IOException {
        int hostId = (int) worker.hostId();
        DeltaLeader host;
        try {
            host =
                    SectorReads.read(
                            area.path(),
                            lockspaceOffsetBytes
                                    + SanlockAreaLayout.deltaOffset(area.sectorBytes(), hostId),
                            area.sectorBytes(),
                            sector -> DeltaLeader.decode(hostId, sector));
        } catch (CorruptMetadataException | UnsupportedFormatException e) {
            return Optional.empty(); // a broken sector tells nothing of its host
        }
        if (!host.lockspaceName().equals(area.domainId().toString())) {
            return Optional.empty();
        }
        if (host.generation() > worker.hostGeneration()) {
            return Optional.of("its host id is of generation " + host.generation() + " by now");
        }
        return host.generation() == worker.hostGeneration() && host.isFree()
                ? Optional.of("it has left the domain since")
                : Optional.empty();
    }

    /**
     * A host's own ballot stays in the lease when others take that, until the host itself takes
     * part again.
     */
    private Optional<String> released(HostIdentity worker) throws IOException {
        PaxosDblock ballot;
        try {
            ballot =
                    SectorReads.read(
                            area.path(),
                            area.offsetBytes()
                                    + SanlockAreaLayout.hostOffset(
                                            area.sectorBytes(), (int) worker.hostId()),
                            area.sectorBytes(),
                            PaxosDblock::decode);
        } catch (CorruptMetadataException e) {
            return Optional.empty();
        }
        return ballot.released()
                        && ballot.ownerId() == worker.hostId()
                        && ballot.ownerGeneration() == worker.hostGeneration()
                ? Optional.of("its daemon released the lease, which it does after the last write")
                : Optional.empty();
    }
}
