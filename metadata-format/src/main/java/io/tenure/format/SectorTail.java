package io.tenure.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** What lies behind a block in its sector: nothing, and that is checked. */
final class SectorTail {
    private SectorTail() {}

    static boolean isZero(MemorySegment bytes, long sectorOffset, long sectorBytes) {
        return firstNonZero(bytes, sectorOffset, sectorBytes) < 0;
    }

    static void requireZero(String what, MemorySegment bytes, long sectorOffset, long sectorBytes)
            throws CorruptMetadataException {
        long found = firstNonZero(bytes, sectorOffset, sectorBytes);
        if (found >= 0) {
            throw new CorruptMetadataException(
                    "%s: the sector has 0x%02x at byte %d, behind the record: must be zero"
                            .formatted(
                                    what,
                                    bytes.get(ValueLayout.JAVA_BYTE, sectorOffset + found),
                                    found));
        }
    }

    private static long firstNonZero(MemorySegment bytes, long sectorOffset, long sectorBytes) {
        long found =
                ZeroBytes.firstNonZero(
                        bytes, sectorOffset + MetadataBlock.BYTES, sectorOffset + sectorBytes);
        return found < 0 ? -1 : MetadataBlock.BYTES + found;
    }
}
