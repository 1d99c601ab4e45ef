package io.tenure.format;

import java.util.Objects;

/**
 * Where everything lies in a domain's control area, and how large it is.
 *
 * <p>With S = sector size, A = lease alignment, N = number of volumes:
 *
 * <table class="striped">
 * <caption>Control area</caption>
 * <thead><tr><th>offset</th><th>what</th></tr></thead>
 * <tbody>
 * <tr><td>0</td><td>superblock, copy A (one sector)</td></tr>
 * <tr><td>64 KiB</td><td>superblock, copy B (one sector)</td></tr>
 * <tr><td>A</td><td>sanlock's lockspace, named by the domain's UUID</td></tr>
 * <tr><td>2A</td><td>lease of slot 0: the domain itself; resource named by the domain's UUID; guards
 *     the allocation of slots</td></tr>
 * <tr><td>2A + i*A</td><td>lease of slot i, 1 to N; resource named by the volume's UUID</td></tr>
 * <tr><td>M = 2A + (N+1)*A</td><td>metadata slot 0, unused and zero</td></tr>
 * <tr><td>M + i*8 KiB</td><td>metadata slot i: record copy A at 0, copy B at 4096</td></tr>
 * <tr><td>M + (N+1)*8 KiB</td><td>end</td></tr>
 * </tbody>
 * </table>
 *
 * @param sectorBytes S: 512 or 4096, the sector size that sanlock is told
 * @param leaseAlignBytes A: 1 MiB with S = 512; 1, 2, 4 or 8 MiB with S = 4096 (the pairs that
 *     sanlock allows)
 * @param maxVolumes N: 1 to {@link #MAX_VOLUMES}
 */
public record DomainLayout(int sectorBytes, int leaseAlignBytes, int maxVolumes) {
    /**
     * The most volumes of a domain. Bounds what a scan of all records reads (8 GB), and keeps every
     * offset below 2^43, far from overflow.
     */
    public static final int MAX_VOLUMES = 1_000_000;

    /** The slot of the domain itself. */
    public static final int DOMAIN_SLOT = 0;

    /** Where the superblock's second copy lies: far enough that one bad area hits one copy. */
    public static final int SUPERBLOCK_COPY_B_OFFSET_BYTES = 64 << 10;

    /** The size of one metadata slot. */
    public static final int METADATA_SLOT_BYTES = 8 << 10;

    /** Where copy B lies in a metadata slot: its own sector on every device. */
    public static final int METADATA_COPY_B_OFFSET_BYTES = 4 << 10;

    /** What must be read of a superblock copy before the sector size is known. */
    public static final int SUPERBLOCK_BYTES = MetadataBlock.BYTES;

    private static final int MIB = 1 << 20;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if sanlock does not allow the pair of sector size and lease
     *     alignment, or the number of volumes is out of range
     */
    public DomainLayout {
        checkGeometry(sectorBytes, leaseAlignBytes);
        Checks.range("maxVolumes", maxVolumes, 1, MAX_VOLUMES);
    }

    /**
     * Returns the most volumes for which the control area fits into a device or file.
     *
     * @param deviceBytes the size there is; not negative
     * @param sectorBytes the sector size, 512 or 4096
     * @param leaseAlignBytes the lease alignment
     * @return 0 to {@link #MAX_VOLUMES}; 0 if there is no room for even one volume
     * @throws IllegalArgumentException if sanlock does not allow the pair, or the size is negative
     */
    public static int maxVolumesFor(long deviceBytes, int sectorBytes, int leaseAlignBytes) {
        checkGeometry(sectorBytes, leaseAlignBytes);
        Checks.range("deviceBytes", deviceBytes, 0, Long.MAX_VALUE);
        long slotBytes = (long) leaseAlignBytes + METADATA_SLOT_BYTES;
        // Superblock, lockspace and the domain's own slot come first.
        long forVolumesBytes = deviceBytes - 2L * leaseAlignBytes - slotBytes;
        return (int) Math.clamp(forVolumesBytes / slotBytes, 0L, (long) MAX_VOLUMES);
    }

    /**
     * Returns the number of slots: the domain's own and one for each volume.
     *
     * @return {@code maxVolumes + 1}
     */
    public int slotCount() {
        return maxVolumes + 1;
    }

    /**
     * Returns where a copy of the superblock lies; the same in every domain.
     *
     * @param copy which copy
     * @return the offset in bytes
     */
    public static long superblockOffset(RecordCopy copy) {
        return copy == RecordCopy.A ? 0 : SUPERBLOCK_COPY_B_OFFSET_BYTES;
    }

    /**
     * Returns where sanlock's lockspace lies.
     *
     * @return the offset in bytes
     */
    public long lockspaceOffset() {
        return leaseAlignBytes;
    }

    /**
     * Returns where the lease of a slot lies.
     *
     * @param slotIndex the slot, {@link #DOMAIN_SLOT} or a volume's
     * @return the offset in bytes
     * @throws IndexOutOfBoundsException if there is no such slot
     */
    public long leaseOffset(int slotIndex) {
        Objects.checkIndex(slotIndex, slotCount());
        return (2L + slotIndex) * leaseAlignBytes;
    }

    /**
     * Returns where the first metadata slot lies.
     *
     * @return the offset in bytes
     */
    public long metadataStart() {
        return (2L + slotCount()) * leaseAlignBytes;
    }

    /**
     * Returns where the metadata of a slot lies.
     *
     * @param slotIndex the slot, {@link #DOMAIN_SLOT} or a volume's
     * @return the offset in bytes, a multiple of 8 KiB
     * @throws IndexOutOfBoundsException if there is no such slot
     */
    public long metadataOffset(int slotIndex) {
        Objects.checkIndex(slotIndex, slotCount());
        return metadataStart() + (long) slotIndex * METADATA_SLOT_BYTES;
    }

    /**
     * Returns the size of the whole control area.
     *
     * @return the size in bytes, a multiple of 8 KiB
     */
    public long totalBytes() {
        return metadataStart() + (long) slotCount() * METADATA_SLOT_BYTES;
    }

    /**
     * Returns how many hosts a lease has room for: sanlock keeps one sector for each.
     *
     * @return the largest host id that can be used in this domain: the limits of {@code
     *     sanlock_admin.h} and sanlock(8)
     */
    public int maxHosts() {
        if (sectorBytes == 512) {
            return 2000;
        }
        return 250 * (leaseAlignBytes / MIB);
    }

    /** Refuses any slot that is not a volume's. */
    void checkVolumeSlot(int slotIndex) {
        Checks.range("slotIndex", slotIndex, DOMAIN_SLOT + 1, maxVolumes);
    }

    private static void checkGeometry(int sectorBytes, int leaseAlignBytes) {
        boolean allowed =
                switch (leaseAlignBytes) {
                    case MIB -> sectorBytes == 512 || sectorBytes == 4096;
                    case 2 * MIB, 4 * MIB, 8 * MIB -> sectorBytes == 4096;
                    default -> false;
                };
        if (!allowed) {
            throw new IllegalArgumentException(
                    "sectorBytes is "
                            + sectorBytes
                            + " and leaseAlignBytes is "
                            + leaseAlignBytes
                            + ": sanlock allows 512 with 1 MiB, and 4096 with 1, 2, 4 or 8 MiB");
        }
    }
}
