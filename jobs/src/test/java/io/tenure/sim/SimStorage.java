package io.tenure.sim;

import io.tenure.format.DomainLayout;
import io.tenure.format.LeaseKind;
import io.tenure.format.RecordCopy;
import io.tenure.format.Superblock;
import io.tenure.format.SuperblockCodec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * The shared storage: a control area with one volume, and the volume's data, sector by sector. What
 * has landed is seen by everybody at once; what was not flushed may be lost with the host that
 * wrote it. A flush makes durable all that has landed, whoever wrote it.
 */
final class SimStorage {
    static final int SECTOR_BYTES = 512;

    /** Enough for writes in flight in either order, and for a volume that is half written. */
    static final int DATA_SECTORS = 2;

    static final int SLOT = 1;
    static final DomainLayout LAYOUT = new DomainLayout(SECTOR_BYTES, 1 << 20, 1);
    static final UUID DOMAIN_ID = new UUID(0xD0, 1);
    static final Path CONTROL_PATH = Path.of("/simulated/control");
    static final Path DATA_PATH = Path.of("/simulated/volume");

    /** The sectors: both copies of the record, then the data. */
    static final int COPY_A = 0;

    static final int COPY_B = 1;
    static final int DATA = 2;
    static final int SECTORS = DATA + DATA_SECTORS;

    static final byte[] ZEROES = new byte[SECTOR_BYTES];
    private static final byte[] SUPERBLOCK = superblock();

    /** As it was when the schedule began. */
    final byte[][] first = new byte[SECTORS][];

    final byte[][] now = new byte[SECTORS][];
    final byte[][] durable = new byte[SECTORS][];

    /** Which host wrote what is not durable yet. */
    private final SimHost[] writer = new SimHost[SECTORS];

    /** In the order of their submission. */
    final List<Flight> flights = new ArrayList<>();

    final SectorHashes hashes = new SectorHashes();
    private final boolean singleCopy;

    SimStorage(boolean singleCopy) {
        this.singleCopy = singleCopy;
    }

    /** Everything is zero, and durable. */
    void reset() {
        Arrays.fill(first, ZEROES);
        Arrays.fill(now, ZEROES);
        Arrays.fill(durable, ZEROES);
        flights.clear();
    }

    /** Puts a sector there as it was before the schedule began. */
    void preset(int sector, byte[] content) {
        first[sector] = content;
        now[sector] = content;
        durable[sector] = content;
    }

    private static byte[] superblock() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment sector = arena.allocate(SECTOR_BYTES, SECTOR_BYTES);
            SuperblockCodec.encode(
                    new Superblock(DOMAIN_ID, LAYOUT, LeaseKind.SANLOCK, 10, Instant.EPOCH),
                    1,
                    sector);
            return sector.toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /** Which sector of those that are kept lies at an offset of the control area. */
    int controlSector(long offsetBytes) {
        long inSlot = offsetBytes - LAYOUT.metadataOffset(SLOT);
        if (inSlot != 0 && inSlot != DomainLayout.METADATA_COPY_B_OFFSET_BYTES) {
            throw new IllegalArgumentException("no record lies at " + offsetBytes);
        }
        return inSlot == 0 || singleCopy ? COPY_A : COPY_B;
    }

    void readControl(long offsetBytes, MemorySegment target, SimRecords.Copies copies) {
        target.fill((byte) 0);
        if (offsetBytes == DomainLayout.superblockOffset(RecordCopy.A)
                || offsetBytes == DomainLayout.superblockOffset(RecordCopy.B)) {
            copy(SUPERBLOCK, target, 0);
            return;
        }
        copyIfWithin(copies.a(), LAYOUT.metadataOffset(SLOT) - offsetBytes, target);
        copyIfWithin(
                copies.b(),
                LAYOUT.metadataOffset(SLOT)
                        + DomainLayout.METADATA_COPY_B_OFFSET_BYTES
                        - offsetBytes,
                target);
    }

    /** The slot as both copies tell it. */
    static void slot(byte[] copyA, byte[] copyB, MemorySegment target) {
        copy(copyA, target, 0);
        copy(copyB, target, DomainLayout.METADATA_COPY_B_OFFSET_BYTES);
    }

    private static void copyIfWithin(byte[] sector, long at, MemorySegment target) {
        if (at >= 0 && at < target.byteSize()) {
            copy(sector, target, at);
        }
    }

    private static void copy(byte[] sector, MemorySegment target, long at) {
        MemorySegment.copy(sector, 0, target, ValueLayout.JAVA_BYTE, at, SECTOR_BYTES);
    }

    /** A write reaches the storage. */
    void land(SimHost host, int sector, byte[] content) {
        now[sector] = content;
        writer[sector] = host;
    }

    /** The first half of a write reaches the storage, if the whole would change anything. */
    void landTorn(SimHost host, int sector, byte[] content) {
        land(host, sector, torn(now[sector], content));
    }

    private static byte[] torn(byte[] before, byte[] after) {
        byte[] mixed = before.clone();
        System.arraycopy(after, 0, mixed, 0, SECTOR_BYTES / 2);
        return mixed;
    }

    boolean isDurable(int sector) {
        return Arrays.equals(now[sector], durable[sector]);
    }

    /**
     * One flush reaches either the control area or the volume: these are two devices.
     *
     * @return whether anything had not been durable
     */
    boolean flush(SimDevice.Of of) {
        int from = of == SimDevice.Of.CONTROL ? 0 : DATA;
        int to = of == SimDevice.Of.CONTROL ? DATA : SECTORS;
        boolean changed = false;
        for (int i = from; i < to; i++) {
            changed |= !isDurable(i);
            durable[i] = now[i];
        }
        return changed;
    }

    /** What a host had in flight never lands. */
    void dropFlights(SimHost host) {
        flights.removeIf(flight -> flight.host == host);
    }

    /** Whether a crash of this host could lose anything. */
    boolean hasUnflushed(SimHost host) {
        return hasUnflushed(host, SECTORS);
    }

    /** The same of the record alone. */
    boolean hasUnflushedRecord(SimHost host) {
        return hasUnflushed(host, DATA);
    }

    private boolean hasUnflushed(SimHost host, int end) {
        for (int i = 0; i < end; i++) {
            if (writer[i] == host && !isDurable(i)) {
                return true;
            }
        }
        return false;
    }

    /** What a host wrote and nobody flushed is gone, whole or by half. */
    void lose(SimHost host, boolean byHalf) {
        for (int i = 0; i < SECTORS; i++) {
            if (writer[i] == host && !isDurable(i)) {
                now[i] = byHalf ? torn(durable[i], now[i]) : durable[i];
                durable[i] = now[i];
            }
        }
    }

    /** What a process has in flight. */
    int inFlight(SimHost host) {
        int count = 0;
        for (int i = 0; i < flights.size(); i++) {
            Flight flight = flights.get(i);
            if (flight.host == host && flight.process == host.process) {
                count++;
            }
        }
        return count;
    }

    /** What a host has in flight may land later than anybody thinks. */
    void markLate(SimHost host) {
        for (Flight flight : flights) {
            if (flight.host == host) {
                flight.late = true;
            }
        }
    }

    long hash(long seed) {
        long hash = seed;
        for (int i = 0; i < SECTORS; i++) {
            hash = Mix.mix(hash, hashes.of(now[i]));
            hash = Mix.mix(hash, isDurable(i) ? 0 : hashes.of(durable[i]) ^ writer[i].index);
        }
        for (Flight flight : flights) {
            hash = Mix.mix(hash, hashes.of(flight.content) + 31L * flight.sector);
            hash =
                    Mix.mix(
                            hash,
                            flight.host.index
                                    + 8 * (flight.late ? 1 : 0)
                                    + 16L * (flight.host.process - flight.process));
        }
        return hash;
    }
}
