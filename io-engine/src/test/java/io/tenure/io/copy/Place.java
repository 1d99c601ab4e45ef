package io.tenure.io.copy;

import io.tenure.testing.device.LoopDevice;
import io.tenure.testing.io.MountedFileSystem;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Kinds of things that a copy reads from and writes to. */
enum Place {
    EXT4_FILE,
    TMPFS_FILE,
    XFS_FILE_4096,
    LOOP_512,
    LOOP_4096;

    /** Enough for XFS, and for a destination and stale data on tmpfs. */
    private static final long FILE_SYSTEM_BYTES = 300L << 20;

    boolean isFile() {
        return this != LOOP_512 && this != LOOP_4096;
    }

    /** The unit that a size is a multiple of. */
    int unitBytes() {
        return this == LOOP_512 ? 512 : 4096;
    }

    /** What was made for one test, closed in reverse. */
    static final class Made implements AutoCloseable {
        private final Path directory;
        private final List<Closeable> below = new ArrayList<>();

        Made(Path directory) {
            this.directory = directory;
        }

        /** A path to something of this size that reads as zero. A file is made, one hole. */
        Path make(Place place, String name, long sizeBytes) throws IOException {
            return switch (place) {
                case EXT4_FILE -> file(directory, name, sizeBytes);
                case TMPFS_FILE ->
                        onFileSystem(
                                MountedFileSystem.tmpfs(directory, FILE_SYSTEM_BYTES),
                                name,
                                sizeBytes);
                case XFS_FILE_4096 ->
                        onFileSystem(
                                MountedFileSystem.onLoop("xfs", directory, FILE_SYSTEM_BYTES, 4096),
                                name,
                                sizeBytes);
                case LOOP_512 -> loop(sizeBytes, 512);
                case LOOP_4096 -> loop(sizeBytes, 4096);
            };
        }

        @Override
        public void close() throws IOException {
            for (Closeable resource : below.reversed()) {
                resource.close();
            }
        }

        private Path onFileSystem(MountedFileSystem files, String name, long sizeBytes)
                throws IOException {
            below.add(files::close);
            return file(files.root(), name, sizeBytes);
        }

        private Path loop(long sizeBytes, int sectorBytes) throws IOException {
            LoopDevice loop = LoopDevice.create(directory, sizeBytes, sectorBytes);
            below.add(loop::close);
            return loop.path();
        }

        private static Path file(Path in, String name, long sizeBytes) throws IOException {
            Path file = Files.createFile(in.resolve(name));
            try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
                open.setLength(sizeBytes);
            }
            return file;
        }
    }
}
