package io.tenure.testing.device;

import io.tenure.testing.process.CSource;
import io.tenure.testing.process.ChildProcess;
import io.tenure.testing.process.VanishingFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A file that passes reads and writes through to another one, and that fails or hangs at a word.
 * Several can stand before the same file, as paths that break one by one. Needs root, gcc and
 * {@code /dev/fuse}.
 *
 * <pre>{@code
 * try (FaultyFile file = FaultyFile.create(folder, "disk", backing)) {
 *     file.set(Fault.HANGS);
 *     ...                      // whoever reads or writes file.path() waits
 *     file.set(Fault.NONE);    // and goes on
 * }
 * }</pre>
 *
 * <p>It takes O_DIRECT in any alignment, asynchronous I/O, and a {@link LoopDevice} on top. Nothing
 * of it is cached. Its size is the backing file's; it cannot be mapped shared. It is a file system
 * of its own, by a program in C that speaks to the kernel, and that ends with this JVM at the
 * latest; then whatever waits fails, and the mount goes with the folder.
 */
public final class FaultyFile implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Path path;
    private final ChildProcess server;

    private FaultyFile(Path path, ChildProcess server) {
        this.path = path;
        this.server = server;
    }

    /**
     * Puts a file before another one.
     *
     * @param folder where it is mounted, in a new folder
     * @param name its name there
     * @param backing the other file
     * @return the file, without a fault, to be closed
     * @throws IOException if it cannot be mounted
     */
    public static FaultyFile create(VanishingFolder folder, String name, Path backing)
            throws IOException {
        Path own = Files.createTempDirectory(folder.path(), "faulty");
        Path program = program(folder);
        Path mount = Files.createDirectory(own.resolve("m"));
        ChildProcess server =
                ChildProcess.start(
                        List.of(
                                "nice", // no test waits for storage since others compute
                                "-n",
                                "-20",
                                program.toString(),
                                mount.toString(),
                                name,
                                backing.toString()),
                        Map.of(),
                        own.resolve("said"));
        try {
            server.awaitLine("ready", LIMIT);
            return new FaultyFile(mount.resolve(name), server);
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    /** The program behind all files of a folder, compiled for the first of them. */
    private static synchronized Path program(VanishingFolder folder) throws IOException {
        Path made = folder.path().resolve("faulty.bin");
        return Files.exists(made)
                ? made
                : CSource.compile(FaultyFile.class, "faulty.c", folder.path());
    }

    /**
     * The file.
     *
     * @return its path
     */
    public Path path() {
        return path;
    }

    /**
     * What is wrong with it from now on.
     *
     * @param fault with reads and writes alike
     * @throws IOException if the program behind it has ended
     */
    public void set(Fault fault) throws IOException {
        setWrites(fault);
        setReads(fault);
    }

    /**
     * What is wrong with reads from now on.
     *
     * @param fault what
     * @throws IOException if the program behind it has ended
     */
    public void setReads(Fault fault) throws IOException {
        ask("read " + fault.command());
    }

    /**
     * What is wrong with writes and syncs from now on.
     *
     * @param fault what
     * @throws IOException if the program behind it has ended
     */
    public void setWrites(Fault fault) throws IOException {
        ask("write " + fault.command());
    }

    /**
     * How many requests hang now. The kernel may have split what a program asked for at once.
     *
     * @return how many have come and are not answered
     * @throws IOException if the program behind it has ended
     */
    public int held() throws IOException {
        return Integer.parseInt(ask("held"));
    }

    /**
     * Unmounts it. What still waits fails. A second call does nothing.
     *
     * @throws IOException if that fails
     */
    @Override
    public void close() throws IOException {
        server.endInput();
        int exitCode = server.awaitEnd(LIMIT);
        if (exitCode != 0) {
            throw new IOException(path + " ended with " + exitCode + ": " + server.said());
        }
    }

    private synchronized String ask(String command) throws IOException {
        server.tell(command);
        return server.awaitLine("is ", LIMIT);
    }
}
