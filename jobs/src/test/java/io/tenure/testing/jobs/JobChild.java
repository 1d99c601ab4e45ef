package io.tenure.testing.jobs;

import io.tenure.bindings.Errno;
import io.tenure.domain.Volume;
import io.tenure.format.Allocation;
import io.tenure.format.VolumeRecord;
import io.tenure.io.BlockDevice;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobObserver;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobStep;
import io.tenure.jobs.JobTarget;
import io.tenure.jobs.op.CopySource;
import io.tenure.jobs.op.CopyVolume;
import io.tenure.jobs.op.CreateVolume;
import io.tenure.jobs.op.DeleteVolume;
import io.tenure.jobs.op.ExportVolume;
import io.tenure.jobs.op.FillVolume;
import io.tenure.jobs.op.Transfer;
import io.tenure.jobs.op.VolumeSpec;
import io.tenure.jobs.op.ZeroVolume;
import io.tenure.testing.process.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.Assertions;

/** A process of its own that runs one job and kills itself at a given moment. */
public final class JobChild {
    /** What a process has that was killed by SIGKILL: 128 + 9. */
    public static final int KILLED = 137;

    /** The moment of a process that runs its job to the end. */
    public static final String NEVER = "never";

    private JobChild() {}

    /** The jobs it can run. */
    public enum Work {
        /** Copies the file onto the volume. */
        COPY,
        /** Copies the file onto all volumes of the domain, in the order of their slots. */
        COPY_TO_ALL,
        /** Creates the volume, 1 MiB. */
        CREATE,
        /** Deletes the volume. */
        DELETE,
        /** Exports the volume to the file. */
        EXPORT,
        /** Zeroes the volume, as slowly as can be. */
        ZERO,
        /** Fills the free end of the volume's device, as slowly as can be. */
        FILL
    }

    /**
     * Runs a job in another process.
     *
     * @param directory for its output
     * @param domain where the domain lies
     * @param work what it does
     * @param volumeId the volume
     * @param jobId the job
     * @param file the file to copy from or to
     * @param moment how the line of its trace begins at which it kills itself; also {@code begin
     *     STEP} and {@code end STEP}; or {@link #NEVER}
     * @param occurrence at the how manieth such line, from 1
     * @return how it ended
     * @throws IOException if it could not be started
     */
    public static ChildJvm run(
            Path directory,
            Path domain,
            Work work,
            UUID volumeId,
            UUID jobId,
            Path file,
            String moment,
            int occurrence)
            throws IOException {
        List<String> options =
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "-Ddomain=" + domain,
                        "-Dwork=" + work,
                        "-Dvolume=" + volumeId,
                        "-Djob=" + jobId,
                        "-Dfile=" + file,
                        "-Dmoment=" + moment,
                        "-Doccurrence=" + occurrence);
        return ChildJvm.run(
                directory,
                options,
                JobChild.class,
                Job.class,
                VolumeRecord.class,
                BlockDevice.class,
                Errno.class,
                ChildJvm.class,
                Assertions.class);
    }

    /**
     * The process.
     *
     * @param arguments none; all is in system properties
     * @throws Exception if the job could not be run
     */
    public static void main(String[] arguments) throws Exception {
        UUID volumeId = UUID.fromString(System.getProperty("volume"));
        UUID jobId = UUID.fromString(System.getProperty("job"));
        Path file = Path.of(System.getProperty("file"));
        String moment = System.getProperty("moment");
        int occurrence = Integer.getInteger("occurrence");
        try (TestDomain agent = TestDomain.open(Path.of(System.getProperty("domain")))) {
            Job job =
                    switch (Work.valueOf(System.getProperty("work"))) {
                        case COPY ->
                                new CopyVolume(
                                        jobId,
                                        new CopySource.Outside(file),
                                        agent.domain(),
                                        volumeId,
                                        null,
                                        TestDomain.SMALL_REQUESTS);
                        case COPY_TO_ALL -> copyToAll(agent, jobId, file);
                        case CREATE ->
                                new CreateVolume(
                                        jobId,
                                        agent.domain(),
                                        new VolumeSpec(
                                                volumeId,
                                                1 << 20,
                                                Allocation.SPARSE,
                                                Optional.empty(),
                                                ""));
                        case DELETE -> new DeleteVolume(jobId, agent.domain(), volumeId, null);
                        case EXPORT ->
                                new ExportVolume(
                                        jobId,
                                        agent.domain(),
                                        volumeId,
                                        file,
                                        TestDomain.SMALL_REQUESTS);
                        case ZERO ->
                                new ZeroVolume(
                                        jobId,
                                        agent.domain(),
                                        volumeId,
                                        null,
                                        ZeroVolume.Discard.NONE,
                                        TestDomain.SMALL_STEPS);
                        case FILL ->
                                new FillVolume(
                                        jobId,
                                        agent.domain(),
                                        volumeId,
                                        null,
                                        TestDomain.SMALL_STEPS);
                    };
            agent.traceDevices();
            AtomicInteger seen = new AtomicInteger();
            agent.trace()
                    .listen(line -> {
                        if (line.startsWith(moment) && seen.incrementAndGet() == occurrence) {
                            killThisProcess();
                        }
                    });
            JobResult result = TestDomain.await(agent.runner().submit(job, observer(agent)));
            System.out.println(result);
            if (result.failure() != null) {
                System.exit(result.failure().kind().code());
            }
        }
    }

    private static Job copyToAll(TestDomain agent, UUID jobId, Path file) throws IOException {
        List<Transfer> transfers = new ArrayList<>();
        for (Volume each : agent.domain().volumes()) {
            transfers.add(
                    new Transfer(
                            new CopySource.Outside(file),
                            new JobTarget(agent.domain(), each.record().volumeId(), null)));
        }
        return CopyVolume.ofSeveral(jobId, transfers, TestDomain.SMALL_REQUESTS);
    }

    private static JobObserver observer(TestDomain agent) {
        JobObserver tracer = agent.tracer();
        return new JobObserver() {
            @Override
            public void stepStarted(Job job, JobStep step) {
                agent.trace().add("begin " + step);
            }

            @Override
            public void stepFinished(Job job, JobStep step) {
                agent.trace().add("end " + step);
            }

            @Override
            public void recordWritten(Job job, VolumeRecord record) {
                tracer.recordWritten(job, record);
            }
        };
    }

    /** A real SIGKILL: no hook runs, nothing is flushed or released by this process. */
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
}
