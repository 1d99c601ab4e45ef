package io.tenure.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** Bytes of files in tests: making them, and seeing whether any has changed. */
final class Bytes {
    private Bytes() {}

    /** A file of random data, by writes, not sparse. */
    static Path randomFile(Path path, int bytes) throws IOException {
        byte[] data = new byte[bytes];
        new Random(bytes).nextBytes(data);
        return Files.write(path, data);
    }

    /** Every file below a folder: its size and its checksum. */
    static SortedMap<String, String> fingerprint(Path folder) throws IOException {
        SortedMap<String, String> found = new TreeMap<>();
        try (Stream<Path> below = Files.walk(folder)) {
            below.forEach(path -> found.put(folder.relativize(path).toString(), of(path)));
        }
        return found;
    }

    private static String of(Path path) {
        if (!Files.isRegularFile(path)) {
            return "folder";
        }
        CRC32C checksum = new CRC32C();
        ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
        try (FileChannel file = FileChannel.open(path)) {
            while (file.read(buffer) >= 0) {
                checksum.update(buffer.flip());
                buffer.clear();
            }
            return file.size() + " bytes, " + checksum.getValue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Overwrites a part of a file. */
    static void overwrite(Path path, long offsetBytes, byte... bytes) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(bytes), offsetBytes);
            file.force(true);
        }
    }

    /** Reads a part of a file. */
    static byte[] read(Path path, long offsetBytes, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        try (FileChannel file = FileChannel.open(path)) {
            file.read(buffer, offsetBytes);
        }
        return buffer.array();
    }
}
