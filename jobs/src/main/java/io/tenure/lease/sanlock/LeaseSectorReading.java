package io.tenure.lease.sanlock;

import io.tenure.domain.LeaseArea;
import io.tenure.format.CorruptMetadataException;
import io.tenure.format.UnsupportedFormatException;
import io.tenure.format.sanlock.ModeBlock;
import io.tenure.format.sanlock.PaxosDblock;
import io.tenure.format.sanlock.PaxosLeader;
import io.tenure.format.sanlock.RequestRecord;
import io.tenure.format.sanlock.SanlockAreaLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the sectors of one lease say together. */
final class LeaseSectorReading {
    private final LeaseArea area;
    private final StoredHosts hosts;
    private final MemorySegment bytes;
    private final List<StoredLease.Holder> sharers = new ArrayList<>();
    private @Nullable PaxosLeader leader;
    private @Nullable RequestRecord request;
    private boolean ownerReleased;

    /**
     * @param bytes the lease's area; only leader, request, and the sectors of used host ids count
     */
    LeaseSectorReading(LeaseArea area, StoredHosts hosts, MemorySegment bytes) {
        this.area = area;
        this.hosts = hosts;
        this.bytes = bytes;
    }

    /**
     * Reads the bytes as they are now.
     *
     * @throws CorruptMetadataException if a sector is none that sanlock wrote, or half of one
     */
    StoredLease read() throws CorruptMetadataException {
        leader = null;
        request = null;
        sharers.clear();
        ownerReleased = false;
        try {
            LeaseSectors sectors = LeaseSectors.decode(bytes, sectorBytes());
            PaxosLeader read = sectors.leader();
            leader = read;
            request = sectors.request().orElse(null);
            Optional<String> mismatch = sectors.mismatch(area);
            if (mismatch.isPresent()) {
                return result(StoredLease.State.BROKEN, List.of(), mismatch.get());
            }
            for (StoredHost host : hosts.used()) {
                readHost(host.hostId(), read);
            }
            return judge(read);
        } catch (UnsupportedFormatException e) {
            return result(StoredLease.State.UNREADABLE, List.of(), e.getMessage());
        }
    }

    /** The lease of which {@link #read} could not make sense, with what could be read of it. */
    StoredLease broken(CorruptMetadataException e) {
        return result(StoredLease.State.BROKEN, List.of(), e.getMessage());
    }

    /** The lease that storage did not show. */
    StoredLease unreadable(IOException e) {
        return result(StoredLease.State.UNREADABLE, List.of(), String.valueOf(e.getMessage()));
    }

    private void readHost(int hostId, PaxosLeader read) throws CorruptMetadataException {
        MemorySegment sector = sector(SanlockAreaLayout.hostOffset(sectorBytes(), hostId));
        try {
            PaxosDblock ballot = PaxosDblock.decode(sector);
            ModeBlock mode = ModeBlock.decode(sector);
            ownerReleased |= hostId == read.ownerId() && ballot.releases(read);
            if (mode.shared() && hosts.mayHold(hostId, mode.generation())) {
                boolean own =
                        ballot.ownerId() == hostId && ballot.ownerGeneration() == mode.generation();
                sharers.add(
                        new StoredLease.Holder(
                                hostId, mode.generation(), own ? ballot.timestampSeconds() : 0));
            }
        } catch (CorruptMetadataException e) {
            throw new CorruptMetadataException("host " + hostId + ": " + e.getMessage(), e);
        }
    }

    private StoredLease judge(PaxosLeader read) {
        boolean owned = read.hasOwner() && !ownerReleased;
        if (owned && hosts.mayHold(read.ownerId(), read.ownerGeneration())) {
            return result(
                    StoredLease.State.HELD,
                    List.of(
                            new StoredLease.Holder(
                                    read.ownerId(),
                                    read.ownerGeneration(),
                                    read.timestampSeconds())),
                    null);
        }
        if (!sharers.isEmpty()) {
            return result(StoredLease.State.SHARED, sharers, null);
        }
        return result(owned ? StoredLease.State.LEFT : StoredLease.State.FREE, List.of(), null);
    }

    private StoredLease result(
            StoredLease.State state, List<StoredLease.Holder> holders, @Nullable String problem) {
        return new StoredLease(area, state, leader, request, holders, problem);
    }

    private int sectorBytes() {
        return area.sectorBytes();
    }

    private MemorySegment sector(long offset) {
        return bytes.asSlice(offset, sectorBytes());
    }
}
