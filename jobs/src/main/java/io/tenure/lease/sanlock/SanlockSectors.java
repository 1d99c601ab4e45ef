package io.tenure.lease.sanlock;

import io.tenure.domain.InvalidRequestException;
import io.tenure.domain.LeaseArea;
import io.tenure.domain.StorageDomain;
import io.tenure.format.CorruptMetadataException;
import io.tenure.format.DomainLayout;
import io.tenure.format.LeaseKind;
import io.tenure.format.UnsupportedFormatException;
import io.tenure.format.sanlock.DeltaLeader;
import io.tenure.format.sanlock.SanlockAreaLayout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Reads what sanlock keeps on a domain's storage, without a daemon and without joining. Changes
 * nothing.
 *
 * <p>Storage tells who was granted a lease and who has left; it does not tell who is dead, and how
 * long ago a host has renewed, because each host writes times of its own clock. Whoever must know
 * asks a daemon that has joined, or looks again later.
 *
 * <p>Safe for use by many threads. Each method reads storage anew.
 */
public final class SanlockSectors {
    /** Right for sectors of 512 and of 4096 bytes. */
    private static final int ALIGNMENT_BYTES = 4096;

    /** Reading over a gap of this size costs less than another request. */
    private static final int GAP_BYTES = 64 << 10;

    private static final int WINDOW_BYTES = 1 << 20;

    /** Enough to keep a disk's queue busy; more readers would only wait in it. */
    private static final int READERS = 16;

    private final StorageDomain domain;
    private final DomainLayout layout;

    /** A part of a lease's area that has to be read. */
    private record Range(int offset, int end) {}

    /**
     * Creates a reader.
     *
     * @param domain an open domain; not closed by this
     * @throws InvalidRequestException if the domain's leases are local
     */
    public SanlockSectors(StorageDomain domain) throws InvalidRequestException {
        if (domain.leaseKind() != LeaseKind.SANLOCK) {
            throw new InvalidRequestException(
                    "the domain at " + domain.path() + " has local leases, none of sanlock");
        }
        this.domain = domain;
        this.layout = domain.superblock().layout();
    }

    /**
     * Reads all host ids.
     *
     * @return as storage shows them now; damaged ones say so
     * @throws IOException if storage could not be read
     */
    public StoredHosts hosts() throws IOException {
        List<StoredHost> hosts = new ArrayList<>(layout.maxHosts());
        int sectorBytes = layout.sectorBytes();
        int perWindow = WINDOW_BYTES / sectorBytes;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment window = arena.allocate(WINDOW_BYTES, ALIGNMENT_BYTES);
            for (int first = 1; first <= layout.maxHosts(); first += perWindow) {
                // never beyond the area, which is a multiple of 1 MiB
                domain.readControlArea(
                        layout.lockspaceOffset()
                                + SanlockAreaLayout.deltaOffset(sectorBytes, first),
                        window);
                int last = Math.min(first + perWindow - 1, layout.maxHosts());
                for (int hostId = first; hostId <= last; hostId++) {
                    hosts.add(
                            host(
                                    hostId,
                                    window.asSlice(
                                            (long) (hostId - first) * sectorBytes, sectorBytes)));
                }
            }
        }
        return new StoredHosts(hosts);
    }

    private StoredHost host(int hostId, MemorySegment sector) {
        try {
            DeltaLeader leader = DeltaLeader.decode(hostId, sector);
            String lockspace = domain.id().toString();
            return leader.lockspaceName().equals(lockspace)
                    ? new StoredHost(hostId, leader, null)
                    : new StoredHost(
                            hostId,
                            null,
                            "it belongs to the lockspace " + leader.lockspaceName() + " instead");
        } catch (CorruptMetadataException | UnsupportedFormatException e) {
            return new StoredHost(hostId, null, e.getMessage());
        }
    }

    /**
     * Reads one lease.
     *
     * @param area a lease of the domain
     * @param hosts the domain's hosts; one that has joined for the first time since they were read
     *     is not seen among those that share the lease
     * @return as storage shows it now
     */
    public StoredLease lease(LeaseArea area, StoredHosts hosts) {
        return leases(List.of(area), hosts).getFirst();
    }

    /**
     * Reads many leases, several at a time: of each only the leader and what the hosts that ever
     * were in the domain have written. Not to be interrupted: it takes milliseconds for each.
     *
     * @param areas leases of the domain
     * @param hosts as for {@link #lease}
     * @return as storage shows them now, in the same order; what cannot be read says so
     */
    public List<StoredLease> leases(List<LeaseArea> areas, StoredHosts hosts) {
        List<Range> ranges = ranges(hosts);
        int readers = Math.min(READERS, areas.size());
        if (readers <= 1) {
            return read(areas, ranges, hosts);
        }
        try (ExecutorService threads =
                Executors.newFixedThreadPool(
                        readers, Thread.ofPlatform().name("tenure-leases-", 0).factory())) {
            List<Future<List<StoredLease>>> parts = new ArrayList<>();
            for (int part = 0; part < readers; part++) {
                List<LeaseArea> share =
                        areas.subList(
                                (int) ((long) areas.size() * part / readers),
                                (int) ((long) areas.size() * (part + 1) / readers));
                parts.add(threads.submit(() -> read(share, ranges, hosts)));
            }
            List<StoredLease> all = new ArrayList<>(areas.size());
            for (Future<List<StoredLease>> part : parts) {
                all.addAll(result(part));
            }
            return all;
        }
    }

    private static List<StoredLease> result(Future<List<StoredLease>> part) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return part.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw new IllegalStateException("reading a lease failed", e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private List<StoredLease> read(List<LeaseArea> areas, List<Range> ranges, StoredHosts hosts) {
        List<StoredLease> leases = new ArrayList<>(areas.size());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(ranges.getLast().end(), ALIGNMENT_BYTES);
            for (LeaseArea area : areas) {
                leases.add(read(area, ranges, hosts, buffer));
            }
        }
        return leases;
    }

    private StoredLease read(
            LeaseArea area, List<Range> ranges, StoredHosts hosts, MemorySegment buffer) {
        LeaseSectorReading reading = new LeaseSectorReading(area, hosts, buffer);
        try {
            return SectorReads.settled(() -> {
                for (Range range : ranges) {
                    domain.readControlArea(
                            area.offsetBytes() + range.offset(),
                            buffer.asSlice(range.offset(), range.end() - range.offset()));
                }
                return reading.read();
            });
        } catch (CorruptMetadataException e) {
            return reading.broken(e);
        } catch (IOException e) {
            return reading.unreadable(e);
        }
    }

    /** Leader, request, and the sectors of the host ids that were ever used, in few requests. */
    private List<Range> ranges(StoredHosts hosts) {
        int sectorBytes = layout.sectorBytes();
        List<Range> ranges = new ArrayList<>();
        Range open = new Range(0, roundUp(2 * sectorBytes));
        for (StoredHost host : hosts.used()) {
            int offset = (int) SanlockAreaLayout.hostOffset(sectorBytes, host.hostId());
            int begin = offset & -ALIGNMENT_BYTES;
            int end = roundUp(offset + sectorBytes);
            if (begin - open.end() > GAP_BYTES) {
                ranges.add(open);
                open = new Range(begin, end);
            } else {
                open = new Range(open.offset(), Math.max(open.end(), end));
            }
        }
        ranges.add(open);
        return ranges;
    }

    private static int roundUp(int bytes) {
        return (bytes + ALIGNMENT_BYTES - 1) & -ALIGNMENT_BYTES;
    }
}
