package io.tenure.sim;

import io.tenure.format.CorruptMetadataException;
import io.tenure.format.RecordCopy;
import io.tenure.format.UnsupportedFormatException;
import io.tenure.format.VolumeRecord;
import io.tenure.format.VolumeSlot;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** The sectors of the volume's slot as records. */
final class SimRecords {
    private static final MemorySegment SLOT = Arena.global().allocate(8192, 4096);

    private SimRecords() {}

    /** Null if no copy is valid. */
    static synchronized @Nullable VolumeSlot decode(byte[][] sectors) {
        SimStorage.slot(sectors, SLOT);
        try {
            return VolumeSlot.decode(
                    SLOT, SimStorage.LAYOUT, SimStorage.SLOT, SimStorage.DOMAIN_ID);
        } catch (CorruptMetadataException | UnsupportedFormatException e) {
            return null;
        }
    }

    /** What one sector says. */
    static VolumeRecord decodeWritten(byte[] content) {
        VolumeSlot slot = decode(new byte[][] {content, SimStorage.ZEROES});
        if (slot == null) {
            throw new AssertionError("a record was written that cannot be read");
        }
        return slot.record().orElseThrow();
    }

    /** Whether a sector says what the slot says already. */
    static boolean repeats(byte[][] sectors, byte[] content) {
        VolumeSlot slot = decode(sectors);
        return slot != null && slot.record().filter(decodeWritten(content)::equals).isPresent();
    }

    /** Where whoever reads the slot now writes next. */
    static int nextSector(byte[][] sectors) {
        return valid(sectors).nextCopy() == RecordCopy.A ? SimStorage.COPY_A : SimStorage.COPY_B;
    }

    /** The same record, as it is written by whoever reads the slot now. */
    static byte[] onTop(byte[][] sectors, byte[] content) {
        VolumeRecord record = decodeWritten(content);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment sector = arena.allocate(SimStorage.SECTOR_BYTES, 512);
            valid(sectors).encodeNext(record, sector);
            return sector.toArray(ValueLayout.JAVA_BYTE);
        }
    }

    private static VolumeSlot valid(byte[][] sectors) {
        VolumeSlot slot = decode(sectors);
        if (slot == null) {
            throw new AssertionError("no copy of the record is valid");
        }
        return slot;
    }
}
