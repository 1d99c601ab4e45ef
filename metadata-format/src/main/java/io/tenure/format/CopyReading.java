package io.tenure.format;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.UUID;

/**
 * What one copy of a volume's record turned out to be: zero, torn, or a valid record.
 *
 * @param isZero whether the whole sector is zero
 * @param problem why there is no record; empty text if there is one
 * @param found the record
 */
record CopyReading(boolean isZero, String problem, Optional<Sequenced<VolumeRecord>> found) {
    /** Reads a copy; one that is whole but not acceptable is thrown. */
    static CopyReading of(
            MemorySegment slot, RecordCopy copy, DomainLayout layout, int slotIndex, UUID domainId)
            throws CorruptMetadataException, UnsupportedFormatException {
        long offset = VolumeSlot.offsetOf(copy);
        MetadataBlock block = MetadataBlock.copyOf(slot, offset);
        if (!block.isWhole()) {
            boolean zero = block.isZero() && SectorTail.isZero(slot, offset, layout.sectorBytes());
            return new CopyReading(
                    zero, block.tornProblem(VolumeRecordLayout.magic()), Optional.empty());
        }
        String what = "volume slot " + slotIndex + " copy " + copy;
        Sequenced<VolumeRecord> found = VolumeRecordCodec.decode(what, block);
        SectorTail.requireZero(what, slot, offset, layout.sectorBytes());
        requireSame(what, "slotIndex", found.value().slotIndex(), slotIndex);
        requireSame(what, "domainId", found.value().domainId(), domainId);
        return new CopyReading(false, "", Optional.of(found));
    }

    /** The record's write sequence; 0 if there is none. */
    long writeSequence() {
        return found.map(Sequenced::writeSequence).orElse(0L);
    }

    /** What is wrong with this copy, given that the other one is valid with this sequence. */
    Optional<String> problemBehind(long newestSequence) {
        if (found.isPresent()
                ? writeSequence() == newestSequence - 1
                : isZero && newestSequence == 1) {
            return Optional.empty();
        }
        return Optional.of(
                found.isEmpty()
                        ? problem
                        : "writeSequence is %d: must be %d"
                                .formatted(writeSequence(), newestSequence - 1));
    }

    /** Whether the copy is valid and says the same as another. */
    boolean holds(VolumeRecord record) {
        return found.map(each -> each.value().equals(record)).orElse(false);
    }

    private static void requireSame(String what, String field, Object found, Object expected)
            throws CorruptMetadataException {
        if (!found.equals(expected)) {
            throw new CorruptMetadataException(
                    what + ": " + field + " is " + found + ": must be " + expected);
        }
    }
}
