package io.tenure.format.sanlock;

import io.tenure.format.CorruptMetadataException;
import io.tenure.format.UnsupportedFormatException;
import java.lang.foreign.MemorySegment;

/**
 * The leader of a lease: who holds it, or held it last. Sector 0 of the lease's area; struct
 * leader_record of sanlock's ondisk.h.
 *
 * <table class="striped">
 * <caption>Leader of a lease</caption>
 * <thead><tr><th>offset</th><th>type</th><th>what</th></tr></thead>
 * <tbody>
 * <tr><td>0</td><td>u32</td><td>magic 0x06152010; 0x11282016: cleared</td></tr>
 * <tr><td>4</td><td>u32</td><td>version 0x00060004: major in the high half</td></tr>
 * <tr><td>8</td><td>u32</td><td>flags: 1 short hold; 0x10, 0x20, 0x40, 0x80: 1, 2, 4, 8 MiB</td></tr>
 * <tr><td>12</td><td>u32</td><td>sector size: 512 or 4096</td></tr>
 * <tr><td>16</td><td>u64</td><td>number of hosts that may use the lease</td></tr>
 * <tr><td>24</td><td>u64</td><td>number of hosts there is room for</td></tr>
 * <tr><td>32</td><td>u64</td><td>owner: host id; stays after a release</td></tr>
 * <tr><td>40</td><td>u64</td><td>owner: host generation</td></tr>
 * <tr><td>48</td><td>u64</td><td>lver: how often the lease was granted</td></tr>
 * <tr><td>56</td><td>48 bytes</td><td>lockspace</td></tr>
 * <tr><td>104</td><td>48 bytes</td><td>resource</td></tr>
 * <tr><td>152</td><td>u64</td><td>since when, in seconds of the owner's CLOCK_MONOTONIC; 0: not
 *     held exclusively</td></tr>
 * <tr><td>160</td><td>u64</td><td>not used</td></tr>
 * <tr><td>168</td><td>u32</td><td>checksum of bytes 0 to 167</td></tr>
 * <tr><td>172</td><td>u16</td><td>not used</td></tr>
 * <tr><td>174</td><td>u16</td><td>not used in leases</td></tr>
 * <tr><td>176</td><td>u64</td><td>host id of who wrote the sector</td></tr>
 * <tr><td>184</td><td>u64</td><td>its host generation</td></tr>
 * <tr><td>192</td><td>u64</td><td>when, in seconds of its CLOCK_MONOTONIC</td></tr>
 * </tbody>
 * </table>
 *
 * @param cleared whether the lease was taken off storage: nobody can acquire it
 * @param flags as they stand on storage
 * @param sectorBytes the sector size, 512 or 4096
 * @param alignBytes the length of the area
 * @param numHosts the largest host id that may use the lease
 * @param maxHosts the largest host id there is room for
 * @param ownerId host id of the owner, or of the last one; 0: never held
 * @param ownerGeneration host generation of the owner
 * @param lver how often the lease was granted; goes up by one with each, shared ones included
 * @param lockspaceName the lockspace
 * @param resourceName the resource
 * @param timestampSeconds since when the owner holds it, in seconds of the <em>owner's</em>
 *     CLOCK_MONOTONIC; 0 if nobody holds it exclusively
 * @param writerId host id of who wrote the sector, not covered by the checksum
 * @param writerGeneration host generation of who wrote it, likewise
 * @param writeTimestampSeconds when, in seconds of the writer's CLOCK_MONOTONIC, likewise
 */
public record PaxosLeader(
        boolean cleared,
        int flags,
        int sectorBytes,
        int alignBytes,
        int numHosts,
        int maxHosts,
        long ownerId,
        long ownerGeneration,
        long lver,
        String lockspaceName,
        String resourceName,
        long timestampSeconds,
        long writerId,
        long writerGeneration,
        long writeTimestampSeconds) {
    /** How many bytes are read, from the sector's beginning. */
    public static final int BYTES = LeaderSector.BYTES;

    private static final long MAGIC = 0x06152010L;
    private static final long MAGIC_CLEARED = 0x11282016L;
    private static final long VERSION = 0x00060004L;

    /**
     * Reads the first sector of a lease's area.
     *
     * @param sector its bytes, {@link #BYTES} at least
     * @return the leader; a lease that was cleared is one with {@link #cleared}
     * @throws CorruptMetadataException if no whole leader of a lease stands there
     * @throws UnsupportedFormatException if a newer sanlock wrote it
     * @throws IndexOutOfBoundsException if fewer bytes are given
     */
    public static PaxosLeader decode(MemorySegment sector)
            throws CorruptMetadataException, UnsupportedFormatException {
        SanlockSector copy = LeaderSector.copyOf("leader of a lease", sector);
        boolean cleared = copy.u32(LeaderSector.MAGIC) == MAGIC_CLEARED;
        if (!cleared) {
            copy.requireMagic(LeaderSector.MAGIC, MAGIC);
        }
        LeaderSector.requireWhole(copy, VERSION);
        int maxHosts =
                copy.ranged(
                        "max_hosts",
                        copy.bits64(LeaderSector.MAX_HOSTS),
                        1,
                        SanlockAreaLayout.MOST_HOSTS);
        return new PaxosLeader(
                cleared,
                (int) copy.u32(LeaderSector.FLAGS),
                LeaderSector.sectorBytes(copy),
                LeaderSector.alignBytes(copy),
                copy.ranged("num_hosts", copy.bits64(LeaderSector.NUM_HOSTS), 1, maxHosts),
                maxHosts,
                copy.ranged("owner_id", copy.bits64(LeaderSector.OWNER_ID), 0, maxHosts),
                copy.u63("owner_generation", LeaderSector.OWNER_GENERATION),
                copy.u63("lver", LeaderSector.LVER),
                copy.name("space_name", LeaderSector.SPACE_NAME),
                copy.name("resource_name", LeaderSector.RESOURCE_NAME),
                copy.u63("timestamp", LeaderSector.TIMESTAMP),
                copy.bits64(LeaderSector.WRITE_ID),
                copy.bits64(LeaderSector.WRITE_GENERATION),
                copy.bits64(LeaderSector.WRITE_TIMESTAMP));
    }

    /**
     * Whether the leader names a present owner. If not, hosts may still hold the lease shared:
     * their {@link ModeBlock}s tell. If so, the owner's {@link PaxosDblock} may tell of a release
     * whose last write is missing.
     *
     * @return true if the lease is held exclusively, or is being acquired or shared just now
     */
    public boolean hasOwner() {
        return !cleared && timestampSeconds != 0;
    }

    /**
     * Whether the lease, and this grant of it, is still a given holder's.
     *
     * @param hostId the holder's host id
     * @param hostGeneration the holder's host generation
     * @param heldLver the lver that was granted
     * @return true if the leader names exactly that
     */
    public boolean isOwnedBy(long hostId, long hostGeneration, long heldLver) {
        return hasOwner()
                && ownerId == hostId
                && ownerGeneration == hostGeneration
                && lver == heldLver;
    }
}
