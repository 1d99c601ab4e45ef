package io.tenure.benchmarks;

import io.tenure.sanlock.Lockspace;
import io.tenure.sanlock.Resource;
import io.tenure.sanlock.Sanlock;
import io.tenure.sanlock.SanlockException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a comparison of leases needs: a sanlock daemon of its own, a joined lockspace, a lease for
 * Java and one for the C program, and that program waiting for commands. All of it is gone after
 * {@link #close}, or when this process is killed.
 */
final class LeaseBench implements AutoCloseable {
    private static final int MIB = 1 << 20;
    private static final String LOCKSPACE = "BENCH";
    private static final int IO_TIMEOUT_SECONDS = 2;
    private static final Duration START_LIMIT = Duration.ofSeconds(20);

    private final Path folder;
    private final Path runDirectory;
    private final Path leases;
    private final Sanlock sanlock;
    private final List<Process> processes = new ArrayList<>();
    private @Nullable BufferedReader fromC;
    private @Nullable Writer toC;

    private LeaseBench(Path folder, Path leases) throws IOException {
        this.folder = folder;
        this.runDirectory = Files.createDirectory(folder.resolve("run"));
        this.leases = leases;
        this.sanlock = Sanlock.open(runDirectory);
    }

    /**
     * Starts everything.
     *
     * @param source the C program
     * @param directory where the leases lie
     */
    static LeaseBench start(Path source, Path directory) throws IOException {
        Path folder = Files.createTempDirectory("tenure-leases");
        LeaseBench bench =
                new LeaseBench(folder, Files.createTempFile(directory, "tenure-leases", ""));
        try {
            bench.startDaemon();
            bench.join();
            bench.startC(source.toAbsolutePath());
            return bench;
        } catch (IOException | RuntimeException e) {
            bench.close();
            throw e;
        }
    }

    Sanlock sanlock() {
        return sanlock;
    }

    Resource resourceOfJava() {
        return resource(1);
    }

    /** Lets the C program do something; what it answers are numbers. */
    long[] askC(String command) throws IOException {
        if (toC == null || fromC == null) {
            throw new IllegalStateException("not started");
        }
        toC.write(command + '\n');
        toC.flush();
        String line = fromC.readLine();
        if (line == null) {
            throw new IOException("the C program ended");
        }
        return Arrays.stream(line.trim().split(" ")).mapToLong(Long::parseLong).toArray();
    }

    private Resource resource(int slot) {
        return new Resource(LOCKSPACE, "R" + slot, leases.toString(), (long) slot * MIB, 512, MIB);
    }

    private void startDaemon() throws IOException {
        run(
                ProcessBuilder.Redirect.DISCARD,
                ProcessBuilder.Redirect.DISCARD,
                "setpriv --pdeathsig KILL sanlock daemon -D -L -1 -S -1 -w 0 -h 0 -l 0 -e bench"
                        .split(" "));
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (true) {
            try {
                sanlock.version();
                return;
            } catch (SanlockException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                pause();
            }
        }
    }

    private void join() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(leases.toFile(), "rw")) {
            file.setLength(4L * MIB);
        }
        Lockspace lockspace = new Lockspace(LOCKSPACE, 1, leases.toString(), 0, 512, MIB);
        sanlock.writeLockspace(lockspace, IO_TIMEOUT_SECONDS);
        sanlock.addLockspace(lockspace, IO_TIMEOUT_SECONDS);
        sanlock.writeResource(resource(1));
        sanlock.writeResource(resource(2));
    }

    private void startC(Path source) throws IOException {
        Path program = folder.resolve("leases");
        Process compiler =
                run(
                        ProcessBuilder.Redirect.INHERIT,
                        ProcessBuilder.Redirect.INHERIT,
                        "gcc",
                        "-O2",
                        "-Wall",
                        "-o",
                        program.toString(),
                        source.toString(),
                        "-lsanlock_client");
        try {
            if (compiler.waitFor() != 0) {
                throw new IOException("gcc could not compile " + source);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while gcc ran", e);
        }
        Resource resource = resource(2);
        Process running =
                run(
                        ProcessBuilder.Redirect.PIPE,
                        ProcessBuilder.Redirect.INHERIT,
                        "setpriv",
                        "--pdeathsig",
                        "KILL",
                        program.toString(),
                        resource.lockspace(),
                        resource.name(),
                        resource.path(),
                        Long.toString(resource.offsetBytes()));
        fromC = running.inputReader();
        toC = running.outputWriter();
    }

    private Process run(
            ProcessBuilder.Redirect output, ProcessBuilder.Redirect error, String... command)
            throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(output).redirectError(error);
        builder.environment().put("SANLOCK_RUN_DIR", runDirectory.toString());
        builder.environment().put("SANLOCK_PRIVILEGED", "0");
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Kills what runs and deletes what is there. */
    @Override
    public void close() throws IOException {
        for (Process process : processes.reversed()) {
            process.destroyForcibly();
            try {
                if (!process.waitFor(START_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                    throw new IOException(process + " survived SIGKILL");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        sanlock.close();
        Files.deleteIfExists(leases);
        try (Stream<Path> below = Files.walk(folder)) {
            for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
