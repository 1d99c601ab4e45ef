package io.tenure.benchmarks;

import io.tenure.format.ActiveJob;
import io.tenure.format.Allocation;
import io.tenure.format.DataLocation;
import io.tenure.format.DomainLayout;
import io.tenure.format.VolumeRecord;
import io.tenure.format.VolumeSlot;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What does it cost to read and to write a volume record, checksum and checks included? */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RecordBenchmark {
    private static final int SLOT = 1;
    private static final int SECTOR_BYTES = 512;
    private static final DomainLayout LAYOUT = new DomainLayout(SECTOR_BYTES, 1 << 20, 10);
    private static final UUID DOMAIN = UUID.randomUUID();

    private final Arena arena = Arena.ofShared();
    private final MemorySegment slotBytes = arena.allocate(DomainLayout.METADATA_SLOT_BYTES);
    private final MemorySegment sector = arena.allocate(SECTOR_BYTES);
    private final VolumeRecord record = record();

    /** Creates the state. */
    public RecordBenchmark() {}

    private static VolumeRecord record() {
        UUID volume = UUID.randomUUID();
        return VolumeRecord.newVolume(
                        SLOT,
                        DOMAIN,
                        volume,
                        volume,
                        1L << 40,
                        Allocation.SPARSE,
                        DataLocation.file("volumes/" + volume + ".raw"),
                        Instant.now())
                .started(new ActiveJob(UUID.randomUUID(), 1, 1, Instant.now()))
                .completed(Instant.now());
    }

    /**
     * Puts a record into the slot.
     *
     * @throws IOException never: the slot is blank
     */
    @Setup
    public void writeFirst() throws IOException {
        VolumeSlot blank = VolumeSlot.decode(slotBytes, LAYOUT, SLOT, DOMAIN);
        blank.encodeNext(record, sector);
        MemorySegment.copy(sector, 0, slotBytes, blank.nextCopyOffset(), SECTOR_BYTES);
    }

    /** Frees the memory. */
    @TearDown
    public void close() {
        arena.close();
    }

    /**
     * Reads both copies of a slot and picks the newest.
     *
     * @return the slot
     * @throws IOException never: the record is valid
     */
    @Benchmark
    public Object decodeSlot() throws IOException {
        return VolumeSlot.decode(slotBytes, LAYOUT, SLOT, DOMAIN);
    }

    /**
     * Makes the next record and its sector.
     *
     * @return the sector
     * @throws IOException never: the record is valid
     */
    @Benchmark
    public MemorySegment decodeAndEncodeNext() throws IOException {
        VolumeSlot.decode(slotBytes, LAYOUT, SLOT, DOMAIN).encodeNext(record, sector);
        return sector;
    }
}
