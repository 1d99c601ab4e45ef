package io.tenure.format;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * The bytes of a local lease: the first 512 of its slot in the lease area. Little-endian, but for
 * the UUIDs.
 *
 * <table class="striped">
 * <caption>Local lease</caption>
 * <thead><tr><th>offset</th><th>type</th><th>what</th></tr></thead>
 * <tbody>
 * <tr><td>0</td><td>8 bytes</td><td>magic "TENURLCL"</td></tr>
 * <tr><td>8</td><td>u32</td><td>format version, 1</td></tr>
 * <tr><td>12</td><td>u32</td><td>reserved, zero</td></tr>
 * <tr><td>16</td><td>UUID</td><td>domain; bytes in the order of the UUID's text</td></tr>
 * <tr><td>32</td><td>UUID</td><td>volume, or the domain for slot 0</td></tr>
 * <tr><td>48</td><td>u64</td><td>version: how often it was granted exclusively</td></tr>
 * <tr><td>56</td><td>u64</td><td>process id of the last exclusive holder</td></tr>
 * <tr><td>64</td><td>i64</td><td>since when, milliseconds since 1970 (UTC)</td></tr>
 * <tr><td>72</td><td>u16</td><td>bytes of the holder's text, at most 256</td></tr>
 * <tr><td>74</td><td>UTF-8</td><td>what the holder says of itself, then zeros</td></tr>
 * <tr><td>492</td><td>UUID</td><td>signature: random, new with each grant</td></tr>
 * <tr><td>508</td><td>u32</td><td>CRC-32C of bytes 0 to 507</td></tr>
 * </tbody>
 * </table>
 */
public final class LocalLeaseCodec {
    static final int FORMAT_VERSION = 1;

    static final int RESERVED = 12;
    static final int DOMAIN_ID = 16;
    static final int RESOURCE_ID = 32;
    static final int VERSION = 48;
    static final int PROCESS_ID = 56;
    static final int SINCE_MILLIS = 64;
    static final int HOLDER_LENGTH = 72;
    static final int HOLDER = 74;
    static final int SIGNATURE = 492;

    private static final String MAGIC = "TENURLCL";

    private LocalLeaseCodec() {}

    /**
     * Fills the first sector of the lease: the record, then zeros.
     *
     * @param lease the record
     * @param sector the sector to fill, 512 bytes at least
     */
    public static void encode(LocalLeaseRecord lease, MemorySegment sector) {
        Checks.range("sector.byteSize", sector.byteSize(), MetadataBlock.BYTES, Long.MAX_VALUE);
        byte[] holder = StrictText.encode("holder", lease.holder());
        MetadataBlock block = MetadataBlock.blank(magic(), FORMAT_VERSION);
        block.putUuid(DOMAIN_ID, lease.domainId());
        block.putUuid(RESOURCE_ID, lease.resourceId());
        block.putI64(VERSION, lease.version());
        block.putI64(PROCESS_ID, lease.processId());
        block.putI64(SINCE_MILLIS, lease.since().toEpochMilli());
        block.putU16(HOLDER_LENGTH, holder.length);
        block.putBytes(HOLDER, holder);
        block.putUuid(SIGNATURE, lease.signature());
        sector.fill((byte) 0);
        block.sealInto(sector, 0);
    }

    /**
     * Reads the first sector of a lease.
     *
     * @param sector its bytes, 512 at least
     * @return the record
     * @throws UnsupportedFormatException if a newer version wrote it
     * @throws CorruptMetadataException if no local lease stands there
     */
    public static LocalLeaseRecord decode(MemorySegment sector)
            throws CorruptMetadataException, UnsupportedFormatException {
        Checks.range("sector.byteSize", sector.byteSize(), MetadataBlock.BYTES, Long.MAX_VALUE);
        MetadataBlock block = MetadataBlock.copyOf(sector, 0);
        block.require("local lease", magic(), FORMAT_VERSION);
        try {
            block.requireZero("reserved", RESERVED, Integer.BYTES);
            int length = block.u16(HOLDER_LENGTH);
            Checks.range("holderLength", length, 0, LocalLeaseRecord.MAX_HOLDER_BYTES);
            block.requireZero("reserved area", HOLDER + length, SIGNATURE - HOLDER - length);
            return new LocalLeaseRecord(
                    block.uuid(DOMAIN_ID),
                    block.uuid(RESOURCE_ID),
                    block.u63("version", VERSION),
                    block.u63("processId", PROCESS_ID),
                    Instant.ofEpochMilli(block.i64(SINCE_MILLIS)),
                    StrictText.decode("holder", block.bytes(HOLDER, length)),
                    block.uuid(SIGNATURE));
        } catch (IllegalArgumentException e) {
            throw new CorruptMetadataException("local lease: " + e.getMessage(), e);
        }
    }

    private static byte[] magic() {
        return MAGIC.getBytes(StandardCharsets.US_ASCII);
    }
}
