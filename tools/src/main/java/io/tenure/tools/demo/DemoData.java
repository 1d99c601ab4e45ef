package io.tenure.tools.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;

/** The bytes of the demo: makes the source, and looks at what became of it, by ordinary reads. */
final class DemoData {
    static final long MIB = 1 << 20;

    /** What the volume holds. */
    static final long CAPACITY_BYTES = 128 * MIB;

    /** Pieces of random data, as many holes of the same size, and a tail that fits no sector. */
    static final long PIECES = 8;

    static final long PIECE_BYTES = 7 * MIB;
    static final long TAIL_BYTES = 777;
    static final long SOURCE_BYTES = 2 * PIECES * PIECE_BYTES + TAIL_BYTES;

    private static final int BUFFER_BYTES = 1 << 20;

    private DemoData() {}

    /** Writes a sparse file of random data and holes. */
    static void writeSource(Path path) throws IOException {
        SplittableRandom random = new SplittableRandom();
        try (FileChannel file =
                FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long piece = 0; piece < PIECES; piece++) {
                writeRandom(file, 2 * piece * PIECE_BYTES, PIECE_BYTES, random);
            }
            writeRandom(file, 2 * PIECES * PIECE_BYTES, TAIL_BYTES, random);
            file.force(true);
        }
    }

    private static void writeRandom(
            FileChannel file, long offsetBytes, long lengthBytes, SplittableRandom random)
            throws IOException {
        byte[] block = new byte[BUFFER_BYTES];
        for (long done = 0; done < lengthBytes; done += block.length) {
            random.nextBytes(block);
            ByteBuffer rest = ByteBuffer.wrap(block);
            rest.limit((int) Math.min(block.length, lengthBytes - done));
            while (rest.hasRemaining()) {
                file.write(rest, offsetBytes + done + rest.position());
            }
        }
    }

    /** Whether a volume holds the source, and zeroes behind its end. */
    static boolean isCopy(Path source, Path volume, long capacityBytes) throws IOException {
        try (FileChannel expected = FileChannel.open(source);
                FileChannel actual = FileChannel.open(volume)) {
            if (actual.size() < capacityBytes) {
                return false;
            }
            ByteBuffer one = ByteBuffer.allocate(BUFFER_BYTES);
            ByteBuffer other = ByteBuffer.allocate(BUFFER_BYTES);
            for (long offset = 0; offset < capacityBytes; offset += BUFFER_BYTES) {
                fill(expected, offset, one);
                fill(actual, offset, other);
                if (!one.equals(other)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Reads as much as there is; what lies behind the end of the file is zeroes. */
    private static void fill(FileChannel file, long offsetBytes, ByteBuffer buffer)
            throws IOException {
        buffer.clear();
        while (buffer.hasRemaining()) {
            if (file.read(buffer, offsetBytes + buffer.position()) < 0) {
                buffer.put(new byte[buffer.remaining()]);
            }
        }
        buffer.flip();
    }

    /** The SHA-256 of a part of a file, in hexadecimal digits. */
    static String checksum(Path path, long offsetBytes, long lengthBytes) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
        try (FileChannel file = FileChannel.open(path)) {
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
            for (long done = 0; done < lengthBytes; done += BUFFER_BYTES) {
                fill(file, offsetBytes + done, buffer);
                buffer.limit((int) Math.min(BUFFER_BYTES, lengthBytes - done));
                digest.update(buffer);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
