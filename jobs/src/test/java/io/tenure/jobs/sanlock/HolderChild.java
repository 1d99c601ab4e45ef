package io.tenure.jobs.sanlock;

import io.tenure.bindings.Errno;
import io.tenure.domain.Clock;
import io.tenure.domain.LeaseArea;
import io.tenure.domain.StorageDomain;
import io.tenure.format.VolumeRecord;
import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobObserver;
import io.tenure.jobs.JobRunner;
import io.tenure.jobs.JobSettings;
import io.tenure.jobs.JobStep;
import io.tenure.jobs.op.CopySource;
import io.tenure.jobs.op.CopyVolume;
import io.tenure.lease.LeaseManagers;
import io.tenure.lease.sanlock.SanlockLeaseManager;
import io.tenure.sanlock.RequestMode;
import io.tenure.sanlock.Sanlock;
import io.tenure.testing.jobs.TestDomain;
import io.tenure.testing.process.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;

/** A process of its own that copies under a lease of one host's daemon, and meets its end. */
public final class HolderChild {
    private static final int EVENTFUL_WRITE = 5;

    private HolderChild() {}

    /** How it ends. */
    public enum End {
        /** SIGKILL between the validation and the first write of the work. */
        KILLED_BEFORE_THE_WORK,
        /** SIGKILL in the middle of the data. */
        KILLED_IN_THE_DATA,
        /** SIGKILL between the commit and the release. */
        KILLED_BEFORE_THE_RELEASE,
        /**
         * SIGTERM by sanlock, since another host asked for the lease, in the middle of the data.
         */
        TERMINATED_BY_SANLOCK
    }

    /**
     * Runs the process to its end.
     *
     * @param lab what it is in
     * @param host whose daemon it holds its lease of, not 0
     * @param volume the volume, at generation 1
     * @param end how it ends
     * @param exitCode what it must end with
     * @return its job
     * @throws IOException if it could not be started
     */
    static UUID run(DomainLab lab, int host, UUID volume, End end, int exitCode)
            throws IOException {
        UUID job = UUID.randomUUID();
        Path source = lab.sourceFile(Math.toIntExact(lab.record(volume).capacityBytes()), 11);
        ChildJvm child =
                ChildJvm.run(
                        lab.folder(),
                        List.of(
                                "--enable-native-access=ALL-UNNAMED",
                                "-Drun=" + lab.daemons().runDirectory(host),
                                "-Dother=" + lab.daemons().runDirectory(0),
                                "-Ddomain=" + lab.host(host).domain().path(),
                                "-Dvolume=" + volume,
                                "-Djob=" + job,
                                "-Dsource=" + source,
                                "-Dend=" + end),
                        HolderChild.class,
                        Job.class,
                        VolumeRecord.class,
                        BlockDevice.class,
                        Errno.class,
                        ChildJvm.class);
        if (child.exitCode() != exitCode) {
            throw new AssertionError("ended with " + child.exitCode() + ": " + child.output());
        }
        return job;
    }

    /**
     * The process.
     *
     * @param arguments none; all is in system properties
     * @throws Exception if the job could not be run
     */
    public static void main(String[] arguments) throws Exception {
        End end = End.valueOf(System.getProperty("end"));
        Sanlock sanlock = Sanlock.open(Path.of(System.getProperty("run")));
        try (LeaseManagers leases = new LeaseManagers(List.of(new SanlockLeaseManager(sanlock)));
                StorageDomain domain =
                        StorageDomain.open(
                                Path.of(System.getProperty("domain")), Access.READ_WRITE)) {
            UUID volume = UUID.fromString(System.getProperty("volume"));
            CopyVolume copy =
                    new CopyVolume(
                            UUID.fromString(System.getProperty("job")),
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
                                if (end == End.KILLED_IN_THE_DATA) {
                                    killThisProcess();
                                } else if (end == End.TERMINATED_BY_SANLOCK) {
                                    askForTheLease(domain, volume);
                                    self[0].awaitGateClosed(); // by the hook
                                }
                            });
            self[0] = watched;
            JobSettings settings =
                    new JobSettings(
                            Clock.SYSTEM,
                            watched,
                            Duration.ZERO,
                            Duration.ofHours(1),
                            JobSettings.DEFAULT_BUFFER_LIMIT_BYTES);
            JobRunner runner = JobRunner.start(leases, settings, 1, 1);
            Runtime.getRuntime().addShutdownHook(new Thread(runner::close));
            System.out.println(runner.submit(watched, killer(end)).await());
        }
    }

    private static JobObserver killer(End end) {
        return new JobObserver() {
            @Override
            public void stepStarted(Job job, JobStep step) {
                boolean now =
                        switch (end) {
                            case KILLED_BEFORE_THE_WORK -> step == JobStep.WORK;
                            case KILLED_BEFORE_THE_RELEASE -> step == JobStep.RELEASE;
                            case KILLED_IN_THE_DATA, TERMINATED_BY_SANLOCK -> false;
                        };
                if (now) {
                    killThisProcess();
                }
            }
        };
    }

    /** A real SIGKILL: no hook runs, nothing is released by this process. */
    private static void killThisProcess() {
        try {
            new ProcessBuilder("kill", "-KILL", Long.toString(ProcessHandle.current().pid()))
                    .inheritIO()
                    .start();
            new CountDownLatch(1).await();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Lets another host ask for the lease; sanlock then ends this process by SIGTERM. */
    private static void askForTheLease(StorageDomain domain, UUID volume) throws IOException {
        LeaseArea area = domain.leaseArea(domain.find(volume).slotIndex(), volume);
        try (Sanlock other = Sanlock.open(Path.of(System.getProperty("other")))) {
            other.request(LabHost.resource(area), RequestMode.GRACEFUL);
        }
    }
}
