package io.tenure.format.sanlock;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;

/** Sectors that a real sanlock wrote, and a checksum that shares nothing with the decoders'. */
final class GoldenSectors {
    private static final int BYTES = 1024;
    private static final int POLYNOMIAL = 0x82F63B78;

    private GoldenSectors() {}

    static byte[] read(String name) {
        byte[] bytes = new byte[BYTES];
        try (InputStream in =
                Objects.requireNonNull(
                        GoldenSectors.class.getResourceAsStream(name + ".hex"), name)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (String line : text.lines().toList()) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    int colon = line.indexOf(':');
                    byte[] row =
                            HexFormat.ofDelimiter(" ").parseHex(line.substring(colon + 1).strip());
                    int offset = Integer.parseInt(line.substring(0, colon).strip());
                    System.arraycopy(row, 0, bytes, offset, row.length);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes;
    }

    static MemorySegment segment(String name) {
        return MemorySegment.ofArray(read(name));
    }

    static byte[] withU32(byte[] sector, int offset, long value) {
        byte[] copy = sector.clone();
        ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN).putInt(offset, (int) value);
        return copy;
    }

    static byte[] withU64(byte[] sector, int offset, long value) {
        byte[] copy = sector.clone();
        ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN).putLong(offset, value);
        return copy;
    }

    /** Makes the checksum hold again, which lies right behind what it covers. */
    static MemorySegment sealed(byte[] sector, int checksumOffset) {
        int crc = 0xFFFF_FFFE;
        for (int i = 0; i < checksumOffset; i++) {
            crc ^= Byte.toUnsignedInt(sector[i]);
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                crc = crc >>> 1 ^ ((crc & 1) == 0 ? 0 : POLYNOMIAL);
            }
        }
        return MemorySegment.ofArray(withU32(sector, checksumOffset, crc));
    }
}
