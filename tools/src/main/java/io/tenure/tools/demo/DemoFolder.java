package io.tenure.tools.demo;

import io.tenure.io.BlockDevices;
import io.tenure.tools.verb.CommandException;
import io.tenure.tools.verb.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The temporary folder in which all of a demo happens. For one thread. */
final class DemoFolder implements AutoCloseable {
    private static final Path MEMORY = Path.of("/dev/shm");

    /** The largest sector there is. */
    private static final long PROBE_BYTES = 4096;

    private final Path path;
    private final boolean keep;

    private DemoFolder(Path path, boolean keep) {
        this.path = path;
        this.keep = keep;
    }

    /** A folder on storage, where the work is real. */
    static DemoFolder onStorage(long neededBytes, boolean keep)
            throws IOException, CommandException {
        return in(List.of(temporary(), Path.of("/var/tmp")), neededBytes, keep);
    }

    /**
     * A folder in memory if there can be one: with an io timeout of one second, sanlock's renewals
     * would suffer from whoever else loads the disk.
     */
    static DemoFolder inMemory(long neededBytes, boolean keep)
            throws IOException, CommandException {
        return in(List.of(MEMORY, temporary(), Path.of("/var/tmp")), neededBytes, keep);
    }

    private static Path temporary() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }

    private static DemoFolder in(List<Path> places, long neededBytes, boolean keep)
            throws IOException, CommandException {
        IOException last = null;
        for (Path place : places) {
            if (!Files.isWritable(place)
                    || Files.getFileStore(place).getUsableSpace() < neededBytes) {
                continue;
            }
            DemoFolder folder =
                    new DemoFolder(Files.createTempDirectory(place, "tenure-demo-"), keep);
            try {
                folder.tryDirectIo();
                return folder;
            } catch (IOException e) {
                folder.delete();
                last = e;
            }
        }
        throw new CommandException(
                ExitCode.ENVIRONMENT,
                last == null
                        ? "the demo needs %d MiB in one of %s".formatted(neededBytes >> 20, places)
                        : "no temporary folder takes direct I/O: " + last.getMessage());
    }

    /** Not every file system takes O_DIRECT; opening a file tells. */
    private void tryDirectIo() throws IOException {
        Path file = path.resolve("direct");
        BlockDevices.create(file, PROBE_BYTES).close();
        Files.delete(file);
    }

    Path path() {
        return path;
    }

    boolean isKept() {
        return keep;
    }

    /** Removes the folder, unless it is to be kept. */
    @Override
    public void close() throws IOException {
        if (!keep) {
            delete();
        }
    }

    private void delete() throws IOException {
        try (Stream<Path> below = Files.walk(path)) {
            for (Path file : below.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
