package io.tenure.sanlock;

/**
 * A lockspace, where it lies, and a host id in it.
 *
 * <p>What sanlock would refuse, cut off or misread is refused here.
 *
 * @param name its name: 1 to 47 bytes of UTF-8, without space, colon and backslash
 * @param hostId the host id, from 1 to {@link #maxHosts()}; each host needs one of its own
 * @param path the file or device, absolute, without space and backslash, at most 1023 bytes
 * @param offsetBytes where its area begins: a multiple of {@code alignBytes}
 * @param sectorBytes the sector size, 512 or 4096
 * @param alignBytes the size of its area: 1 MiB for 512-byte sectors; 1, 2, 4 or 8 MiB for 4096
 */
public record Lockspace(
        String name, long hostId, String path, long offsetBytes, int sectorBytes, int alignBytes) {

    /**
     * Checks all of it.
     *
     * @throws IllegalArgumentException if anything is not as said above
     */
    public Lockspace {
        AreaGeometry.checkName("the lockspace name", name);
        AreaGeometry.checkPlace(path, offsetBytes, sectorBytes, alignBytes);
        int maxHosts = AreaGeometry.maxHosts(sectorBytes, alignBytes);
        if (hostId < 1 || hostId > maxHosts) {
            throw new IllegalArgumentException(
                    "the host id must be 1 to "
                            + maxHosts
                            + " with sectors of "
                            + sectorBytes
                            + " bytes and areas of "
                            + alignBytes
                            + " bytes, not "
                            + hostId);
        }
    }

    /**
     * How many hosts it has room for.
     *
     * @return the highest host id
     */
    public int maxHosts() {
        return AreaGeometry.maxHosts(sectorBytes, alignBytes);
    }

    /** For messages: name and place. */
    @Override
    public String toString() {
        return "lockspace \""
                + name
                + "\" (host id "
                + hostId
                + ") at "
                + path
                + ", offset "
                + offsetBytes;
    }
}
