package io.tenure.testing.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A new folder in memory that goes, with all that lies in it or is mounted below it, when it is
 * closed or this JVM ends, however it ends. Files there take O_DIRECT.
 *
 * <p>A shell in a session of its own waits for the end of its standard input, which the kernel
 * brings about if nobody else does, and then deletes.
 */
public final class VanishingFolder implements AutoCloseable {
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /**
     * Deletes again while processes that are just dying still make files. A mount goes first, even
     * if it is in use.
     */
    private static final String REAPER =
            """
            trap '' HUP INT TERM
            cat >/dev/null
            for attempt in 1 2 3 4 5; do
                awk -v folder="$1/" 'index($5, folder) == 1 { print $5 }' /proc/self/mountinfo |
                    while read -r mount; do umount -l "$mount"; done
                rm -rf --one-file-system "$1" && exit 0
                sleep 0.2
            done
            exit 1
            """;

    private final Path path;
    private final Process reaper;

    private VanishingFolder(Path path, Process reaper) {
        this.path = path;
        this.reaper = reaper;
    }

    /**
     * Makes a folder.
     *
     * @param prefix what its name begins with
     * @return the folder, to be closed
     * @throws IOException if it cannot be made
     */
    public static VanishingFolder create(String prefix) throws IOException {
        Path path = Files.createTempDirectory(MEMORY, prefix);
        try {
            Process reaper =
                    new ProcessBuilder("setsid", "sh", "-c", REAPER, "reaper", path.toString())
                            .redirectErrorStream(true)
                            .start();
            return new VanishingFolder(path, reaper);
        } catch (IOException e) {
            Files.delete(path);
            throw e;
        }
    }

    /**
     * The folder.
     *
     * @return a short absolute path
     */
    public Path path() {
        return path;
    }

    /**
     * Deletes it. A second call does nothing.
     *
     * @throws IOException if something cannot be deleted
     */
    @Override
    public void close() throws IOException {
        reaper.getOutputStream().close();
        try {
            if (!reaper.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) || reaper.exitValue() != 0) {
                String said =
                        reaper.isAlive()
                                ? "it takes too long"
                                : new String(
                                        reaper.getInputStream().readAllBytes(),
                                        StandardCharsets.UTF_8);
                throw new IOException(path + " cannot be deleted: " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + path + " was deleted", e);
        }
    }
}
