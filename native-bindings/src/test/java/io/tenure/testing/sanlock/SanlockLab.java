package io.tenure.testing.sanlock;

import io.tenure.sanlock.Lockspace;
import io.tenure.sanlock.Sanlock;
import io.tenure.testing.device.LoopDevice;
import io.tenure.testing.process.CSource;
import io.tenure.testing.process.ChildProcess;
import io.tenure.testing.process.VanishingFolder;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Several sanlock daemons on one machine, each playing a host, for tests. Needs Linux, root, and
 * sanlock, setpriv, kill, setsid and awk installed; devices need losetup; a clock of its own and
 * storage that can be cut off need gcc, the latter {@code /dev/fuse} too.
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
 * <p><b>What it is.</b> Daemons are real and unmodified, without watchdog, and need no privileges.
 * Everything lies in one folder in memory. This JVM talks to all of them; further processes of a
 * host are started by {@link #startProcess}. Hosts are counted from 0; host i joins as host id i +
 * 1. A lockspace is renewed every 2 seconds, a host is failed 8 seconds after its last renewal and
 * dead 60 seconds later, which is the shortest that sanlock knows.
 *
 * <p><b>Storage</b> is a file ({@link #leaseFile}), a block device ({@link #device}), or either
 * with a path for each host that can fail or hang ({@link #cutFile}, {@link #cutDevice}).
 *
 * <p><b>Time.</b> With a clock of its own ({@link #startWithClock}) time passes up to ten times
 * faster for the daemons and the processes of their hosts, so that another host's lease is taken
 * over in seven seconds; and it stands still for a host that is {@link #suspend suspended}, as for
 * a virtual machine. A daemon that does not get to renew within 8 seconds of its time takes its
 * storage for lost and kills who holds leases, so let those be processes of the hosts, not this
 * JVM.
 *
 * <p><b>Its end.</b> No daemon, process, mount, device or file outlives the lab: {@link #close}
 * takes them down, and if the JVM ends without that, even killed, the kernel and a shell that waits
 * for it do so right after.
 *
 * <p>Threads: hosts may be talked to from any; everything else from one at a time.
 */
public final class SanlockLab implements AutoCloseable {
    /** The io_timeout of all lockspaces in the lab: the shortest there is. */
    public static final int IO_TIMEOUT_SECONDS = 1;

    private static final Duration LIVE_LIMIT = Duration.ofSeconds(20);

    private final VanishingFolder folder;
    private final int clockFactor;
    private final List<LabDaemon> hosts = new ArrayList<>();
    private final List<CutDisk> cutDisks = new ArrayList<>();
    private final List<LoopDevice> devices = new ArrayList<>();

    private SanlockLab(VanishingFolder folder, int clockFactor) {
        this.folder = folder;
        this.clockFactor = clockFactor;
    }

    /**
     * Starts daemons and waits until each answers.
     *
     * @param hostCount how many
     * @return the lab, to be closed
     * @throws IOException if they cannot be started
     */
    public static SanlockLab start(int hostCount) throws IOException {
        return start(new SanlockLab(VanishingFolder.create("lab"), 1), hostCount, null);
    }

    /**
     * Starts daemons with a clock of their own, and waits until each answers.
     *
     * @param hostCount how many
     * @param factor how many times faster time passes for them than on the machine, 1 to 10
     * @return the lab, to be closed
     * @throws IOException if they cannot be started, or gcc cannot compile the clock
     */
    public static SanlockLab startWithClock(int hostCount, int factor) throws IOException {
        SanlockLab lab =
                new SanlockLab(VanishingFolder.create("lab"), LabClock.checkFactor(factor));
        try {
            Path library =
                    CSource.compile(
                            SanlockLab.class, "clock.c", lab.folder.path(), "-shared", "-fPIC");
            return start(lab, hostCount, library);
        } catch (IOException | RuntimeException | Error e) {
            lab.close();
            throw e;
        }
    }

    private static SanlockLab start(SanlockLab lab, int hostCount, @Nullable Path library)
            throws IOException {
        try {
            for (int host = 0; host < hostCount; host++) {
                Path run = lab.folder.path().resolve("h" + host);
                LabClock clock =
                        library == null
                                ? null
                                : new LabClock(
                                        library,
                                        run.resolveSibling("clock" + host),
                                        lab.clockFactor);
                LabDaemon daemon = new LabDaemon(run, clock);
                lab.hosts.add(daemon);
                daemon.start(lab.hostName(host));
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
     * How many times faster time passes for the hosts than on the machine.
     *
     * @return 1 without a clock of their own
     */
    public int clockFactor() {
        return clockFactor;
    }

    /**
     * How long something takes here that takes sanlock some seconds of its own time.
     *
     * @param sanlockSeconds such as from {@link io.tenure.sanlock.SanlockTimeouts}
     * @return the time on this machine
     */
    public Duration real(long sanlockSeconds) {
        return Duration.ofSeconds(sanlockSeconds).dividedBy(clockFactor);
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
     * What a process needs in its environment to talk to a host's daemon, and to live in its time.
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
        return hosts.get(host).process().pid();
    }

    /**
     * What a host's daemon has logged, for messages of failed tests.
     *
     * @param host which, from 0
     * @return all of it
     */
    public String log(int host) {
        try {
            return hosts.get(host).said();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
        Path file = folder.path().resolve(name);
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(bytes);
        }
        return file;
    }

    /**
     * Makes a block device over a sparse file in memory, the same for all hosts.
     *
     * @param bytes its size
     * @param sectorBytes its logical sector, 512 or 4096
     * @return its path
     * @throws IOException if it cannot be made
     */
    public Path device(long bytes, int sectorBytes) throws IOException {
        LoopDevice device = LoopDevice.create(folder.path(), bytes, sectorBytes);
        devices.add(device);
        return device.path();
    }

    /**
     * Makes a file in memory that each host has by a path of its own, which can be cut off.
     *
     * @param name its name
     * @param bytes its size
     * @return the file, closed with the lab
     * @throws IOException if it cannot be made
     */
    public CutDisk cutFile(String name, long bytes) throws IOException {
        CutDisk disk = new CutDisk(leaseFile(name, bytes));
        cutDisks.add(disk);
        for (int host = 0; host < hostCount(); host++) {
            disk.addFile(folder);
        }
        return disk;
    }

    /**
     * Makes storage in memory that each host has as a block device of its own, which can be cut
     * off.
     *
     * @param name its name
     * @param bytes its size
     * @param sectorBytes the logical sector of the devices, 512 or 4096
     * @return the storage, closed with the lab
     * @throws IOException if it cannot be made
     */
    public CutDisk cutDevice(String name, long bytes, int sectorBytes) throws IOException {
        CutDisk disk = new CutDisk(leaseFile(name, bytes));
        cutDisks.add(disk);
        for (int host = 0; host < hostCount(); host++) {
            disk.addFile(folder);
            disk.addDevice(sectorBytes);
        }
        return disk;
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
     * Formats a lockspace and lets all hosts join it. About 3 seconds of sanlock's.
     *
     * @param lockspace name and place
     * @throws IOException if a host cannot join
     */
    public void writeAndJoin(Lockspace lockspace) throws IOException {
        writeAndJoin(host -> asHost(lockspace, host));
    }

    /**
     * Formats a lockspace and lets all hosts join it. About 3 seconds of sanlock's.
     *
     * @param ofHost how each host finds it, such as by {@link CutDisk#asHost}
     * @throws IOException if a host cannot join
     */
    public void writeAndJoin(IntFunction<Lockspace> ofHost) throws IOException {
        sanlock(0).writeLockspace(ofHost.apply(0), IO_TIMEOUT_SECONDS);
        join(ofHost);
    }

    /**
     * Lets all hosts join a lockspace at once. About 3 seconds of sanlock's.
     *
     * @param lockspace name and place
     * @throws IOException if a host cannot join
     */
    public void join(Lockspace lockspace) throws IOException {
        join(host -> asHost(lockspace, host));
    }

    /**
     * Lets all hosts join a lockspace at once. About 3 seconds of sanlock's.
     *
     * @param ofHost how each host finds it
     * @throws IOException if a host cannot join
     */
    public void join(IntFunction<Lockspace> ofHost) throws IOException {
        inParallel(host -> {
            sanlock(host).addLockspace(ofHost.apply(host), IO_TIMEOUT_SECONDS);
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
            while (hosts.get(host).liveHosts(lockspaceName) < hostCount()) {
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
     * Starts a program as a process of a host: it finds the host's daemon, lives in its time, is
     * suspended with the host, and ends with the lab.
     *
     * @param host which, from 0
     * @param command the program and its arguments, such as from {@link
     *     io.tenure.testing.process.ChildJvm#command}
     * @return the process; closing it earlier kills it
     * @throws IOException if it cannot be started
     */
    public ChildProcess startProcess(int host, List<String> command) throws IOException {
        return hosts.get(host).startOther(command);
    }

    /**
     * Kills a host's daemon with SIGKILL, and waits until it is gone. Its lease holders live on.
     *
     * @param host which, from 0
     * @throws UncheckedIOException if it is not gone soon, as when its storage hangs
     */
    public void kill(int host) {
        try {
            hosts.get(host).kill();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Stops a host's daemon with SIGSTOP: it renews no more, and calls to it hang. Time passes.
     *
     * @param host which, from 0
     * @throws IOException if it does not run
     */
    public void stop(int host) throws IOException {
        hosts.get(host).process().stop();
    }

    /**
     * Lets a stopped daemon go on.
     *
     * @param host which, from 0
     * @throws IOException if it does not run
     */
    public void cont(int host) throws IOException {
        hosts.get(host).process().cont();
    }

    /**
     * Stops a host, its daemon and its processes, as the suspension of a virtual machine does. In a
     * lab with a clock of its own, no time passes for it.
     *
     * @param host which, from 0
     * @throws IOException if a process does not stop
     */
    public void suspend(int host) throws IOException {
        hosts.get(host).suspend();
    }

    /**
     * Lets a suspended host go on.
     *
     * @param host which, from 0
     * @throws IOException if a process is gone
     */
    public void resume(int host) throws IOException {
        hosts.get(host).resume();
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

    /**
     * Kills all processes and deletes everything. Closing twice does nothing.
     *
     * @throws UncheckedIOException if something cannot be taken down, such as a device that
     *     somebody else still has open; after all else has been
     */
    @Override
    public void close() {
        TakeDown all = new TakeDown();
        cutDisks.forEach(disk -> all.run(disk::fail));
        hosts.forEach(host -> all.run(host::killAll));
        hosts.forEach(host -> host.sanlock().close());
        hosts.clear();
        cutDisks.forEach(disk -> all.run(disk::close));
        cutDisks.clear();
        devices.forEach(device -> all.run(device::close));
        devices.clear();
        all.run(folder::close);
        all.throwFirst();
    }

    private String hostName(int host) {
        return folder.path().getFileName() + "-" + host;
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

    /** Something that each host does. */
    private interface HostAction {
        int run(int host) throws IOException;
    }
}
