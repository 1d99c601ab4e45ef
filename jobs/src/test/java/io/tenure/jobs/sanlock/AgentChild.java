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
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** An agent in a process of its own, with a copy under way that its parent lets go on. */
final class AgentChild implements AutoCloseable {
    private static final int EVENTFUL_WRITE = 5;
    private static final Duration OFTEN = Duration.ofMillis(100);
    private static final String HOLDS = "holds the lease";

    private final Process process;
    private final BufferedReader output;

    private AgentChild(Process process) {
        this.process = process;
        this.output =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
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
        AgentChild child =
                new AgentChild(
                        new ProcessBuilder(command)
                                .redirectError(ProcessBuilder.Redirect.INHERIT)
                                .start());
        String line = child.nextLine();
        if (!line.equals(HOLDS)) {
            throw new IOException("the agent said: " + line);
        }
        return child;
    }

    /** Lets the write return that is under way. */
    void goOn() throws IOException {
        OutputStream input = process.getOutputStream();
        input.write('\n');
        input.flush();
    }

    String nextLine() throws IOException {
        return String.valueOf(output.readLine());
    }

    int exitCode() throws InterruptedException {
        return process.waitFor();
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.destroyForcibly();
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
            WatchedCopy watched =
                    new WatchedCopy(
                            copy,
                            domain.find(volume).dataPath(),
                            EVENTFUL_WRITE,
                            () -> {
                                System.out.println(HOLDS);
                                if (System.in.read() < 0) {
                                    throw new IOException("the parent is gone");
                                }
                            });
            JobSettings settings =
                    new JobSettings(
                            Clock.SYSTEM,
                            watched,
                            Duration.ZERO,
                            OFTEN,
                            JobSettings.DEFAULT_BUFFER_LIMIT_BYTES);
            try (JobRunner runner = JobRunner.start(leases, settings, 1, 1)) {
                JobResult result = runner.submit(watched, JobObserver.NONE).await();
                System.out.println(result.outcome() + ": " + result.failure());
            }
            System.in.read();
            System.out.println("lives");
        }
    }
}
