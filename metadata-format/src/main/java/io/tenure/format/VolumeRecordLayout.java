package io.tenure.format;

import java.nio.charset.StandardCharsets;

/**
 * The bytes of one copy of a volume's record, format versions 1 to 3. Little-endian, but for UUIDs.
 * Version 2 is written only for a record that has a quarantine or a release reason, and means
 * nothing else: so a volume that never had one is read by older software too, and the others are
 * refused by it.
 *
 * <table class="striped">
 * <caption>Volume record</caption>
 * <thead><tr><th>offset</th><th>type</th><th>what</th></tr></thead>
 * <tbody>
 * <tr><td>0</td><td>8 bytes</td><td>magic "TENURVOL" (every version)</td></tr>
 * <tr><td>8</td><td>u32</td><td>format version, 1 to 3 (every version)</td></tr>
 * <tr><td>12</td><td>u32</td><td>slot index</td></tr>
 * <tr><td>16</td><td>u64</td><td>write sequence, 1 to 2^63-1</td></tr>
 * <tr><td>24</td><td>UUID</td><td>domain; bytes in the order of the UUID's text (RFC 9562)</td></tr>
 * <tr><td>40</td><td>UUID</td><td>volume</td></tr>
 * <tr><td>56</td><td>UUID</td><td>image</td></tr>
 * <tr><td>72</td><td>UUID</td><td>parent volume; zero: none</td></tr>
 * <tr><td>88</td><td>u64</td><td>capacity in bytes, a multiple of 512, at most 2^63-512</td></tr>
 * <tr><td>96</td><td>u64</td><td>generation, 0 to 2^63-1</td></tr>
 * <tr><td>104</td><td>u8</td><td>volume format: 1 RAW</td></tr>
 * <tr><td>105</td><td>u8</td><td>allocation: 1 SPARSE, 2 PREALLOCATED</td></tr>
 * <tr><td>106</td><td>u8</td><td>legality: 1 LEGAL, 2 ILLEGAL, 3 REMOVED</td></tr>
 * <tr><td>107</td><td>u8</td><td>data location: 1 FILE (path relative to the domain's directory), 2
 *     DEVICE (absolute path)</td></tr>
 * <tr><td>108</td><td>u16</td><td>from version 2 on: length r of the release reason in bytes; zero in
 *     version 1</td></tr>
 * <tr><td>110</td><td>2 bytes</td><td>reserved, zero</td></tr>
 * <tr><td>112</td><td>i64</td><td>created, milliseconds since 1970 (UTC)</td></tr>
 * <tr><td>120</td><td>UUID</td><td>active job; zero: none, and the next three are zero too</td></tr>
 * <tr><td>136</td><td>u64</td><td>its host id, at most 2^32-1</td></tr>
 * <tr><td>144</td><td>u64</td><td>its host generation, at most 2^63-1</td></tr>
 * <tr><td>152</td><td>i64</td><td>its start, milliseconds since 1970 (UTC)</td></tr>
 * <tr><td>160</td><td>3 x 40 bytes</td><td>transitions, newest first; an unused one is all zero and
 *     only unused ones follow it</td></tr>
 * <tr><td>280</td><td>u64</td><td>from version 2 on: host id in quarantine, at most 2^32-1; zero: none, as
 *     in version 1</td></tr>
 * <tr><td>288</td><td>u64</td><td>from version 2 on: its host generation</td></tr>
 * <tr><td>296</td><td>u16</td><td>length p of the path in bytes</td></tr>
 * <tr><td>298</td><td>u16</td><td>length d of the description in bytes; p + d + r is at
 *     most 208</td></tr>
 * <tr><td>300</td><td>208 bytes</td><td>path, description, reason: UTF-8 without NUL; the rest is
 *     zero</td></tr>
 * <tr><td>508</td><td>u32</td><td>CRC-32C of bytes 0 to 507 (every version)</td></tr>
 * </tbody>
 * </table>
 *
 * <table class="striped">
 * <caption>Transition</caption>
 * <thead><tr><th>offset</th><th>type</th><th>what</th></tr></thead>
 * <tbody>
 * <tr><td>0</td><td>u64</td><td>from generation</td></tr>
 * <tr><td>8</td><td>i64</td><td>time, milliseconds since 1970 (UTC)</td></tr>
 * <tr><td>16</td><td>UUID</td><td>job; not zero</td></tr>
 * <tr><td>32</td><td>u32</td><td>host id</td></tr>
 * <tr><td>36</td><td>u8</td><td>kind: 0 unused, 1 COMPLETED, 2 FAILED, 3 FENCED, 4 UPDATED,
 *     from version 2 on: 5 RELEASED</td></tr>
 * <tr><td>37</td><td>1 byte</td><td>reserved, zero</td></tr>
 * <tr><td>38</td><td>u16</td><td>failure code: 1 to 65535 if FAILED; how
 *     the job had ended if FENCED: 0 it had not begun, or the record is of version 1 or 2; version
 *     3: its failure code, 65535 not known; else 0</td></tr>
 * </tbody>
 * </table>
 *
 * <p>The rest of the copy's sector is zero. The rows marked "every version" hold for all formats to
 * come.
 */
public final class VolumeRecordLayout {
    /** Of records without a quarantine and a release reason. */
    static final int FORMAT_VERSION = 1;

    /** Of those with one. */
    static final int QUARANTINE_VERSION = 2;

    /** Of those with a fence that tells how the job had ended, with a quarantine or without. */
    static final int FENCE_VERSION = 3;

    static final int SLOT_INDEX = 12;
    static final int WRITE_SEQUENCE = 16;
    static final int DOMAIN_ID = 24;
    static final int VOLUME_ID = 40;
    static final int IMAGE_ID = 56;
    static final int PARENT_ID = 72;
    static final int CAPACITY_BYTES = 88;
    static final int GENERATION = 96;
    static final int FORMAT = 104;
    static final int ALLOCATION = 105;
    static final int LEGALITY = 106;
    static final int LOCATION_KIND = 107;
    static final int REASON_LENGTH = 108;
    static final int RESERVED = 110;
    static final int RESERVED_END = 112;
    static final int CREATED_MILLIS = 112;

    static final int ACTIVE_JOB_ID = 120;
    static final int ACTIVE_HOST_ID = 136;
    static final int ACTIVE_HOST_GENERATION = 144;
    static final int ACTIVE_START_MILLIS = 152;
    static final int ACTIVE_BYTES = 40;

    static final int TRANSITIONS = 160;
    static final int TRANSITION_BYTES = 40;
    static final int TRANSITION_FROM_GENERATION = 0;
    static final int TRANSITION_TIME_MILLIS = 8;
    static final int TRANSITION_JOB_ID = 16;
    static final int TRANSITION_HOST_ID = 32;
    static final int TRANSITION_KIND = 36;
    static final int TRANSITION_RESERVED = 37;
    static final int TRANSITION_FAILURE_CODE = 38;

    static final int QUARANTINE_HOST_ID = 280;
    static final int QUARANTINE_HOST_GENERATION = 288;
    static final int QUARANTINE_BYTES = 16;
    static final int PATH_LENGTH = 296;
    static final int DESCRIPTION_LENGTH = 298;
    static final int STRINGS = 300;

    private static final byte[] MAGIC = "TENURVOL".getBytes(StandardCharsets.US_ASCII);

    private VolumeRecordLayout() {}

    static byte[] magic() {
        return MAGIC.clone();
    }
}
