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
                area.path(), area.offsetBytes(), 2 * sector, bytes -> decode(bytes, sector));
    }

    /**
     * Decodes a leader and the request beside it.
     *
     * @param bytes the area of the lease, from its beginning; only these two sectors count
     */
    static LeaseSectors decode(MemorySegment bytes, int sectorBytes)
            throws CorruptMetadataException, UnsupportedFormatException {
        return new LeaseSectors(PaxosLeader.decode(bytes), request(bytes, sectorBytes));
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

    /** What keeps sanlock from taking the leader for that of a lease; empty if nothing does. */
    Optional<String> mismatch(LeaseArea area) {
        if (leader.cleared()) {
            return Optional.of("the lease was cleared");
        }
        if (!leader.lockspaceName().equals(area.domainId().toString())) {
            return Optional.of(
                    "it belongs to the lockspace " + leader.lockspaceName() + " instead");
        }
        if (!leader.resourceName().equals(area.resourceId().toString())) {
            return Optional.of("the lease of " + leader.resourceName() + " stands there instead");
        }
        if (leader.sectorBytes() != area.sectorBytes()
                || leader.alignBytes() != area.alignBytes()) {
            return Optional.of(
                    "it was made for sectors of "
                            + leader.sectorBytes()
                            + " and areas of "
                            + leader.alignBytes()
                            + " bytes");
        }
        return Optional.empty();
    }

    /** Whether another host asks the owner of now to let the lease go. */
    boolean isWanted() {
        return request.filter(
                        asked -> asked.mode() != RequestRecord.NONE && asked.lver() > leader.lver())
                .isPresent();
    }
}
