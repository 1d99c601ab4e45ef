package io.tenure.testing.sanlock;

import io.tenure.sanlock.Sanlock;
import io.tenure.sanlock.SanlockException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One host of the lab: its run folder, its daemon, and the way to talk to it.
 *
 * <p>The daemon is started by way of setpriv(1), so that the kernel kills it when the thread that
 * started it ends. That is a thread of the lab, and it ends with the JVM at the latest.
 */
final class LabDaemon {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final long POLL_MILLIS = 10;

    private final Path runDirectory;
    private final Path log;
    private final ExecutorService starter;
    private final Sanlock sanlock;
    private @Nullable Process process;

    LabDaemon(Path runDirectory, ExecutorService starter) throws IOException {
        this.runDirectory = Files.createDirectory(runDirectory);
        this.log = runDirectory.resolveSibling(runDirectory.getFileName() + ".log");
        this.starter = starter;
        this.sanlock = Sanlock.open(runDirectory);
    }

    Path runDirectory() {
        return runDirectory;
    }

    Map<String, String> environment() {
        return Map.of("SANLOCK_RUN_DIR", runDirectory.toString());
    }

    Sanlock sanlock() {
        return sanlock;
    }

    long pid() {
        return running().pid();
    }

    void start(String hostName) throws IOException {
        ProcessBuilder command =
                new ProcessBuilder(
                        // logging to stderr only; no watchdog, real-time scheduling or locked
                        // memory
                        ("setpriv --pdeathsig KILL sanlock daemon -D -L -1 -S -1 -w 0 -h 0 -l 0 -e "
                                        + hostName)
                                .split(" "));
        command.environment().putAll(environment());
        command.environment().put("SANLOCK_PRIVILEGED", "0");
        command.redirectErrorStream(true);
        command.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        try {
            process = starter.submit(command::start).get();
        } catch (ExecutionException e) {
            throw new IOException("sanlock cannot be started", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while starting sanlock", e);
        }
    }

    /** Waits until the daemon answers. */
    void awaitAnswer() throws IOException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try {
                sanlock.version();
                return;
            } catch (SanlockException e) {
                if (!running().isAlive() || System.nanoTime() > deadline) {
                    throw new IOException("sanlock does not answer; it said:\n" + said(), e);
                }
            }
            pause();
        }
    }

    void kill() {
        Process old = process;
        if (old == null) {
            return;
        }
        old.destroyForcibly();
        try {
            if (!old.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("sanlock survived SIGKILL: pid " + old.pid());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while killing sanlock", e);
        }
        process = null;
    }

    void signal(String name) throws IOException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start();
        try {
            if (kill.waitFor() != 0) {
                throw new IOException("kill -" + name + " " + pid() + " failed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while signalling sanlock", e);
        }
    }

    String said() {
        try {
            return Files.readString(log, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void pause() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private Process running() {
        Process current = process;
        if (current == null) {
            throw new IllegalStateException("the daemon was killed and not restarted");
        }
        return current;
    }
}
