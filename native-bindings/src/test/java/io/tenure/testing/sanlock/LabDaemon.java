package io.tenure.testing.sanlock;

import io.tenure.sanlock.HostState;
import io.tenure.sanlock.Sanlock;
import io.tenure.sanlock.SanlockException;
import io.tenure.testing.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One host of the lab: its run folder, its daemon and other processes, and its clock. */
final class LabDaemon {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final long POLL_MILLIS = 10;

    /** Logging to stderr only; no watchdog or locked memory. */
    private static final List<String> COMMAND =
            List.of("sanlock daemon -D -L -1 -S -1 -w 0 -l 0".split(" "));

    private final Path runDirectory;
    private final Path log;
    private final @Nullable LabClock clock;
    private final Sanlock sanlock;
    private final List<ChildProcess> others = new ArrayList<>();
    private @Nullable ChildProcess daemon;
    private boolean suspended;

    LabDaemon(Path runDirectory, @Nullable LabClock clock) throws IOException {
        this.runDirectory = Files.createDirectory(runDirectory);
        this.log = runDirectory.resolveSibling(runDirectory.getFileName() + ".log");
        this.clock = clock;
        this.sanlock = Sanlock.open(runDirectory);
    }

    Path runDirectory() {
        return runDirectory;
    }

    /** What a process needs to talk to the daemon; and to live in its time. */
    Map<String, String> environment() {
        Map<String, String> environment =
                new HashMap<>(Map.of("SANLOCK_RUN_DIR", runDirectory.toString()));
        if (clock != null) {
            environment.putAll(clock.environment());
        }
        return environment;
    }

    Sanlock sanlock() {
        return sanlock;
    }

    ChildProcess process() {
        ChildProcess current = daemon;
        if (current == null) {
            throw new IllegalStateException("the daemon was killed and not restarted");
        }
        return current;
    }

    void start(String hostName) throws IOException {
        List<String> command = new ArrayList<>(COMMAND);
        // Where time is short a daemon must not wait for others that compute.
        command.addAll(List.of("-h", clock == null ? "0" : "1", "-e", hostName));
        Map<String, String> environment = environment();
        environment.put("SANLOCK_PRIVILEGED", "0");
        daemon = ChildProcess.start(command, environment, log);
    }

    ChildProcess startOther(List<String> command) throws IOException {
        Path output = Files.createTempFile(runDirectory.getParent(), "process", ".out");
        ChildProcess other = ChildProcess.start(command, environment(), output);
        others.add(other);
        return other;
    }

    /** Waits until the daemon answers. */
    void awaitAnswer() throws IOException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try {
                sanlock.version();
                return;
            } catch (SanlockException e) {
                if (!process().isAlive() || System.nanoTime() > deadline) {
                    throw new IOException("sanlock does not answer; it said:\n" + said(), e);
                }
            }
            pause();
        }
    }

    /** How many hosts of a lockspace the daemon has seen renew. */
    long liveHosts(String lockspaceName) throws SanlockException {
        try {
            return sanlock.hosts(lockspaceName).stream()
                    .filter(status -> status.state() == HostState.LIVE)
                    .count();
        } catch (SanlockException e) {
            if (e.symbol().equals("EAGAIN")) {
                return 0;
            }
            throw e;
        }
    }

    void kill() throws IOException {
        ChildProcess old = daemon;
        if (old != null) {
            old.kill();
            daemon = null;
        }
    }

    void killAll() throws IOException {
        for (ChildProcess other : others) {
            other.kill();
        }
        kill();
    }

    /** Stops everything of this host, the daemon last: nothing of it is seen to hang. */
    void suspend() throws IOException {
        if (suspended) {
            throw new IllegalStateException("the host is suspended already");
        }
        for (ChildProcess process : alive()) {
            process.stop();
        }
        suspended = true;
        if (clock != null) {
            clock.suspended();
        }
    }

    void resume() throws IOException {
        if (!suspended) {
            throw new IllegalStateException("the host is not suspended");
        }
        if (clock != null) {
            clock.resuming();
        }
        suspended = false;
        for (ChildProcess process : alive().reversed()) {
            process.cont();
        }
    }

    String said() throws IOException {
        return Files.readString(log);
    }

    static void pause() throws IOException {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private List<ChildProcess> alive() {
        List<ChildProcess> all = new ArrayList<>(others);
        if (daemon != null) {
            all.add(daemon);
        }
        return all.stream().filter(ChildProcess::isAlive).toList();
    }
}
