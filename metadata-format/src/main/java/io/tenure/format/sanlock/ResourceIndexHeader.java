package io.tenure.format.sanlock;

import io.tenure.format.CorruptMetadataException;
import io.tenure.format.UnsupportedFormatException;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * The header of a resource index: the first sector of its area; struct rindex_header of sanlock's
 * ondisk.h. Has no checksum. Entries follow from the next sector on; the index's internal lease has
 * the area behind, and the resources have those after it.
 *
 * <table class="striped">
 * <caption>Header of a resource index</caption>
 * <thead><tr><th>offset</th><th>type</th><th>what</th></tr></thead>
 * <tbody>
 * <tr><td>0</td><td>u32</td><td>magic 0x01042018</td></tr>
 * <tr><td>4</td><td>u32</td><td>version 0x00010002: major in the high half</td></tr>
 * <tr><td>8</td><td>u32</td><td>flags: 1, 2, 4, 8: alignment in MiB</td></tr>
 * <tr><td>12</td><td>u32</td><td>sector size: 512 or 4096</td></tr>
 * <tr><td>16</td><td>u32</td><td>number of entries</td></tr>
 * <tr><td>20</td><td>u32</td><td>not used</td></tr>
 * <tr><td>24</td><td>u64</td><td>where the index lies on its device or file</td></tr>
 * <tr><td>32</td><td>48 bytes</td><td>lockspace</td></tr>
 * </tbody>
 * </table>
 *
 * @param sectorBytes the sector size, 512 or 4096
 * @param alignBytes the length of each area
 * @param maxResources how many entries there are
 * @param offsetBytes where the index lies on its device or file
 * @param lockspaceName the lockspace
 */
public record ResourceIndexHeader(
        int sectorBytes, int alignBytes, int maxResources, long offsetBytes, String lockspaceName) {
    /** How many bytes are read, from the sector's beginning. */
    public static final int BYTES = 80;

    private static final long MAGIC_VALUE = 0x01042018L;
    private static final long VERSION_VALUE = 0x00010002L;
    private static final int MAGIC = 0;
    private static final int VERSION = 4;
    private static final int FLAGS = 8;
    private static final int SECTOR_BYTES = 12;
    private static final int MAX_RESOURCES = 16;
    private static final int RX_OFFSET = 24;
    private static final int LOCKSPACE_NAME = 32;

    private static final int MIB = 1 << 20;
    private static final int ALIGN_MASK = 0xF;
    private static final int ENTRIES_PER_MIB = 16_000;

    /** The index and its internal lease. */
    private static final int AREAS_BEFORE_RESOURCES = 2;

    /**
     * Reads the first sector of an index.
     *
     * @param sector its bytes, {@link #BYTES} at least
     * @return the header
     * @throws CorruptMetadataException if no header stands there
     * @throws UnsupportedFormatException if a newer sanlock wrote it
     * @throws IndexOutOfBoundsException if fewer bytes are given
     */
    public static ResourceIndexHeader decode(MemorySegment sector)
            throws CorruptMetadataException, UnsupportedFormatException {
        SanlockSector copy = SanlockSector.copyOf("resource index", sector, 0, BYTES);
        copy.requireNotZero();
        copy.requireMagic(MAGIC, MAGIC_VALUE);
        copy.requireVersion(VERSION, VERSION_VALUE);
        long sectorBytes = copy.u32(SECTOR_BYTES);
        if (sectorBytes != 512 && sectorBytes != 4096) {
            throw copy.damaged("sector_size", Long.toString(sectorBytes), "512 or 4096");
        }
        long alignMib = copy.u32(FLAGS) & ALIGN_MASK;
        if (!SanlockAreaLayout.isAllowed((int) sectorBytes, alignMib)) {
            throw copy.damaged(
                    "flags",
                    SanlockSector.hex(copy.u32(FLAGS)),
                    "an alignment that goes with sectors of " + sectorBytes);
        }
        return new ResourceIndexHeader(
                (int) sectorBytes,
                (int) alignMib * MIB,
                copy.ranged(
                        "max_resources",
                        copy.u32(MAX_RESOURCES),
                        1,
                        ENTRIES_PER_MIB * (int) alignMib),
                copy.u63("rx_offset", RX_OFFSET),
                copy.name("lockspace_name", LOCKSPACE_NAME));
    }

    /**
     * Where an entry lies.
     *
     * @param index from 0
     * @return the offset from the index's beginning, in bytes
     * @throws IndexOutOfBoundsException if there is no such entry
     */
    public long entryOffset(int index) {
        Objects.checkIndex(index, maxResources);
        return sectorBytes + (long) index * ResourceIndexEntry.BYTES;
    }

    /**
     * Where the lease of an entry lies.
     *
     * @param index from 0
     * @return the offset on the device or file, in bytes
     * @throws IndexOutOfBoundsException if there is no such entry
     */
    public long resourceOffset(int index) {
        Objects.checkIndex(index, maxResources);
        return offsetBytes + (AREAS_BEFORE_RESOURCES + (long) index) * alignBytes;
    }
}
