package io.tenure.format.sanlock;

import io.tenure.format.CorruptMetadataException;
import io.tenure.format.UnsupportedFormatException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * A private copy of the bytes of one of sanlock's records, so that what was checked cannot change
 * before it is used.
 */
final class SanlockSector {
    /** NAME_ID_SIZE of sanlock.h. */
    static final int NAME_BYTES = 48;

    private static final int MAJOR_SHIFT = 16;

    private final String what;
    private final byte[] bytes;
    private final ByteBuffer view;

    private SanlockSector(String what, byte[] bytes) {
        this.what = what;
        this.bytes = bytes;
        this.view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Copies a record.
     *
     * @param what names it in messages
     * @throws IndexOutOfBoundsException if the source is too short: the caller's mistake
     */
    static SanlockSector copyOf(String what, MemorySegment source, long offsetBytes, int length) {
        byte[] bytes = new byte[length];
        MemorySegment.copy(source, ValueLayout.JAVA_BYTE, offsetBytes, bytes, 0, length);
        return new SanlockSector(what, bytes);
    }

    boolean isZero() {
        for (byte b : bytes) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    int u16(int offset) {
        return Short.toUnsignedInt(view.getShort(offset));
    }

    long u32(int offset) {
        return Integer.toUnsignedLong(view.getInt(offset));
    }

    /** 64 free bits. */
    long bits64(int offset) {
        return view.getLong(offset);
    }

    /** An unsigned field that no sanlock counts above 63 bits. */
    long u63(String field, int offset) throws CorruptMetadataException {
        long value = view.getLong(offset);
        if (value < 0) {
            throw damaged(field, Long.toUnsignedString(value), "at most 2^63-1");
        }
        return value;
    }

    /** An unsigned 32 or 64-bit field with narrower limits. */
    int ranged(String field, long value, int least, int most) throws CorruptMetadataException {
        if (value < least || value > most) {
            throw damaged(
                    field, Long.toUnsignedString(value), "from %d to %d".formatted(least, most));
        }
        return (int) value;
    }

    String name(String field, int offset) throws CorruptMetadataException {
        int length = 0;
        while (length < NAME_BYTES && bytes[offset + length] != 0) {
            length++;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, offset, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new CorruptMetadataException(what + ": " + field + " is not UTF-8", e);
        }
    }

    void requireNotZero() throws CorruptMetadataException {
        if (isZero()) {
            throw new CorruptMetadataException(
                    what + ": all bytes are zero: sanlock has never written it");
        }
    }

    /** Refuses another record's magic. */
    void requireMagic(int offset, long magic) throws CorruptMetadataException {
        if (u32(offset) != magic) {
            throw damaged("magic", hex(u32(offset)), hex(magic));
        }
    }

    /**
     * Refuses another major version.
     *
     * @param known the version of sanlock 3.8.5
     */
    void requireVersion(int offset, long known)
            throws CorruptMetadataException, UnsupportedFormatException {
        long major = u32(offset) >>> MAJOR_SHIFT;
        int knownMajor = (int) (known >>> MAJOR_SHIFT);
        if (major > knownMajor) {
            throw new UnsupportedFormatException("sanlock's " + what, major, knownMajor);
        }
        if (major < knownMajor) {
            throw damaged("version", hex(u32(offset)), "that of major " + knownMajor);
        }
    }

    /** Whether the record's checksum, which lies right behind what it covers, holds. */
    boolean isWhole(int checksumOffset, long seedCorrection) {
        return u32(checksumOffset) == checksum(checksumOffset, seedCorrection);
    }

    /** Refuses a record whose checksum does not hold. */
    void requireWhole(int checksumOffset, long seedCorrection) throws CorruptMetadataException {
        if (!isWhole(checksumOffset, seedCorrection)) {
            throw new CorruptMetadataException(
                    "%s: checksum is %s, the bytes give %s"
                            .formatted(
                                    what,
                                    hex(u32(checksumOffset)),
                                    hex(checksum(checksumOffset, seedCorrection))));
        }
    }

    CorruptMetadataException damaged(String field, String value, String must) {
        return new CorruptMetadataException(
                "%s: %s is %s: must be %s".formatted(what, field, value, must));
    }

    static String hex(long u32) {
        return "0x%08x".formatted(u32);
    }

    /**
     * sanlock's checksum: CRC-32C with the start value 0xFFFFFFFE and without the final inversion.
     *
     * @param seedCorrection what the other start value makes of that many bytes: 1, shifted through
     *     them
     */
    private long checksum(int length, long seedCorrection) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return crc.getValue() ^ 0xFFFF_FFFFL ^ seedCorrection;
    }
}
