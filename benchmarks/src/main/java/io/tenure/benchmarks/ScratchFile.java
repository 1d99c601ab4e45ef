package io.tenure.benchmarks;

import io.tenure.io.BlockDevices;
import io.tenure.io.FileDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file to measure on, in a folder of its own that goes with it. One thread. */
final class ScratchFile implements AutoCloseable {
    private final Path folder;
    private final FileDevice device;

    private ScratchFile(Path folder, FileDevice device) {
        this.folder = folder;
        this.device = device;
    }

    /**
     * Makes a file that is one hole.
     *
     * @param parent where
     * @param sizeBytes its size
     * @return the file
     * @throws IOException it cannot be made
     */
    static ScratchFile create(Path parent, long sizeBytes) throws IOException {
        Path folder = Files.createTempDirectory(parent, "tenure-bench");
        try {
            return new ScratchFile(
                    folder, BlockDevices.create(folder.resolve("scratch"), sizeBytes));
        } catch (IOException | RuntimeException | Error e) {
            Files.delete(folder);
            throw e;
        }
    }

    /** The file, open for direct I/O; closed with this. */
    FileDevice device() {
        return device;
    }

    @Override
    public void close() throws IOException {
        try {
            device.close();
        } finally {
            Files.deleteIfExists(folder.resolve("scratch"));
            Files.delete(folder);
        }
    }
}
