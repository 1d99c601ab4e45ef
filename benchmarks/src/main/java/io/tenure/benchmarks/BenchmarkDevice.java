package io.tenure.benchmarks;

import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.io.BlockDevices;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A device to measure on, full of random data: a file of its own, or a loop device over one, which
 * needs root. Nothing of it stays behind.
 *
 * @param device the device
 * @param file the file
 * @param loop the loop device, or empty when it is a file
 */
record BenchmarkDevice(BlockDevice device, Path file, String loop) implements AutoCloseable {
    private static final int FILL_BYTES = 1 << 20;

    /** A file in a folder. */
    static BenchmarkDevice file(Path directory, long sizeBytes) throws IOException {
        return create(directory, sizeBytes, false);
    }

    /** A loop device over a file in a folder, past the page cache where that can be had. */
    static BenchmarkDevice loop(Path directory, long sizeBytes) throws IOException {
        return create(directory, sizeBytes, true);
    }

    @Override
    public void close() throws IOException {
        try {
            device.close();
        } finally {
            if (!loop.isEmpty()) {
                run("losetup", "--detach", loop);
            }
            Files.delete(file);
        }
    }

    private static BenchmarkDevice create(Path directory, long sizeBytes, boolean overLoop)
            throws IOException {
        Path file = Files.createTempFile(directory, "tenure-bench", ".img");
        String loop = "";
        try {
            Files.delete(file); // create insists on a new one
            BlockDevices.create(file, sizeBytes).close();
            loop = overLoop ? attach(file) : "";
            Path path = overLoop ? Path.of(loop) : file;
            BlockDevice device = BlockDevices.open(path, Access.READ_WRITE);
            fill(device);
            return new BenchmarkDevice(device, file, loop);
        } catch (IOException | RuntimeException | Error e) {
            if (!loop.isEmpty()) {
                run("losetup", "--detach", loop);
            }
            Files.deleteIfExists(file);
            throw e;
        }
    }

    private static void fill(BlockDevice device) throws IOException {
        SplittableRandom random = new SplittableRandom(2);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(FILL_BYTES, 4096);
            for (long at = 0; at < FILL_BYTES; at += Long.BYTES) {
                memory.set(ValueLayout.JAVA_LONG, at, random.nextLong());
            }
            for (long at = 0; at < device.geometry().sizeBytes(); at += FILL_BYTES) {
                device.write(at, memory);
            }
        }
        device.flush();
    }

    private static String attach(Path file) throws IOException {
        try {
            return run("losetup", "--find", "--show", "--direct-io=on", file.toString());
        } catch (IOException e) { // a tmpfs may have no direct I/O
            return run("losetup", "--find", "--show", file.toString());
        }
    }

    private static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (InputStream stream = process.getInputStream()) {
            String output = new String(stream.readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", List.of(command)) + ": " + output);
            }
            return output;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
