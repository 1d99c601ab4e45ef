package io.tenure.jobs.sanlock;

import io.tenure.bindings.Errno;
import io.tenure.domain.Clock;
import io.tenure.domain.StorageDomain;
import io.tenure.format.VolumeRecord;
import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobObserver;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobRunner;
import io.tenure.jobs.JobSettings;
import io.tenure.jobs.op.CopySource;
import io.tenure.jobs.op.CopyVolume;
import io.tenure.lease.LeaseManagers;
import io.tenure.lease.sanlock.OnTermination;
import io.tenure.lease.sanlock.SanlockLeaseManager;
import io.tenure.sanlock.Sanlock;
import io.tenure.testing.jobs.TestDomain;
import io.tenure.testing.process.ChildJvm;
import io.tenure.testing.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** An agent in a process of its own, with a copy under way that its parent lets go on. */
final class AgentChild implements AutoCloseable {
    private static final int EVENTFUL_WRITE = 5;
    private static final Duration OFTEN = Duration.ofMillis(100);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String SAYS = "agent: ";
    private static final String GATE_CLOSED = "gate closed";
    private static final String HOLDS = "holds the lease";

    private final ChildProcess process;

    private AgentChild(ChildProcess process) {
        this.process = process;
    }

    /** Starts the agent on a host of the lab, and waits until its copy is in the data. */
    static AgentChild start(DomainLab lab, int host, UUID volume, Path source) throws IOException {
        List<String> command =
                ChildJvm.command(
                        lab.folder(),
                        List.of(
                                "--enable-native-access=ALL-UNNAMED",
                                "-Drun=" + lab.daemons().runDirectory(host),
                                "-Ddomain=" + lab.host(host).domain().path(),
                                "-Dvolume=" + volume,
                                "-Dsource=" + source),
                        AgentChild.class,
                        Job.class,
                        VolumeRecord.class,
                        BlockDevice.class,
                        Errno.class,
                        ChildJvm.class);
        AgentChild child = new AgentChild(lab.daemons().startProcess(host, command));
        String line = child.nextLine();
        if (!line.equals(HOLDS)) {
            throw new IOException("the agent said: " + line);
        }
        return child;
    }

    /** Waits until nothing more can be written but what is under way. */
    void awaitGateClosed() throws IOException {
        process.awaitLine(GATE_CLOSED, LIMIT);
    }

    /** Lets the write return that is under way; only once the gate is closed. */
    void goOn() throws IOException {
        process.tell("");
    }

    /** What the agent says next, beside what is logged. */
    String nextLine() throws IOException {
        return process.awaitLine(SAYS, LIMIT);
    }

    int exitCode() throws IOException {
        return process.awaitEnd(LIMIT);
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() throws IOException {
        process.close();
    }

    private static void say(String line) {
        System.out.println(SAYS + line);
    }

    /**
     * The agent: one copy, what became of it in a line, and then a line that says that it lives.
     *
     * @param arguments none; all is in system properties
     * @throws Exception if the job could not be run
     */
    public static void main(String[] arguments) throws Exception {
        Sanlock sanlock = Sanlock.open(Path.of(System.getProperty("run")));
        Path path = Path.of(System.getProperty("domain"));
        try (LeaseManagers leases =
                        new LeaseManagers(
                                List.of(new SanlockLeaseManager(sanlock, OnTermination.LIVE_ON)));
                StorageDomain domain = StorageDomain.open(path, Access.READ_WRITE)) {
            UUID volume = UUID.fromString(System.getProperty("volume"));
            CopyVolume copy =
                    new CopyVolume(
                            UUID.randomUUID(),
                            new CopySource.Outside(Path.of(System.getProperty("source"))),
                            domain,
                            volume,
                            1L,
                            TestDomain.SMALL_REQUESTS);
            WatchedCopy[] self = new WatchedCopy[1];
            WatchedCopy watched =
                    new WatchedCopy(
                            copy,
                            domain.find(volume).dataPath(),
                            EVENTFUL_WRITE,
                            () -> {
                                say(HOLDS);
                                self[0].awaitGateClosed();
                                System.out.println(GATE_CLOSED);
                                if (System.in.read() < 0) {
                                    throw new IOException("the parent is gone");
                                }
                            });
            self[0] = watched;
            JobSettings settings =
                    new JobSettings(
                            Clock.SYSTEM,
                            watched,
                            Duration.ZERO,
                            OFTEN,
                            JobSettings.DEFAULT_BUFFER_LIMIT_BYTES);
            try (JobRunner runner = JobRunner.start(leases, settings, 1, 1)) {
                JobResult result = runner.submit(watched, JobObserver.NONE).await();
                say(result.outcome() + ": " + result.failure());
            }
            System.in.read();
            say("lives");
        }
    }
}
