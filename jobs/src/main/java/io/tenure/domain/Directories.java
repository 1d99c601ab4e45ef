package io.tenure.domain;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Makes names durable: a file that was created, renamed or removed is so only after this. */
public final class Directories {
    private Directories() {}

    /**
     * Flushes a directory's entries to storage, with fsync(2).
     *
     * @param directory the directory
     * @throws IOException if it could not be flushed
     */
    public static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
