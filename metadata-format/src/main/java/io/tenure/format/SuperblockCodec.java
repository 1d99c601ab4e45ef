package io.tenure.format;

import static io.tenure.format.SuperblockLayout.CREATED_MILLIS;
import static io.tenure.format.SuperblockLayout.DOMAIN_ID;
import static io.tenure.format.SuperblockLayout.FORMAT_VERSION;
import static io.tenure.format.SuperblockLayout.IO_TIMEOUT_SECONDS;
import static io.tenure.format.SuperblockLayout.LEASE_ALIGN_BYTES;
import static io.tenure.format.SuperblockLayout.LEASE_KIND;
import static io.tenure.format.SuperblockLayout.MAX_VOLUMES;
import static io.tenure.format.SuperblockLayout.RESERVED;
import static io.tenure.format.SuperblockLayout.SECTOR_BYTES;
import static io.tenure.format.SuperblockLayout.WRITE_SEQUENCE;

import java.lang.foreign.MemorySegment;
import java.time.Instant;

/** The bytes of one superblock copy. To read a domain, use {@link SuperblockPair}. */
public final class SuperblockCodec {
    private SuperblockCodec() {}

    /**
     * Fills the sector of one copy: the superblock, then zeros.
     *
     * @param superblock the superblock
     * @param writeSequence 1 for a new domain; the same in both copies
     * @param sector the sector to fill, of the layout's sector size
     * @throws IllegalArgumentException if the sector has another size or the sequence is not
     *     positive; the sector is untouched then
     */
    public static void encode(Superblock superblock, long writeSequence, MemorySegment sector) {
        DomainLayout layout = superblock.layout();
        Checks.range(
                "sector.byteSize", sector.byteSize(), layout.sectorBytes(), layout.sectorBytes());
        Checks.range("writeSequence", writeSequence, 1, Long.MAX_VALUE);
        MetadataBlock block = MetadataBlock.blank(SuperblockLayout.magic(), FORMAT_VERSION);
        block.putU32(SECTOR_BYTES, layout.sectorBytes());
        block.putU32(LEASE_ALIGN_BYTES, layout.leaseAlignBytes());
        block.putU32(MAX_VOLUMES, layout.maxVolumes());
        block.putU32(LEASE_KIND, superblock.leaseKind().code());
        block.putU32(IO_TIMEOUT_SECONDS, superblock.ioTimeoutSeconds());
        block.putUuid(DOMAIN_ID, superblock.domainId());
        block.putI64(CREATED_MILLIS, superblock.created().toEpochMilli());
        block.putI64(WRITE_SEQUENCE, writeSequence);
        sector.fill((byte) 0);
        block.sealInto(sector, 0);
    }

    /** Decodes a block whatever its state; all that can be wrong is thrown. */
    static Sequenced<Superblock> decode(String what, MetadataBlock block)
            throws CorruptMetadataException, UnsupportedFormatException {
        block.require(what, SuperblockLayout.magic(), FORMAT_VERSION);
        try {
            block.requireZero("reserved area", RESERVED, MetadataBlock.CRC - RESERVED);
            long writeSequence = block.u63("writeSequence", WRITE_SEQUENCE);
            Checks.range("writeSequence", writeSequence, 1, Long.MAX_VALUE);
            DomainLayout layout =
                    new DomainLayout(
                            u31("sectorBytes", block, SECTOR_BYTES),
                            u31("leaseAlignBytes", block, LEASE_ALIGN_BYTES),
                            u31("maxVolumes", block, MAX_VOLUMES));
            Superblock superblock =
                    new Superblock(
                            block.uuid(DOMAIN_ID),
                            layout,
                            Checks.byCode(
                                    "leaseKind",
                                    LeaseKind.values(),
                                    LeaseKind::code,
                                    block.u32(LEASE_KIND)),
                            u31("ioTimeoutSeconds", block, IO_TIMEOUT_SECONDS),
                            Instant.ofEpochMilli(block.i64(CREATED_MILLIS)));
            return new Sequenced<>(superblock, writeSequence);
        } catch (IllegalArgumentException e) {
            throw new CorruptMetadataException(what + ": " + e.getMessage(), e);
        }
    }

    private static int u31(String field, MetadataBlock block, int offset) {
        long value = block.u32(offset);
        Checks.range(field, value, 0, Integer.MAX_VALUE);
        return (int) value;
    }
}
