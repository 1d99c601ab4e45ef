package io.tenure.format.sanlock;

import io.tenure.format.CorruptMetadataException;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * One entry of a resource index: which lease lies where. Struct rindex_entry of sanlock's ondisk.h;
 * it has neither magic, version nor checksum. {@link ResourceIndexHeader#entryOffset} says where.
 *
 * <table class="striped">
 * <caption>Entry of a resource index</caption>
 * <thead><tr><th>offset</th><th>type</th><th>what</th></tr></thead>
 * <tbody>
 * <tr><td>0</td><td>u64</td><td>where the lease lies on the device or file; 0: unused</td></tr>
 * <tr><td>8</td><td>u32</td><td>flags</td></tr>
 * <tr><td>12</td><td>u32</td><td>not used</td></tr>
 * <tr><td>16</td><td>48 bytes</td><td>resource</td></tr>
 * </tbody>
 * </table>
 *
 * @param index its place in the index, from 0
 * @param resourceName the resource
 * @param offsetBytes where its lease lies on the device or file
 * @param flags as they stand on storage
 */
public record ResourceIndexEntry(int index, String resourceName, long offsetBytes, int flags) {
    /** The length of an entry. */
    public static final int BYTES = 64;

    private static final int RES_OFFSET = 0;
    private static final int FLAGS = 8;
    private static final int NAME = 16;

    /**
     * Reads an entry.
     *
     * @param header the header of the index
     * @param index which entry, from 0
     * @param entry its bytes, {@link #BYTES} at least
     * @return the entry; empty if it is unused
     * @throws CorruptMetadataException if it names no resource, or another place than its own
     * @throws IndexOutOfBoundsException if there is no such entry, or fewer bytes are given
     */
    public static Optional<ResourceIndexEntry> decode(
            ResourceIndexHeader header, int index, MemorySegment entry)
            throws CorruptMetadataException {
        long expected = header.resourceOffset(index);
        String what = "entry " + index + " of the resource index";
        SanlockSector copy = SanlockSector.copyOf(what, entry, 0, BYTES);
        if (copy.isZero()) {
            return Optional.empty();
        }
        long offset = copy.u63("res_offset", RES_OFFSET);
        if (offset != expected) {
            throw copy.damaged("res_offset", Long.toString(offset), Long.toString(expected));
        }
        String name = copy.name("name", NAME);
        if (name.isEmpty()) {
            throw copy.damaged("name", "empty", "that of a resource");
        }
        return Optional.of(new ResourceIndexEntry(index, name, offset, (int) copy.u32(FLAGS)));
    }
}
