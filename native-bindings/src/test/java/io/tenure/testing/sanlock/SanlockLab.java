package io.tenure.testing.sanlock;

import io.tenure.sanlock.HostState;
import io.tenure.sanlock.Lockspace;
import io.tenure.sanlock.Sanlock;
import io.tenure.sanlock.SanlockException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Several sanlock daemons on one machine, each playing a host, for tests. Needs root, and sanlock,
 * setpriv and kill installed.
 *
 * <pre>{@code
 * try (SanlockLab lab = SanlockLab.start(2)) {
 *     Path file = lab.leaseFile("leases", 16 << 20);
 *     Lockspace lockspace = new Lockspace("LS", 1, file.toString(), 0, 512, 1 << 20);
 *     lab.writeAndJoin(lockspace); // host 0 as host id 1, host 1 as host id 2
 *     try (Registration registration = lab.sanlock(0).register()) { ... }
 * }
 * }</pre>
 *
 * <p>Daemons are real and unmodified, without watchdog. Everything lies in one folder in memory. No
 * daemon outlives the lab: {@link #close} kills them, so does a shutdown hook, and if the JVM
 * itself is killed, the kernel does. Hosts are counted from 0; host i joins as host id i + 1.
 */
public final class SanlockLab implements AutoCloseable {
    /** The io_timeout of all lockspaces in the lab: the shortest there is. */
    public static final int IO_TIMEOUT_SECONDS = 1;

    private static final Path MEMORY = Path.of("/dev/shm");
    private static final Duration LIVE_LIMIT = Duration.ofSeconds(20);

    private final Path folder;
    private final ExecutorService starter;
    private final List<LabDaemon> hosts = new ArrayList<>();
    private final Thread hook = new Thread(this::killAndDelete, "sanlock-lab-cleanup");

    private SanlockLab(Path folder) {
        this.folder = folder;
        this.starter =
                Executors.newSingleThreadExecutor(task -> {
                    Thread thread = new Thread(task, "sanlock-lab-starter");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /**
     * Starts daemons and waits until each answers.
     *
     * @param hostCount how many
     * @return the lab, to be closed
     * @throws IOException if they cannot be started
     */
    public static SanlockLab start(int hostCount) throws IOException {
        SanlockLab lab = new SanlockLab(Files.createTempDirectory(MEMORY, "lab"));
        Runtime.getRuntime().addShutdownHook(lab.hook);
        try {
            for (int host = 0; host < hostCount; host++) {
                lab.hosts.add(new LabDaemon(lab.folder.resolve("h" + host), lab.starter));
                lab.hosts.get(host).start(lab.hostName(host));
            }
            for (LabDaemon daemon : lab.hosts) {
                daemon.awaitAnswer();
            }
            return lab;
        } catch (IOException | RuntimeException | Error e) {
            lab.close();
            throw e;
        }
    }

    /**
     * How many hosts there are.
     *
     * @return the number given at the start
     */
    public int hostCount() {
        return hosts.size();
    }

    /**
     * The way to talk to a host's daemon. Stays the same when the daemon is restarted.
     *
     * @param host which, from 0
     * @return closed with the lab
     */
    public Sanlock sanlock(int host) {
        return hosts.get(host).sanlock();
    }

    /**
     * Where a host's daemon has its socket.
     *
     * @param host which, from 0
     * @return a folder with a short path
     */
    public Path runDirectory(int host) {
        return hosts.get(host).runDirectory();
    }

    /**
     * What a child process needs in its environment to talk to a host's daemon.
     *
     * @param host which, from 0
     * @return variables to add
     */
    public Map<String, String> environment(int host) {
        return hosts.get(host).environment();
    }

    /**
     * The process id of a host's daemon.
     *
     * @param host which, from 0
     * @return the process id
     */
    public long pid(int host) {
        return hosts.get(host).pid();
    }

    /**
     * What a host's daemon has logged, for messages of failed tests.
     *
     * @param host which, from 0
     * @return all of it
     */
    public String log(int host) {
        return hosts.get(host).said();
    }

    /**
     * Makes a sparse file in memory that takes O_DIRECT. It is deleted with the lab.
     *
     * @param name its name
     * @param bytes its size
     * @return its path
     * @throws IOException if it cannot be made
     */
    public Path leaseFile(String name, long bytes) throws IOException {
        Path file = folder.resolve(name);
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(bytes);
        }
        return file;
    }

    /**
     * A lockspace as one of the hosts joins it.
     *
     * @param lockspace any host's view
     * @param host which, from 0
     * @return the same with that host's id, which is one more
     */
    public static Lockspace asHost(Lockspace lockspace, int host) {
        return new Lockspace(
                lockspace.name(),
                host + 1L,
                lockspace.path(),
                lockspace.offsetBytes(),
                lockspace.sectorBytes(),
                lockspace.alignBytes());
    }

    /**
     * Formats a lockspace and lets all hosts join it. About 3 seconds.
     *
     * @param lockspace name and place
     * @throws IOException if a host cannot join
     */
    public void writeAndJoin(Lockspace lockspace) throws IOException {
        sanlock(0).writeLockspace(lockspace, IO_TIMEOUT_SECONDS);
        join(lockspace);
    }

    /**
     * Lets all hosts join a lockspace at once. About 3 seconds.
     *
     * @param lockspace name and place
     * @throws IOException if a host cannot join
     */
    public void join(Lockspace lockspace) throws IOException {
        inParallel(host -> {
            sanlock(host).addLockspace(asHost(lockspace, host), IO_TIMEOUT_SECONDS);
            return host;
        });
    }

    /**
     * Waits until each host has seen each other renew, which takes about 3 seconds from the join.
     * Before that, acquiring what another host holds takes that long too.
     *
     * @param lockspaceName a lockspace that all have joined
     * @throws IOException if that does not happen
     */
    public void awaitAllLive(String lockspaceName) throws IOException {
        inParallel(host -> {
            long deadline = System.nanoTime() + LIVE_LIMIT.toNanos();
            while (liveHosts(host, lockspaceName) < hostCount()) {
                if (System.nanoTime() > deadline) {
                    throw new IOException(
                            "host " + host + " does not see all others live:\n" + log(host));
                }
                LabDaemon.pause();
            }
            return host;
        });
    }

    /**
     * Kills a host's daemon with SIGKILL, and waits until it is gone. Its lease holders live on.
     *
     * @param host which, from 0
     */
    public void kill(int host) {
        hosts.get(host).kill();
    }

    /**
     * Stops a host's daemon with SIGSTOP: it renews no more, and calls to it hang.
     *
     * @param host which, from 0
     * @throws IOException if it does not run
     */
    public void stop(int host) throws IOException {
        hosts.get(host).signal("STOP");
    }

    /**
     * Lets a stopped daemon go on.
     *
     * @param host which, from 0
     * @throws IOException if it does not run
     */
    public void cont(int host) throws IOException {
        hosts.get(host).signal("CONT");
    }

    /**
     * Kills a host's daemon and starts it again under the same host name, as a reboot does: it
     * joins again quickly, with its generation one higher, and others can then take its old leases.
     *
     * @param host which, from 0
     * @throws IOException if it does not start
     */
    public void restart(int host) throws IOException {
        restart(host, hostName(host));
    }

    /**
     * Kills a host's daemon and starts it again under another host name, as a different machine.
     *
     * @param host which, from 0
     * @param hostName the new name
     * @throws IOException if it does not start
     */
    public void restart(int host, String hostName) throws IOException {
        LabDaemon daemon = hosts.get(host);
        daemon.kill();
        daemon.start(hostName);
        daemon.awaitAnswer();
    }

    /** Kills the daemons and deletes everything. Closing twice does nothing. */
    @Override
    public void close() {
        killAndDelete();
        hosts.forEach(daemon -> daemon.sanlock().close());
        hosts.clear();
        starter.shutdown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the JVM is shutting down: the hook finds nothing left to do
            return;
        }
    }

    private String hostName(int host) {
        return folder.getFileName() + "-" + host;
    }

    private long liveHosts(int host, String lockspaceName) throws SanlockException {
        try {
            return sanlock(host).hosts(lockspaceName).stream()
                    .filter(status -> status.state() == HostState.LIVE)
                    .count();
        } catch (SanlockException e) {
            if (e.symbol().equals("EAGAIN")) {
                return 0;
            }
            throw e;
        }
    }

    private void inParallel(HostAction action) throws IOException {
        List<Callable<Integer>> tasks = new ArrayList<>();
        for (int i = 0; i < hostCount(); i++) {
            int host = i;
            tasks.add(() -> action.run(host));
        }
        try (ExecutorService executor = Executors.newFixedThreadPool(hostCount())) {
            for (Future<Integer> future : executor.invokeAll(tasks)) {
                future.get();
            }
        } catch (ExecutionException e) {
            throw new IOException("a host of the lab failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private synchronized void killAndDelete() {
        hosts.forEach(LabDaemon::kill);
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> below = Files.walk(folder)) {
            for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Something that each host does. */
    private interface HostAction {
        int run(int host) throws IOException;
    }
}
