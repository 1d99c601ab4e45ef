package io.tenure.io.copy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Random;

/** Content with all that a copy has to tell apart, from a seed. */
final class TestContent {
    private static final int PIECE_BYTES = 32 << 10;

    private TestContent() {}

    /** Nothing but data. */
    static byte[] random(int sizeBytes, long seed) {
        byte[] content = new byte[sizeBytes];
        new Random(seed).nextBytes(content);
        return content;
    }

    /** Runs of data, of zeroes and of nearly zeroes, of 32 KiB to 4 MiB. */
    static byte[] mixed(int sizeBytes, long seed) {
        byte[] content = new byte[sizeBytes];
        Random random = new Random(seed);
        int atBytes = 0;
        while (atBytes < sizeBytes) {
            int wantedBytes = PIECE_BYTES << random.nextInt(8);
            int lengthBytes = Math.min(wantedBytes, sizeBytes - atBytes);
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    byte[] data = random(lengthBytes, random.nextLong());
                    System.arraycopy(data, 0, content, atBytes, lengthBytes);
                }
                case 2 -> content[atBytes + random.nextInt(lengthBytes)] = 1; // one byte is enough
                default -> {} // zeroes
            }
            atBytes += lengthBytes;
        }
        return content;
    }

    /** Writes content through the page cache, and leaves holes where it has long runs of zeroes. */
    static void writeSparse(Path file, byte[] content) throws IOException {
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.setLength(content.length);
            for (int at = 0; at < content.length; at += PIECE_BYTES) {
                int lengthBytes = Math.min(PIECE_BYTES, content.length - at);
                if (!isZero(content, at, lengthBytes)) {
                    out.seek(at);
                    out.write(content, at, lengthBytes);
                }
            }
            out.getFD().sync();
        }
    }

    /** Writes content through the page cache. Of a device, its beginning. */
    static void writeAll(Path file, byte[] content) throws IOException {
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.write(content);
            out.getFD().sync();
        }
    }

    /** Reads through the page cache: a path that has nothing to do with the code under test. */
    static byte[] readAll(Path file, int sizeBytes) throws IOException {
        byte[] content = new byte[sizeBytes];
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            in.readFully(content);
            if (in.read() >= 0) {
                throw new IOException(file + " is longer than " + sizeBytes);
            }
        }
        return content;
    }

    /** The storage behind a file. Java does not tell st_blocks; stat(1) does. */
    static long allocatedBytes(Path file) throws IOException {
        Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
        try (var reader = stat.inputReader()) {
            return 512 * Long.parseLong(reader.readLine());
        }
    }

    private static boolean isZero(byte[] content, int from, int lengthBytes) {
        for (int i = from; i < from + lengthBytes; i++) {
            if (content[i] != 0) {
                return false;
            }
        }
        return true;
    }
}
