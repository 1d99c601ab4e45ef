package io.tenure.tools.demo;

import io.tenure.sanlock.Sanlock;
import io.tenure.sanlock.SanlockException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A sanlock daemon of the demo's own: a real one, unprivileged, without watchdog, with its socket
 * in a folder of its own, so that it plays a host and nothing on this machine notices. For one
 * thread.
 */
final class PrivateDaemon implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final long POLL_MILLIS = 20;

    /** Of util-linux. With it the kernel ends the daemon should this process be killed. */
    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");

    private final Process process;
    private final Path runDirectory;
    private final Path log;

    private PrivateDaemon(Process process, Path runDirectory, Path log) {
        this.process = process;
        this.runDirectory = runDirectory;
        this.log = log;
    }

    /**
     * Starts a daemon and waits until it answers.
     *
     * @param program the sanlock program
     * @param folder where its files lie; made here
     * @param hostName what it calls itself
     */
    static PrivateDaemon start(Path program, Path folder, String hostName)
            throws IOException, InterruptedException {
        Path runDirectory = Files.createDirectories(folder.resolve("run"));
        Path log = folder.resolve("log");
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(SETPRIV)) {
            command.addAll(List.of(SETPRIV.toString(), "--pdeathsig", "KILL"));
        }
        command.addAll(List.of(program.toString(), "daemon", "-D"));
        // No watchdog, no real-time priority, no locked memory, no log but standard error.
        command.addAll(List.of("-w", "0", "-h", "0", "-l", "0", "-L", "-1", "-S", "-1"));
        // It gives its files to user and group sanlock, which only root may; here to our own.
        PosixFileAttributes own = Files.readAttributes(runDirectory, PosixFileAttributes.class);
        command.addAll(List.of("-U", own.owner().getName(), "-G", own.group().getName()));
        command.addAll(List.of("-e", hostName));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("SANLOCK_RUN_DIR", runDirectory.toString());
        builder.environment().put("SANLOCK_PRIVILEGED", "0");
        builder.redirectErrorStream(true).redirectOutput(log.toFile());
        PrivateDaemon daemon = new PrivateDaemon(builder.start(), runDirectory, log);
        try {
            daemon.awaitAnswer();
            return daemon;
        } catch (IOException | InterruptedException | RuntimeException e) {
            daemon.close();
            throw e;
        }
    }

    private void awaitAnswer() throws IOException, InterruptedException {
        long startNanos = System.nanoTime();
        try (Sanlock sanlock = sanlock()) {
            while (true) {
                try {
                    sanlock.version();
                    return;
                } catch (SanlockException e) {
                    boolean late = System.nanoTime() - startNanos > LIMIT.toNanos();
                    if (late || !process.isAlive()) {
                        throw new IOException(
                                "the demo's sanlock daemon does not answer; it said: "
                                        + Files.readString(log),
                                e);
                    }
                }
                Thread.sleep(POLL_MILLIS);
            }
        }
    }

    /** A new way to talk to the daemon; the caller closes it. */
    Sanlock sanlock() {
        return Sanlock.open(runDirectory);
    }

    long processId() {
        return process.pid();
    }

    /** Ends the daemon and waits until it is gone. Its leases lie in the demo's folder only. */
    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        boolean interrupted = false;
        long startNanos = System.nanoTime();
        while (process.isAlive()) {
            try {
                process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
            if (System.nanoTime() - startNanos > LIMIT.toNanos()) {
                throw new IOException("sanlock survives SIGKILL: process " + process.pid());
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
