package io.tenure.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * One self-checking block of 512 bytes: the part that every record and every format version shares.
 *
 * <pre>
 *   0  magic, 8 bytes of ASCII
 *   8  u32 format version
 *  12  ... the record ...
 * 508  u32 CRC-32C of bytes 0 to 507 (Castagnoli, reflected, start and final xor all ones)
 * </pre>
 *
 * <p>Works on a private copy of the bytes, so that what was checked cannot change before it is
 * used. Little-endian, but for UUIDs, whose bytes have the order of their text.
 */
final class MetadataBlock {
    static final int BYTES = 512;
    static final int MAGIC = 0;
    static final int MAGIC_BYTES = 8;
    static final int VERSION = 8;
    static final int CRC = 508;

    private static final ValueLayout.OfByte U8 = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort U16 =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong I64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong UUID_HALF =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final byte[] bytes;
    private final MemorySegment view;

    private MetadataBlock(byte[] bytes) {
        this.bytes = bytes;
        this.view = MemorySegment.ofArray(bytes);
    }

    /** An empty block of a record type and version. */
    static MetadataBlock blank(byte[] magic, int version) {
        MetadataBlock block = new MetadataBlock(new byte[BYTES]);
        block.putBytes(MAGIC, magic);
        block.putU32(VERSION, version);
        return block;
    }

    static MetadataBlock copyOf(MemorySegment source, long offsetBytes) {
        byte[] bytes = new byte[BYTES];
        MemorySegment.copy(source, U8, offsetBytes, bytes, 0, BYTES);
        return new MetadataBlock(bytes);
    }

    /** Seals the block with its checksum and puts it into the target. */
    void sealInto(MemorySegment target, long offsetBytes) {
        putU32(CRC, computedCrc());
        MemorySegment.copy(bytes, 0, target, U8, offsetBytes, BYTES);
    }

    boolean isZero() {
        return isZero(0, BYTES);
    }

    boolean isZero(int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    boolean hasMagic(byte[] magic) {
        return Arrays.equals(bytes, MAGIC, MAGIC + MAGIC_BYTES, magic, 0, MAGIC_BYTES);
    }

    /** Whether another block is the same, byte by byte. */
    boolean hasBytesOf(MetadataBlock other) {
        return Arrays.equals(bytes, other.bytes);
    }

    /** Whether the checksum holds: if not, the block was torn, decayed, or never one of ours. */
    boolean isWhole() {
        return u32(CRC) == computedCrc();
    }

    /** What is wrong with a block that is not whole. */
    String tornProblem(byte[] magic) {
        if (isZero()) {
            return "all bytes are zero";
        }
        return hasMagic(magic)
                ? "crc is %08x, the bytes give %08x".formatted(u32(CRC), computedCrc())
                : "magic is %s".formatted(magicText());
    }

    /**
     * Accepts a whole block of the given type and version, and nothing else.
     *
     * @param what names the block in messages
     */
    void require(String what, byte[] magic, int supportedVersion)
            throws CorruptMetadataException, UnsupportedFormatException {
        if (!isWhole()) {
            throw new CorruptMetadataException(what + ": " + tornProblem(magic));
        }
        if (!hasMagic(magic)) {
            throw new CorruptMetadataException(what + ": magic is " + magicText());
        }
        long version = u32(VERSION);
        if (version > supportedVersion) {
            throw new UnsupportedFormatException(what, version, supportedVersion);
        }
        if (version < 1) {
            throw new CorruptMetadataException(what + ": version is 0: the first one is 1");
        }
    }

    /** Refuses a reserved area that is not zero. */
    void requireZero(String field, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (bytes[i] != 0) {
                throw new IllegalArgumentException(
                        "%s has 0x%02x at byte %d: must be zero".formatted(field, bytes[i], i));
            }
        }
    }

    int u8(int offset) {
        return Byte.toUnsignedInt(view.get(U8, offset));
    }

    void putU8(int offset, int value) {
        view.set(U8, offset, (byte) value);
    }

    int u16(int offset) {
        return Short.toUnsignedInt(view.get(U16, offset));
    }

    void putU16(int offset, int value) {
        view.set(U16, offset, (short) value);
    }

    long u32(int offset) {
        return Integer.toUnsignedLong(view.get(U32, offset));
    }

    void putU32(int offset, long value) {
        view.set(U32, offset, (int) value);
    }

    long i64(int offset) {
        return view.get(I64, offset);
    }

    void putI64(int offset, long value) {
        view.set(I64, offset, value);
    }

    /** An unsigned field that Tenure limits to 63 bits. */
    long u63(String field, int offset) {
        long value = i64(offset);
        if (value < 0) {
            throw new IllegalArgumentException(
                    field + " is " + Long.toUnsignedString(value) + ": must be at most 2^63-1");
        }
        return value;
    }

    UUID uuid(int offset) {
        return new UUID(view.get(UUID_HALF, offset), view.get(UUID_HALF, offset + 8));
    }

    void putUuid(int offset, UUID id) {
        view.set(UUID_HALF, offset, id.getMostSignificantBits());
        view.set(UUID_HALF, offset + 8, id.getLeastSignificantBits());
    }

    byte[] bytes(int offset, int length) {
        return Arrays.copyOfRange(bytes, offset, offset + length);
    }

    void putBytes(int offset, byte[] value) {
        System.arraycopy(value, 0, bytes, offset, value.length);
    }

    private long computedCrc() {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, CRC);
        return crc.getValue();
    }

    private String magicText() {
        StringBuilder text = new StringBuilder();
        for (int i = MAGIC; i < MAGIC + MAGIC_BYTES; i++) {
            text.append("%02x".formatted(bytes[i]));
        }
        return text.append(" (hex): not Tenure's").toString();
    }
}
