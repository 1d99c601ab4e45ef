package io.tenure.format;

import java.nio.charset.StandardCharsets;

/**
 * The bytes of a superblock copy, format version 1. Little-endian, but for the UUID.
 *
 * <table class="striped">
 * <caption>Superblock</caption>
 * <thead><tr><th>offset</th><th>type</th><th>what</th></tr></thead>
 * <tbody>
 * <tr><td>0</td><td>8 bytes</td><td>magic "TENURDOM" (every version)</td></tr>
 * <tr><td>8</td><td>u32</td><td>format version, 1 (every version)</td></tr>
 * <tr><td>12</td><td>u32</td><td>sector size in bytes</td></tr>
 * <tr><td>16</td><td>u32</td><td>lease alignment in bytes</td></tr>
 * <tr><td>20</td><td>u32</td><td>number of volumes there is room for</td></tr>
 * <tr><td>24</td><td>u32</td><td>lease kind: 1 LOCAL, 2 SANLOCK</td></tr>
 * <tr><td>28</td><td>u32</td><td>I/O timeout in seconds</td></tr>
 * <tr><td>32</td><td>UUID</td><td>domain; bytes in the order of the UUID's text (RFC 9562)</td></tr>
 * <tr><td>48</td><td>i64</td><td>when the domain was made, milliseconds since 1970 (UTC)</td></tr>
 * <tr><td>56</td><td>u64</td><td>write sequence, 1 to 2^63-1</td></tr>
 * <tr><td>64</td><td>444 bytes</td><td>reserved, zero</td></tr>
 * <tr><td>508</td><td>u32</td><td>CRC-32C of bytes 0 to 507 (every version)</td></tr>
 * </tbody>
 * </table>
 *
 * <p>The rest of the copy's sector is zero. The rows marked "every version" hold for all formats to
 * come.
 */
public final class SuperblockLayout {
    static final int FORMAT_VERSION = 1;

    static final int SECTOR_BYTES = 12;
    static final int LEASE_ALIGN_BYTES = 16;
    static final int MAX_VOLUMES = 20;
    static final int LEASE_KIND = 24;
    static final int IO_TIMEOUT_SECONDS = 28;
    static final int DOMAIN_ID = 32;
    static final int CREATED_MILLIS = 48;
    static final int WRITE_SEQUENCE = 56;
    static final int RESERVED = 64;

    private static final byte[] MAGIC = "TENURDOM".getBytes(StandardCharsets.US_ASCII);

    private SuperblockLayout() {}

    static byte[] magic() {
        return MAGIC.clone();
    }
}
