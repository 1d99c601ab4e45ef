package io.tenure.sim;

import io.tenure.format.ActiveJob;
import io.tenure.format.Allocation;
import io.tenure.format.CorruptMetadataException;
import io.tenure.format.DataLocation;
import io.tenure.format.DomainLayout;
import io.tenure.format.RecordCopy;
import io.tenure.format.UnsupportedFormatException;
import io.tenure.format.VolumeRecord;
import io.tenure.format.VolumeSlot;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The sectors of the volume's slot as records. Remembers what it has read, by the very arrays: a
 * sector's content is never changed, only replaced. For one thread at a time.
 */
final class SimRecords {
    /** The record with which each schedule begins: a volume that a job has left, LEGAL and zero. */
    static final byte[] FIRST = first(RecordCopy.A);

    /** The same in its other copy. */
    static final byte[] FIRST_AGAIN = first(RecordCopy.B);

    /** Both copies, as somebody read them. */
    static final class Copies {
        private final byte[] a;
        private final byte[] b;

        Copies(byte[][] sectors) {
            this.a = sectors[SimStorage.COPY_A];
            this.b = sectors[SimStorage.COPY_B];
        }

        byte[] a() {
            return a;
        }

        byte[] b() {
            return b;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Copies copies
                    && Arrays.equals(a, copies.a)
                    && Arrays.equals(b, copies.b);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(a) + Arrays.hashCode(b);
        }
    }

    private static final int REMEMBERED = 256;

    private final MemorySegment memory =
            MemorySegment.ofArray(new long[DomainLayout.METADATA_SLOT_BYTES / Long.BYTES]);
    private final byte[][] copiesA = new byte[REMEMBERED][];
    private final byte[][] copiesB = new byte[REMEMBERED][];
    private final @Nullable VolumeSlot[] slots = new VolumeSlot[REMEMBERED];

    private static byte[] first(RecordCopy copy) {
        try (Arena arena = Arena.ofConfined()) {
            Instant then = Instant.EPOCH;
            VolumeRecord record =
                    VolumeRecord.newVolume(
                                    SimStorage.SLOT,
                                    SimStorage.DOMAIN_ID,
                                    Item.VOLUME_ID,
                                    Item.VOLUME_ID,
                                    (long) SimStorage.DATA_SECTORS * SimStorage.SECTOR_BYTES,
                                    Allocation.SPARSE,
                                    DataLocation.device(SimStorage.DATA_PATH.toString()),
                                    then)
                            .started(new ActiveJob(new UUID(0xA0, 0xFFFF), 9, 1, then))
                            .completed(then);
            MemorySegment sector = arena.allocate(SimStorage.SECTOR_BYTES, 512);
            VolumeSlot empty =
                    VolumeSlot.decode(
                            arena.allocate(DomainLayout.METADATA_SLOT_BYTES, 4096),
                            SimStorage.LAYOUT,
                            SimStorage.SLOT,
                            SimStorage.DOMAIN_ID);
            (copy == RecordCopy.A ? empty : empty.afterNext(record)).encodeNext(record, sector);
            return sector.toArray(ValueLayout.JAVA_BYTE);
        } catch (CorruptMetadataException | UnsupportedFormatException e) {
            throw new AssertionError(e);
        }
    }

    /** What both copies say; null if none is valid. */
    @Nullable VolumeSlot slot(byte[][] sectors) {
        return slot(sectors[SimStorage.COPY_A], sectors[SimStorage.COPY_B]);
    }

    @Nullable VolumeSlot slot(byte[] copyA, byte[] copyB) {
        int place =
                (System.identityHashCode(copyA) * 31 + System.identityHashCode(copyB))
                        & (REMEMBERED - 1);
        if (!Arrays.equals(copiesA[place], copyA) || !Arrays.equals(copiesB[place], copyB)) {
            slots[place] = decode(copyA, copyB);
            copiesA[place] = copyA;
            copiesB[place] = copyB;
        }
        return slots[place];
    }

    private @Nullable VolumeSlot decode(byte[] copyA, byte[] copyB) {
        SimStorage.slot(copyA, copyB, memory);
        try {
            return VolumeSlot.decode(
                    memory, SimStorage.LAYOUT, SimStorage.SLOT, SimStorage.DOMAIN_ID);
        } catch (CorruptMetadataException | UnsupportedFormatException e) {
            return null;
        }
    }

    /** What one sector says. */
    VolumeRecord written(byte[] content) {
        VolumeSlot slot = slot(content, SimStorage.ZEROES);
        if (slot == null) {
            throw new AssertionError("a record was written that cannot be read");
        }
        return slot.record().orElseThrow();
    }

    /** Whether a sector says what the slot says already. */
    boolean repeats(byte[][] sectors, byte[] content) {
        VolumeSlot slot = slot(sectors);
        return slot != null && slot.record().filter(written(content)::equals).isPresent();
    }

    /** Where whoever reads the slot now writes next. */
    int nextSector(Copies copies) {
        return valid(copies).nextCopy() == RecordCopy.A ? SimStorage.COPY_A : SimStorage.COPY_B;
    }

    /** The same record, as it is written by whoever reads the slot now. */
    byte[] onTop(Copies copies, byte[] content) {
        VolumeRecord record = written(content);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment sector = arena.allocate(SimStorage.SECTOR_BYTES, 512);
            valid(copies).encodeNext(record, sector);
            return sector.toArray(ValueLayout.JAVA_BYTE);
        }
    }

    private VolumeSlot valid(Copies copies) {
        VolumeSlot slot = slot(copies.a(), copies.b());
        if (slot == null) {
            throw new AssertionError("no copy of the record is valid");
        }
        return slot;
    }
}
