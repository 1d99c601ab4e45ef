package io.tenure.sanlock;

/**
 * A resource: something that a lease can be held on, and where its area lies.
 *
 * <p>What sanlock would refuse, cut off or misread is refused here. Sector and area size must be
 * those of its lockspace, which is not known here: with others an acquire fails on the ballot (code
 * -214).
 *
 * @param lockspace the lockspace that it belongs to: 1 to 47 bytes of UTF-8, without space, colon
 *     and backslash
 * @param name its name, by the same rule
 * @param path the file or device, absolute, without space and backslash, at most 1023 bytes
 * @param offsetBytes where its area begins: a multiple of {@code alignBytes}
 * @param sectorBytes the sector size, 512 or 4096
 * @param alignBytes the size of its area: 1 MiB for 512-byte sectors; 1, 2, 4 or 8 MiB for 4096
 */
public record Resource(
        String lockspace,
        String name,
        String path,
        long offsetBytes,
        int sectorBytes,
        int alignBytes) {

    /**
     * Checks all of it.
     *
     * @throws IllegalArgumentException if anything is not as said above
     */
    public Resource {
        AreaGeometry.checkName("the lockspace name", lockspace);
        AreaGeometry.checkName("the resource name", name);
        AreaGeometry.checkPlace(path, offsetBytes, sectorBytes, alignBytes);
    }

    /** For messages: name and place. */
    @Override
    public String toString() {
        return "resource \""
                + name
                + "\" of lockspace \""
                + lockspace
                + "\" at "
                + path
                + ", offset "
                + offsetBytes;
    }
}
