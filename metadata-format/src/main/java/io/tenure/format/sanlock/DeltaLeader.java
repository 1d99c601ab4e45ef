package io.tenure.format.sanlock;

import io.tenure.format.CorruptMetadataException;
import io.tenure.format.UnsupportedFormatException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * A host id's lease in a lockspace: which host has it, and when that host last renewed it. Sector N
 * - 1 for host id N; struct leader_record of sanlock's ondisk.h, and a bitmap behind it.
 *
 * <table class="striped">
 * <caption>Leader of a host id</caption>
 * <thead><tr><th>offset</th><th>type</th><th>what</th></tr></thead>
 * <tbody>
 * <tr><td>0</td><td>u32</td><td>magic 0x12212010</td></tr>
 * <tr><td>4</td><td>u32</td><td>version 0x00030004: major in the high half</td></tr>
 * <tr><td>8</td><td>u32</td><td>flags: 0x10, 0x20, 0x40, 0x80: 1, 2, 4, 8 MiB</td></tr>
 * <tr><td>12</td><td>u32</td><td>sector size: 512 or 4096</td></tr>
 * <tr><td>16</td><td>u64</td><td>0</td></tr>
 * <tr><td>24</td><td>u64</td><td>1</td></tr>
 * <tr><td>32</td><td>u64</td><td>the host id; 0: never used</td></tr>
 * <tr><td>40</td><td>u64</td><td>host generation: goes up by one each time the host id is
 *     acquired</td></tr>
 * <tr><td>48</td><td>u64</td><td>0</td></tr>
 * <tr><td>56</td><td>48 bytes</td><td>lockspace</td></tr>
 * <tr><td>104</td><td>48 bytes</td><td>name of the host</td></tr>
 * <tr><td>152</td><td>u64</td><td>last renewal, in seconds of the host's CLOCK_MONOTONIC; 0:
 *     free</td></tr>
 * <tr><td>160</td><td>u64</td><td>not used</td></tr>
 * <tr><td>168</td><td>u32</td><td>checksum of bytes 0 to 167</td></tr>
 * <tr><td>172</td><td>u16</td><td>not used</td></tr>
 * <tr><td>174</td><td>u16</td><td>io_timeout in seconds</td></tr>
 * <tr><td>176</td><td>u64</td><td>event: generation of the receivers</td></tr>
 * <tr><td>184</td><td>u64</td><td>event</td></tr>
 * <tr><td>192</td><td>u64</td><td>event: data</td></tr>
 * <tr><td>256</td><td>256 bytes</td><td>bitmap: bit N - 1 is set while host id N is to look for
 *     an event or a request from this host</td></tr>
 * </tbody>
 * </table>
 *
 * @param sectorBytes the sector size, 512 or 4096
 * @param alignBytes the length of the area
 * @param hostId the host id
 * @param generation host generation, from 1; 0: never used
 * @param lockspaceName the lockspace
 * @param hostName the host that has, or had, the host id; empty: never used
 * @param timestampSeconds the last renewal in seconds of that host's own CLOCK_MONOTONIC; 0: free
 * @param ioTimeoutSeconds the io_timeout from which its and its observers' timeouts follow; not
 *     covered by the checksum, as all that follows
 * @param event the last event that it sent
 * @param notifiedHostIds the host ids that are to look for an event or a request, ascending
 */
public record DeltaLeader(
        int sectorBytes,
        int alignBytes,
        int hostId,
        long generation,
        String lockspaceName,
        String hostName,
        long timestampSeconds,
        int ioTimeoutSeconds,
        HostEventField event,
        List<Integer> notifiedHostIds) {
    /** How many bytes are read, from the sector's beginning. */
    public static final int BYTES = 512;

    private static final long MAGIC = 0x12212010L;
    private static final long VERSION = 0x00030004L;
    private static final int BITMAP = 256;
    private static final int BITMAP_BYTES = 256;

    /**
     * Copies the list.
     *
     * @param sectorBytes the sector size
     * @param alignBytes the length of the area
     * @param hostId the host id
     * @param generation host generation
     * @param lockspaceName the lockspace
     * @param hostName the host
     * @param timestampSeconds the last renewal
     * @param ioTimeoutSeconds its io_timeout
     * @param event the last event
     * @param notifiedHostIds the host ids that are to look
     */
    public DeltaLeader {
        notifiedHostIds = List.copyOf(notifiedHostIds);
    }

    /**
     * Reads the sector of a host id.
     *
     * @param hostId the host id whose sector it is
     * @param sector its bytes, {@link #BYTES} at least
     * @return the leader
     * @throws CorruptMetadataException if no whole leader of that host id stands there
     * @throws UnsupportedFormatException if a newer sanlock wrote it
     * @throws IndexOutOfBoundsException if fewer bytes are given
     */
    public static DeltaLeader decode(int hostId, MemorySegment sector)
            throws CorruptMetadataException, UnsupportedFormatException {
        MemorySegment whole = sector.asSlice(0, BYTES);
        SanlockSector copy = LeaderSector.copyOf("leader of host id " + hostId, whole);
        copy.requireMagic(LeaderSector.MAGIC, MAGIC);
        LeaderSector.requireWhole(copy, VERSION);
        long ownerId = copy.bits64(LeaderSector.OWNER_ID);
        if (ownerId != 0 && ownerId != hostId) {
            throw copy.damaged("owner_id", Long.toUnsignedString(ownerId), "0 or " + hostId);
        }
        return new DeltaLeader(
                LeaderSector.sectorBytes(copy),
                LeaderSector.alignBytes(copy),
                hostId,
                copy.u63("owner_generation", LeaderSector.OWNER_GENERATION),
                copy.name("space_name", LeaderSector.SPACE_NAME),
                copy.name("resource_name", LeaderSector.RESOURCE_NAME),
                copy.u63("timestamp", LeaderSector.TIMESTAMP),
                copy.u16(LeaderSector.IO_TIMEOUT),
                new HostEventField(
                        copy.bits64(LeaderSector.WRITE_ID),
                        copy.bits64(LeaderSector.WRITE_GENERATION),
                        copy.bits64(LeaderSector.WRITE_TIMESTAMP)),
                bitmap(SanlockSector.copyOf("bitmap", whole, BITMAP, BITMAP_BYTES)));
    }

    /**
     * Whether no host has the host id: it was never used, or its host has left.
     *
     * @return true if it is free; a host that has died still has its host id
     */
    public boolean isFree() {
        return timestampSeconds == 0;
    }

    private static List<Integer> bitmap(SanlockSector bytes) {
        if (bytes.isZero()) {
            return List.of();
        }
        List<Integer> hostIds = new ArrayList<>();
        for (int word = 0; word < BITMAP_BYTES / Long.BYTES; word++) {
            long bits = bytes.bits64(word * Long.BYTES);
            while (bits != 0) {
                hostIds.add(word * Long.SIZE + Long.numberOfTrailingZeros(bits) + 1);
                bits &= bits - 1;
            }
        }
        return hostIds;
    }
}
