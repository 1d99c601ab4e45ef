package io.tenure.lease.sanlock;

import io.tenure.domain.LeaseArea;
import io.tenure.format.CorruptMetadataException;
import io.tenure.format.UnsupportedFormatException;
import io.tenure.format.sanlock.ModeBlock;
import io.tenure.format.sanlock.PaxosLeader;
import io.tenure.format.sanlock.RequestRecord;
import io.tenure.format.sanlock.SanlockAreaLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * What stands on storage of one lease, as far as a holder looks at it.
 *
 * @param leader whose it is
 * @param request what others ask of its owner; empty if no such record stands there
 */
record LeaseSectors(PaxosLeader leader, Optional<RequestRecord> request) {

    /** Reads the leader and the request beside it, at once. */
    static LeaseSectors read(LeaseArea area) throws IOException {
        int sector = area.sectorBytes();
        return SectorReads.read(
                area.path(),
                area.offsetBytes(),
                2 * sector,
                bytes -> new LeaseSectors(PaxosLeader.decode(bytes), request(bytes, sector)));
    }

    /** Has no checksum and decides nothing by itself, so what is none is no error. */
    private static Optional<RequestRecord> request(MemorySegment bytes, int sectorBytes) {
        try {
            return Optional.of(
                    RequestRecord.decode(
                            bytes.asSlice(SanlockAreaLayout.requestOffset(sectorBytes))));
        } catch (CorruptMetadataException | UnsupportedFormatException _) {
            return Optional.empty();
        }
    }

    /** Reads how a host holds the lease shared, if it does. */
    static ModeBlock readMode(LeaseArea area, long hostId) throws IOException {
        return SectorReads.read(
                area.path(),
                area.offsetBytes()
                        + SanlockAreaLayout.hostOffset(area.sectorBytes(), Math.toIntExact(hostId)),
                area.sectorBytes(),
                ModeBlock::decode);
    }

    /** Whether it is this lease that stands there. */
    boolean isOf(LeaseArea area) {
        return !leader.cleared()
                && leader.lockspaceName().equals(area.domainId().toString())
                && leader.resourceName().equals(area.resourceId().toString());
    }

    /** Whether another host asks the owner of now to let the lease go. */
    boolean isWanted() {
        return request.filter(
                        asked -> asked.mode() != RequestRecord.NONE && asked.lver() > leader.lver())
                .isPresent();
    }
}
