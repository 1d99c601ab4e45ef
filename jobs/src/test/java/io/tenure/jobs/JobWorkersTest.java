package io.tenure.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.bindings.Errno;
import io.tenure.format.Allocation;
import io.tenure.format.Legality;
import io.tenure.format.VolumeRecord;
import io.tenure.io.BlockDevice;
import io.tenure.jobs.op.CreateVolume;
import io.tenure.jobs.op.DeleteVolume;
import io.tenure.jobs.op.ExportVolume;
import io.tenure.jobs.op.UpdateVolume;
import io.tenure.jobs.op.VolumeChanges;
import io.tenure.jobs.op.VolumeSpec;
import io.tenure.jobs.op.ZeroSettings;
import io.tenure.jobs.op.ZeroVolume;
import io.tenure.lease.LeaseManagers;
import io.tenure.lease.LeaseState;
import io.tenure.lease.local.LocalLeaseManager;
import io.tenure.testing.jobs.SlowJob;
import io.tenure.testing.jobs.SlowJobFactory;
import io.tenure.testing.jobs.TestDomain;
import io.tenure.testing.jobs.WorkerCommands;
import io.tenure.testing.process.ChildJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job in a process of its own: it dies alone, and is found again. */
class JobWorkersTest {
    private static final int BYTES = 64 << 10;

    @TempDir Path directory;
    private Path folder;
    private Path journalFile;
    private Path until;
    private TestDomain agent;
    private UUID volume;

    @BeforeEach
    void open() throws Exception {
        folder = directory.resolve("workers");
        journalFile = directory.resolve("jobs.journal");
        until = directory.resolve("until");
        agent = TestDomain.create(Files.createDirectory(directory.resolve("domain")));
        volume = agent.createVolume(BYTES);
    }

    @AfterEach
    void close() throws IOException {
        agent.close();
    }

    @Test
    void aJobInAWorkerEndsAsItWouldHereAndTheJournalKnowsWhoRanIt() throws Exception {
        try (Host host = new Host(JobWorkers.OnAgentsEnd.ABORT)) {
            List<String> seen = new ArrayList<>();
            JobHandle handle =
                    host.runner.submit(job(Map.of()), new StepsSeen(seen), Isolation.PROCESS);
            JobResult result = TestDomain.await(handle);

            TestDomain.requireDone(result);
            assertThat(result.generationAfter()).isEqualTo(2);
            assertThat(result.stepDurations()).containsOnlyKeys(JobStep.values());
            assertThat(result.needsReconnaissance()).isFalse();
            assertThat(handle.progress()).isEqualTo(SlowJob.PROGRESS);
            assertThat(seen)
                    .containsExactly(
                            "begin ACQUIRE",
                            "end ACQUIRE",
                            "begin VALIDATE",
                            "end VALIDATE",
                            "begin WORK",
                            "end WORK",
                            "begin COMMIT",
                            "end COMMIT",
                            "begin RELEASE",
                            "end RELEASE");
            List<JournalEntry> entries = JobJournal.read(journalFile);
            assertThat(entries).hasSize(2);
            ProcessIdentity worker = entries.getFirst().process();
            assertThat(entries.getLast().process()).isEqualTo(worker);
            assertThat(worker.pid()).isNotEqualTo(ProcessHandle.current().pid());
            awaitThat(() -> !isAlive(worker));
            assertThat(agent.record(volume).generation()).isEqualTo(2);
            assertThat(folder).isEmptyDirectory();
        }
    }

    @Test
    void eachKindOfJobOfTheLibraryCanBeSentToAWorkerWithAllThatItWasTold() throws Exception {
        UUID made = UUID.randomUUID();
        Path source = TestDomain.randomFile(directory.resolve("source"), BYTES);
        Path exported = directory.resolve("exp\u00f6rted \\ \t.raw");
        try (Host host = new Host(JobWorkers.OnAgentsEnd.ABORT)) {
            TestDomain.requireDone(
                    host.run(
                            new CreateVolume(
                                    UUID.randomUUID(),
                                    agent.domain(),
                                    new VolumeSpec(
                                            made,
                                            BYTES,
                                            Allocation.PREALLOCATED,
                                            Optional.empty(),
                                            "first\r\n"))));
            assertThat(agent.record(made).allocation()).isEqualTo(Allocation.PREALLOCATED);
            assertThat(agent.record(made).description()).isEqualTo("first\r\n");
            TestDomain.requireDone(host.run(agent.copy(source, made, 1L)));
            TestDomain.requireDone(
                    host.run(
                            new ExportVolume(
                                    UUID.randomUUID(),
                                    agent.domain(),
                                    made,
                                    exported,
                                    TestDomain.SMALL_REQUESTS)));
            assertThat(exported).hasSameBinaryContentAs(source);
            TestDomain.requireDone(
                    host.run(
                            new UpdateVolume(
                                    UUID.randomUUID(),
                                    agent.domain(),
                                    made,
                                    2L,
                                    VolumeChanges.NONE.withCapacityBytes(2L * BYTES))));
            assertThat(agent.record(made).capacityBytes()).isEqualTo(2L * BYTES);
            TestDomain.requireDone(
                    host.run(
                            new ZeroVolume(
                                    UUID.randomUUID(),
                                    agent.domain(),
                                    made,
                                    3L,
                                    ZeroVolume.Discard.NONE,
                                    ZeroSettings.DEFAULT)));
            assertThat(Files.readAllBytes(agent.volume(made).dataPath())).containsOnly(0);
            JobResult refused =
                    host.run(new DeleteVolume(UUID.randomUUID(), agent.domain(), made, 3L));
            assertThat(Objects.requireNonNull(refused.failure()).kind())
                    .isEqualTo(FailureKind.GENERATION_MISMATCH);
            assertThat(refused.generationBefore()).isEqualTo(4L);
            TestDomain.requireDone(
                    host.run(new DeleteVolume(UUID.randomUUID(), agent.domain(), made, 4L)));
        }
    }

    @Test
    void aKilledWorkerTakesItsJobAloneAndTheAgentClaimsNothing() throws Exception {
        UUID other = agent.createVolume(4096);
        try (Host host = new Host(JobWorkers.OnAgentsEnd.ABORT)) {
            SlowJob dies = job(Map.of(SlowJob.UNTIL, until.toString()));
            JobHandle killed = host.submit(dies);
            JobHandle lives =
                    host.submit(
                            new SlowJob(
                                    UUID.randomUUID(),
                                    agent.domain(),
                                    other,
                                    null,
                                    Map.of(SlowJob.UNTIL, until.toString())));
            awaitThat(() -> works(killed) && works(lives));

            ProcessHandle.of(host.processOf(killed).pid()).orElseThrow().destroyForcibly();

            JobResult result = TestDomain.await(killed);
            assertThat(result.outcome()).isEqualTo(JobState.FAILED);
            assertThat(result.needsReconnaissance()).isTrue();
            assertThat(failureOf(result)).contains("137", "only storage tells");
            assertThat(result.generationAfter()).isNull();
            VolumeRecord record = agent.record(volume);
            assertThat(record.activeJob().orElseThrow().jobId()).isEqualTo(killed.id());
            assertThat(agent.lease(volume)).isInstanceOf(LeaseState.Free.class);
            Files.createFile(until);
            TestDomain.requireDone(TestDomain.await(lives));
        }
    }

    @Test
    void aWorkerThatCannotBeStartedOrDoesNotComeUpSaysSoInALineAndTouchesNothing()
            throws Exception {
        byte[] slot = agent.slotBytes(agent.volume(volume).slotIndex());
        String java = WorkerCommands.plain(directory).getFirst();
        Map<List<String>, String> commands =
                Map.of(
                        List.of("/nowhere/java", "Main"), "/nowhere/java",
                        List.of(java, "-cp", "/nowhere", "no.such.Worker"), "no.such.Worker",
                        List.of(java, "-XX:+NoSuchOption"), "NoSuchOption",
                        List.of("sh", "-c", "kill -9 $$"), "137");
        for (Map.Entry<List<String>, String> each : commands.entrySet()) {
            try (Host host = new Host(each.getKey(), JobWorkers.OnAgentsEnd.ABORT)) {
                JobResult result = host.run(job(Map.of()));
                assertThat(result.outcome()).isEqualTo(JobState.FAILED);
                assertThat(Objects.requireNonNull(result.failure()).kind())
                        .isEqualTo(FailureKind.ENVIRONMENT);
                assertThat(failureOf(result))
                        .contains("was not begun", each.getValue())
                        .doesNotContain("\n");
                assertThat(result.needsReconnaissance()).isFalse();
            }
        }
        try (Host host = new Host(JobWorkers.OnAgentsEnd.ABORT)) {
            JobResult refused = host.run(job(Map.of(SlowJobFactory.REFUSE, "not today")));
            assertThat(failureOf(refused)).contains("not begun", "not today");
            assertThat(refused.needsReconnaissance()).isFalse();
            JobResult another =
                    host.run(
                            new SlowJob(
                                    UUID.randomUUID(),
                                    agent.domain(),
                                    volume,
                                    1L,
                                    Map.of(SlowJobFactory.FORGET, "")));
            assertThat(failureOf(another)).contains("not begun", "expected generation");
        }
        assertThat(agent.slotBytes(agent.volume(volume).slotIndex())).isEqualTo(slot);
    }

    @Test
    void whateverIsPrintedToTheStandardOutputIsTakenForNothingElse() throws Exception {
        String rubbish =
                "once \u0000\u00ff\n@tenure \n@tenure started SOON\n@tenure progress x y\n"
                        + "@tenure progress 1\nstep WORK\nresult outcome=DONE\n"
                        + "@tenure finished WORK RELEASE\n"
                        + "long ".repeat(20_000)
                        + "and no end";
        try (Host host = new Host(JobWorkers.OnAgentsEnd.ABORT)) {
            List<String> seen = new ArrayList<>();
            JobHandle handle =
                    host.runner.submit(job(Map.of(SlowJob.RUBBISH, rubbish)), new StepsSeen(seen));
            TestDomain.requireDone(TestDomain.await(handle));
            assertThat(handle.progress()).isEqualTo(SlowJob.PROGRESS);
            assertThat(seen).hasSize(10);
        }
    }

    @Test
    @Tag("ovirt-60")
    void whenTheAgentIsKilledAWorkerThatGoesOnIsFoundByTheNextAndFollowedToItsEnd()
            throws Exception {
        UUID jobId = UUID.randomUUID();
        killAgentWith(jobId, JobWorkers.OnAgentsEnd.GO_ON);
        try (Host host = new Host(JobWorkers.OnAgentsEnd.GO_ON)) {
            JobHandle job = host.runner.find(jobId).orElseThrow();
            ProcessIdentity worker = host.processOf(job);
            assertThat(worker.isAlive()).isTrue();
            assertThat(job.state()).isEqualTo(JobState.RUNNING);
            assertThat(host.runner.jobs()).containsExactly(job);
            Assertions.assertThatThrownBy(() -> host.submit(job(jobId, Map.of())))
                    .isInstanceOf(JobRejectedException.class);
            Assertions.assertThatThrownBy(() -> host.runner.delete(jobId))
                    .isInstanceOf(JobActiveException.class);

            Files.createFile(until);

            JobResult result = TestDomain.await(job);
            TestDomain.requireDone(result);
            assertThat(result.generationAfter()).isEqualTo(2);
            assertThat(agent.record(volume).legality()).isEqualTo(Legality.LEGAL);
        }
        try (JobJournal journal = JobJournal.open(journalFile, 1 << 16)) {
            assertThat(journal.leftUnfinished()).isEmpty();
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aWorkerThatWasLeftBehindIsAbortedByTheNextAgentOrEndedWithoutAWord() throws Exception {
        UUID aborted = UUID.randomUUID();
        killAgentWith(aborted, JobWorkers.OnAgentsEnd.GO_ON);
        try (Host host = new Host(JobWorkers.OnAgentsEnd.GO_ON)) {
            JobHandle job = host.runner.find(aborted).orElseThrow();
            job.abort();
            assertThat(TestDomain.await(job).outcome()).isEqualTo(JobState.ABORTED);
        }
        Files.delete(directory.resolve("working"));
        UUID killed = UUID.randomUUID();
        killAgentWith(killed, JobWorkers.OnAgentsEnd.GO_ON);
        List<JournalEntry> entries = JobJournal.read(journalFile);
        ProcessHandle.of(entries.getLast().process().pid()).orElseThrow().destroyForcibly();
        try (Host host = new Host(JobWorkers.OnAgentsEnd.GO_ON)) {
            JobResult result = TestDomain.await(host.runner.find(killed).orElseThrow());
            assertThat(result.outcome()).isEqualTo(JobState.FAILED);
            assertThat(result.needsReconnaissance()).isTrue();
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aRunnerThatEndsLeavesWorkersThatGoOnToTheNext() throws Exception {
        UUID jobId = UUID.randomUUID();
        JobHandle before;
        try (Host host = new Host(JobWorkers.OnAgentsEnd.GO_ON)) {
            before = host.submit(job(jobId, Map.of(SlowJob.UNTIL, until.toString())));
            awaitThat(() -> works(before));
        }
        try (Host host = new Host(JobWorkers.OnAgentsEnd.GO_ON)) {
            Files.createFile(until);
            TestDomain.requireDone(TestDomain.await(host.runner.find(jobId).orElseThrow()));
        }
    }

    @Test
    void whenTheAgentIsKilledAWorkerThatEndsWithItAbortsItsJobAndTheNextAgentIsTold()
            throws Exception {
        UUID jobId = UUID.randomUUID();
        killAgentWith(jobId, JobWorkers.OnAgentsEnd.ABORT);
        try (Host host = new Host(JobWorkers.OnAgentsEnd.ABORT)) {
            JobHandle job = host.runner.find(jobId).orElseThrow();
            assertThat(TestDomain.await(job).outcome()).isEqualTo(JobState.ABORTED);
            assertThat(agent.record(volume).transitions().getFirst().failureCode())
                    .isEqualTo(FailureKind.ABORTED.code());
            assertThat(agent.lease(volume)).isInstanceOf(LeaseState.Free.class);
        }
    }

    @Test
    void anAgentThatStandsStillAndReadsNothingHoldsUpNoWorker() throws Exception {
        UUID jobId = UUID.randomUUID();
        Process stopped =
                startAgent(
                        jobId,
                        JobWorkers.OnAgentsEnd.ABORT,
                        Map.of(
                                SlowJob.UNTIL,
                                until.toString(),
                                SlowJob.RUBBISH,
                                "rubbish ".repeat(1000)));
        try {
            signal(stopped, "STOP");
            Files.createFile(until);
            // The pipe is full by now, or will be: nobody reads, and rubbish is always there.
            awaitThat(() -> generation() == 2 && isFree());
            signal(stopped, "CONT");
            awaitThat(() -> Files.exists(directory.resolve("DONE")));
        } finally {
            stopped.destroyForcibly().waitFor();
        }
    }

    private static boolean isAlive(ProcessIdentity process) {
        try {
            return process.isAlive();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long generation() {
        try {
            return agent.record(volume).generation();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isFree() {
        try {
            return agent.lease(volume) instanceof LeaseState.Free;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void signal(Process process, String name) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start())
                .satisfies(kill -> assertThat(kill.waitFor()).isZero());
    }

    /** An agent in a process of its own, killed while its worker works. */
    private void killAgentWith(UUID jobId, JobWorkers.OnAgentsEnd onEnd) throws Exception {
        startAgent(jobId, onEnd, Map.of(SlowJob.UNTIL, until.toString()))
                .destroyForcibly()
                .waitFor();
    }

    private Process startAgent(
            UUID jobId, JobWorkers.OnAgentsEnd onEnd, Map<String, String> parameters)
            throws Exception {
        List<String> words =
                new ArrayList<>(
                        ChildJvm.command(
                                directory,
                                List.of("--enable-native-access=ALL-UNNAMED"),
                                AgentWithWorker.class,
                                NEIGHBOURS));
        words.addAll(
                List.of(
                        directory.toString(),
                        onEnd.name(),
                        WorkerOrder.of(
                                        job(jobId, parameters),
                                        job(jobId, parameters).recipe().orElseThrow())
                                .text()));
        Process started =
                new ProcessBuilder(words)
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("agent.log").toFile())
                        .start();
        awaitThat(() -> Files.exists(directory.resolve("working")) || !started.isAlive());
        assertThat(started.isAlive()).as(Files.readString(directory.resolve("agent.log"))).isTrue();
        return started;
    }

    /** An agent that waits for its job, or to be killed. */
    static final class AgentWithWorker {
        private AgentWithWorker() {}

        public static void main(String[] words) throws Exception {
            Path directory = Path.of(words[0]);
            WorkerOrder order = WorkerOrder.parse(words[2]);
            try (TestDomain agent = TestDomain.open(order.domain());
                    JobJournal journal =
                            JobJournal.open(directory.resolve("jobs.journal"), 1 << 16);
                    JobRunner runner =
                            JobRunner.start(
                                    agent.managers(),
                                    JobSettings.DEFAULT.withWorkers(
                                            JobWorkers.open(
                                                    WorkerCommands.plain(directory),
                                                    directory.resolve("workers"),
                                                    journal,
                                                    JobWorkers.OnAgentsEnd.valueOf(words[1]))),
                                    4,
                                    4)) {
                JobHandle job =
                        runner.submit(
                                new SlowJob(
                                        order.jobId(),
                                        agent.domain(),
                                        order.volumeId(),
                                        null,
                                        order.parameters()),
                                JobObserver.NONE);
                awaitThat(() -> works(job));
                Files.createFile(directory.resolve("working"));
                Files.createFile(directory.resolve(job.await().outcome().name()));
            }
        }
    }

    private static final Class<?>[] NEIGHBOURS = {
        Job.class,
        VolumeRecord.class,
        BlockDevice.class,
        Errno.class,
        ChildJvm.class,
        Assertions.class
    };

    private static boolean works(JobHandle job) {
        return job.step().filter(JobStep.WORK::equals).isPresent()
                && job.progress().equals(SlowJob.PROGRESS);
    }

    private static void awaitThat(BooleanSupplier condition) {
        long end = System.nanoTime() + TestDomain.LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("it did not come");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static String failureOf(JobResult result) {
        return Objects.requireNonNull(result.failure()).message();
    }

    private SlowJob job(Map<String, String> parameters) {
        return job(UUID.randomUUID(), parameters);
    }

    private SlowJob job(UUID jobId, Map<String, String> parameters) {
        return new SlowJob(jobId, agent.domain(), volume, null, parameters);
    }

    /** An agent in this process. */
    private final class Host implements AutoCloseable {
        private final JobJournal journal;
        private final LeaseManagers leases;
        private final JobRunner runner;

        Host(JobWorkers.OnAgentsEnd onEnd) throws IOException {
            this(WorkerCommands.plain(directory), onEnd);
        }

        Host(List<String> command, JobWorkers.OnAgentsEnd onEnd) throws IOException {
            journal = JobJournal.open(journalFile, 1 << 16);
            leases = new LeaseManagers(List.of(new LocalLeaseManager()));
            runner =
                    JobRunner.start(
                            leases,
                            JobSettings.DEFAULT.withWorkers(
                                    JobWorkers.open(command, folder, journal, onEnd)),
                            4,
                            4);
        }

        JobHandle submit(Job job) throws IOException {
            return runner.submit(job, JobObserver.NONE);
        }

        JobResult run(Job job) throws Exception {
            return TestDomain.await(submit(job));
        }

        ProcessIdentity processOf(JobHandle job) {
            return ((WorkerHandle) job).identity().orElseThrow();
        }

        @Override
        public void close() throws IOException {
            runner.close();
            leases.close();
            journal.close();
        }
    }

    /** Keeps the steps as they are told. */
    private static final class StepsSeen implements JobObserver {
        private final List<String> seen;

        StepsSeen(List<String> seen) {
            this.seen = seen;
        }

        @Override
        public void stepStarted(Job job, JobStep step) {
            seen.add("begin " + step);
        }

        @Override
        public void stepFinished(Job job, JobStep step) {
            seen.add("end " + step);
        }
    }
}
