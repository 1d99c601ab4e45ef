package io.tenure.format.sanlock;

import io.tenure.format.CorruptMetadataException;
import io.tenure.format.UnsupportedFormatException;
import java.lang.foreign.MemorySegment;

/**
 * What both kinds of leaders have in common: struct leader_record.
 *
 * <p>Checked in this order: magic; checksum and version (a newer version is told from damage only
 * if the checksum holds); then the fields.
 */
final class LeaderSector {
    static final int MAGIC = 0;
    static final int VERSION = 4;
    static final int FLAGS = 8;
    static final int SECTOR_BYTES = 12;
    static final int NUM_HOSTS = 16;
    static final int MAX_HOSTS = 24;
    static final int OWNER_ID = 32;
    static final int OWNER_GENERATION = 40;
    static final int LVER = 48;
    static final int SPACE_NAME = 56;
    static final int RESOURCE_NAME = 104;
    static final int TIMESTAMP = 152;
    static final int CHECKSUM = 168;
    static final int IO_TIMEOUT = 174;
    static final int WRITE_ID = 176;
    static final int WRITE_GENERATION = 184;
    static final int WRITE_TIMESTAMP = 192;

    /** LEADER_RECORD_MAX: what a later minor version may use. */
    static final int BYTES = 256;

    /** 1 shifted through the 168 bytes that the checksum covers. */
    private static final long SEED_CORRECTION = 0xDAECE73EL;

    private static final int ALIGN_SHIFT = 4;
    private static final int ALIGN_MASK = 0xF;
    private static final int MIB = 1 << 20;
    private static final int SMALL_SECTOR = 512;
    private static final int LARGE_SECTOR = 4096;

    private LeaderSector() {}

    static SanlockSector copyOf(String what, MemorySegment sector) throws CorruptMetadataException {
        SanlockSector copy = SanlockSector.copyOf(what, sector, 0, BYTES);
        copy.requireNotZero();
        return copy;
    }

    /** Refuses damage and other versions; the magic was checked before. */
    static void requireWhole(SanlockSector sector, long knownVersion)
            throws CorruptMetadataException, UnsupportedFormatException {
        sector.requireWhole(CHECKSUM, SEED_CORRECTION);
        sector.requireVersion(VERSION, knownVersion);
    }

    static int sectorBytes(SanlockSector sector) throws CorruptMetadataException {
        long bytes = sector.u32(SECTOR_BYTES);
        if (bytes != SMALL_SECTOR && bytes != LARGE_SECTOR) {
            throw sector.damaged("sector_size", Long.toString(bytes), "512 or 4096");
        }
        return (int) bytes;
    }

    /** The area's length; old sanlocks set no flag: 1 MiB with 512, 8 MiB with 4096. */
    static int alignBytes(SanlockSector sector) throws CorruptMetadataException {
        int sectorBytes = sectorBytes(sector);
        long mib = sector.u32(FLAGS) >>> ALIGN_SHIFT & ALIGN_MASK;
        if (mib == 0) {
            mib = sectorBytes == SMALL_SECTOR ? 1 : 8;
        }
        if (!SanlockAreaLayout.isAllowed(sectorBytes, mib)) {
            throw sector.damaged(
                    "flags",
                    SanlockSector.hex(sector.u32(FLAGS)),
                    "an alignment that goes with sectors of " + sectorBytes);
        }
        return (int) mib * MIB;
    }
}
