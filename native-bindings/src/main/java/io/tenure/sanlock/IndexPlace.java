package io.tenure.sanlock;

/**
 * Where a resource index lies, and how large it is. It has two areas of its own, the index and a
 * lease that guards it, and then the areas of its resources:
 *
 * <table>
 * <caption>With A = area size</caption>
 * <tr><th>offset</th><th>what</th></tr>
 * <tr><td>{@code offsetBytes}</td><td>the index: a header sector, entries of 64 bytes</td></tr>
 * <tr><td>{@code offsetBytes + A}</td><td>the lease of the index</td></tr>
 * <tr><td>{@code offsetBytes + (2 + i) A}</td><td>resource of entry i</td></tr>
 * </table>
 *
 * <p>What the daemon would not check is refused here: it trusts the number of entries.
 *
 * @param lockspace the lockspace of its resources: 1 to 47 bytes of UTF-8, without space, colon and
 *     backslash
 * @param path the file or device, absolute, without space and backslash, at most 1023 bytes
 * @param offsetBytes where it begins: a multiple of {@code alignBytes}
 * @param sectorBytes the sector size of index and resources, 512 or 4096
 * @param alignBytes the size of each area: 1 MiB for 512-byte sectors; 1, 2, 4 or 8 MiB for 4096
 * @param maxResources how many resources it has room for: 1 to 16000 for each MiB of an area
 */
public record IndexPlace(
        String lockspace,
        String path,
        long offsetBytes,
        int sectorBytes,
        int alignBytes,
        int maxResources) {
    /** {@code MAX_RINDEX_ENTRIES_1M} of sanlock; in proportion for larger areas. */
    private static final int MAX_RESOURCES_PER_MIB = 16_000;

    private static final int MIB = 1 << 20;

    /**
     * Checks all of it.
     *
     * @throws IllegalArgumentException if anything is not as said above
     */
    public IndexPlace {
        AreaGeometry.checkName("the lockspace name", lockspace);
        AreaGeometry.checkPlace(path, offsetBytes, sectorBytes, alignBytes);
        int most = MAX_RESOURCES_PER_MIB * (alignBytes / MIB);
        if (maxResources < 1 || maxResources > most) {
            throw new IllegalArgumentException(
                    "an index with areas of "
                            + alignBytes
                            + " bytes has room for 1 to "
                            + most
                            + " resources, not "
                            + maxResources);
        }
    }

    /**
     * A resource of the index.
     *
     * @param name its name
     * @param offsetBytes where its area begins
     * @return with place and sizes of the index
     * @throws IllegalArgumentException if no resource of this index can be there
     */
    public Resource resource(String name, long offsetBytes) {
        checkOffset(offsetBytes);
        return new Resource(lockspace, name, path, offsetBytes, sectorBytes, alignBytes);
    }

    /** The daemon computes an entry's address from any offset that it is given. */
    void checkOffset(long resourceOffsetBytes) {
        long first = offsetBytes + 2L * alignBytes;
        long last = first + (maxResources - 1L) * alignBytes;
        if (resourceOffsetBytes < first
                || resourceOffsetBytes > last
                || resourceOffsetBytes % alignBytes != 0) {
            throw new IllegalArgumentException(
                    "resources of this index begin at multiples of "
                            + alignBytes
                            + " from "
                            + first
                            + " to "
                            + last
                            + ", not at "
                            + resourceOffsetBytes);
        }
    }

    /** For messages: lockspace and place. */
    @Override
    public String toString() {
        return "the index of lockspace \""
                + lockspace
                + "\" at "
                + path
                + ", offset "
                + offsetBytes;
    }
}
