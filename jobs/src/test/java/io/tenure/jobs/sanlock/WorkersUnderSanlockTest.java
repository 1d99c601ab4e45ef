package io.tenure.jobs.sanlock;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.domain.Volume;
import io.tenure.format.Legality;
import io.tenure.io.copy.CopyTuning;
import io.tenure.jobs.FailureKind;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobHandle;
import io.tenure.jobs.JobJournal;
import io.tenure.jobs.JobObserver;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobRunner;
import io.tenure.jobs.JobSettings;
import io.tenure.jobs.JobState;
import io.tenure.jobs.JobStep;
import io.tenure.jobs.JobTarget;
import io.tenure.jobs.JobWorkers;
import io.tenure.jobs.JournalEntry;
import io.tenure.jobs.VolumeResult;
import io.tenure.jobs.op.CopySettings;
import io.tenure.jobs.op.CopySource;
import io.tenure.jobs.op.CopyVolume;
import io.tenure.jobs.op.Transfer;
import io.tenure.recon.ReconOutcome;
import io.tenure.recon.ReconSettings;
import io.tenure.sanlock.RequestMode;
import io.tenure.testing.jobs.SlowJob;
import io.tenure.testing.jobs.TestDomain;
import io.tenure.testing.jobs.WorkerCommands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A worker holds its lease by a registration of its own at the host's daemon, which ends that
 * process and no other. The agent is this process, which must be there afterwards.
 */
class WorkersUnderSanlockTest {
    private static final int BYTES = 4 << 20;
    private static final int KILLS = Integer.getInteger("tenure.workers.kills", 6);
    private static final long SEED = Long.getLong("tenure.workers.seed", System.nanoTime());
    private static final ReconSettings PATIENT =
            ReconSettings.DEFAULT.with(ReconSettings.Pressure.NONE, Duration.ofSeconds(20));

    private static DomainLab lab;

    @TempDir Path directory;

    @BeforeAll
    static void start() throws IOException {
        lab = DomainLab.start(4);
    }

    @AfterAll
    static void stop() throws IOException {
        lab.close();
    }

    @Test
    @Tag("ovirt-35")
    void aForceRequestEndsTheWorkerAloneAndStorageTellsWhatBecameOfItsJob() throws Exception {
        UUID wanted = lab.createVolume(BYTES);
        UUID left = lab.createVolume(BYTES);
        Path until = directory.resolve("until");
        try (Agent agent = new Agent(1)) {
            // One that is not aborted when its watch sees the request, before the daemon acts on
            // it.
            JobHandle dies =
                    agent.submit(
                            slow(
                                    1,
                                    wanted,
                                    Map.of(
                                            SlowJob.UNABORTABLE,
                                            "",
                                            SlowJob.UNTIL,
                                            directory.resolve("never").toString())));
            JobHandle lives = agent.submit(slow(1, left, until));
            awaitWork(dies);
            awaitWork(lives);

            lab.host(0).request(lab.lease(wanted), RequestMode.FORCE);

            JobResult result = TestDomain.await(dies);
            assertThat(result.outcome()).isEqualTo(JobState.FAILED);
            assertThat(result.needsReconnaissance()).isTrue();
            assertThat(Objects.requireNonNull(result.failure()).message())
                    .contains("137", "only storage tells");
            assertThat(ask(wanted, dies.id()))
                    .isInstanceOfSatisfying(
                            ReconOutcome.Interrupted.class,
                            it -> assertThat(it.quarantine()).isEmpty());
            assertThat(lives.state()).isEqualTo(JobState.RUNNING);
            Files.createFile(until);
            TestDomain.requireDone(TestDomain.await(lives));
        }
    }

    @Test
    void aGracefulRequestLetsTheWorkerAbortItsJobInItsOwnWay() throws Exception {
        UUID wanted = lab.createVolume(BYTES);
        try (Agent agent = new Agent(1)) {
            JobHandle aborts = agent.submit(slow(1, wanted, directory.resolve("never")));
            awaitWork(aborts);

            lab.host(0).request(lab.lease(wanted), RequestMode.GRACEFUL);

            JobResult result = TestDomain.await(aborts);
            assertThat(result.outcome()).isEqualTo(JobState.ABORTED);
            assertThat(result.needsReconnaissance()).isFalse();
            assertThat(lab.record(wanted).activeJob()).isEmpty();
        }
    }

    @Test
    @Tag("ovirt-22")
    void aHostIdThatIsLostEndsTheWorkerWithoutACommitAndTheAgentIsTold() throws Exception {
        UUID volume = lab.createVolume(BYTES);
        try (Agent agent = new Agent(2)) {
            JobHandle handle = agent.submit(slow(2, volume, directory.resolve("never")));
            awaitWork(handle);
            lab.overwriteHostId(2);
            JobResult result = TestDomain.await(handle);
            assertThat(result.outcome()).isEqualTo(JobState.FAILED);
            // It saw the loss itself, or its daemon was faster.
            assertThat(Objects.requireNonNull(result.failure()).kind())
                    .isIn(FailureKind.LEASE_LOST, FailureKind.INTERRUPTED);
            assertThat(lab.record(volume).generation()).isEqualTo(1);
            assertThat(lab.record(volume).legality()).isEqualTo(Legality.ILLEGAL);
        }
    }

    @Test
    @Tag("ovirt-20")
    void theDeathOfTheDaemonEndsTheJobInItsWorker() throws Exception {
        UUID volume = lab.createVolume(BYTES);
        try (Agent agent = new Agent(3)) {
            JobHandle handle = agent.submit(slow(3, volume, directory.resolve("never")));
            awaitWork(handle);
            lab.daemons().kill(3);
            JobResult result = TestDomain.await(handle);
            assertThat(Objects.requireNonNull(result.failure()).kind())
                    .isEqualTo(FailureKind.LEASE_LOST);
            assertThat(lab.record(volume).generation()).isEqualTo(1);
        }
    }

    @Test
    @Tag("ovirt-34")
    @Tag("ovirt-35")
    @Tag("ovirt-36")
    void whateverAKilledWorkerLeftReconnaissanceTellsAndTheAgentClaimsNoMore() throws Exception {
        Random random = new Random(SEED);
        System.out.println("workers killed with -Dtenure.workers.seed=" + SEED);
        Path source = lab.sourceFile(BYTES, SEED);
        try (Agent agent = new Agent(1)) {
            long begin = System.nanoTime();
            round(agent, source, Optional.empty());
            long wholeNanos = System.nanoTime() - begin;
            for (int i = 0; i < KILLS; i++) {
                long after = random.nextLong(wholeNanos);
                round(agent, source, Optional.of(Duration.ofNanos(after)));
            }
        }
    }

    @Test
    @Tag("ovirt-35")
    @Tag("ovirt-36")
    void ofACopyOntoSeveralWhoseWorkerIsKilledReconnaissanceTellsOfEachVolume() throws Exception {
        Path source = lab.sourceFile(BYTES, SEED);
        CopySettings slowly =
                CopySettings.DEFAULT.withTuning(CopyTuning.DEFAULT.withRateLimit(1 << 20));
        try (Agent agent = new Agent(1)) {
            List<UUID> whole = volumes();
            JobResult done =
                    TestDomain.await(agent.submit(copy(source, whole, CopySettings.DEFAULT)));
            TestDomain.requireDone(done);
            assertThat(done.volumes()).hasSize(3).allMatch(VolumeResult::committed);
            for (UUID volume : whole) {
                assertThat(isWhole(source, volume)).isTrue();
            }

            List<UUID> cutOff = volumes();
            JobHandle works = agent.submit(copy(source, cutOff, slowly));
            awaitThat(works, () -> works.progress().bytesDone() > 0);
            workerOf(works).orElseThrow().destroyForcibly();
            assertThat(TestDomain.await(works).needsReconnaissance()).isTrue();
            for (UUID volume : cutOff) {
                assertThat(ask(volume, works.id())).isInstanceOf(ReconOutcome.Interrupted.class);
            }

            List<UUID> committing = volumes();
            JobHandle commits = agent.submit(copy(source, committing, CopySettings.DEFAULT));
            awaitThat(commits, () -> lab.record(committing.getFirst()).generation() == 2);
            workerOf(commits).ifPresent(ProcessHandle::destroyForcibly);
            JobResult result = TestDomain.await(commits);
            for (UUID volume : committing) {
                String what = volume + " of " + committing + ": " + result;
                switch (ask(volume, commits.id())) {
                    case ReconOutcome.Completed c ->
                            assertThat(isWhole(source, volume)).as(what).isTrue();
                    case ReconOutcome.Interrupted i ->
                            assertThat(volume).as(what).isNotEqualTo(committing.getFirst());
                    case ReconOutcome other -> throw new AssertionError(what + ": " + other);
                }
            }

            for (JournalEntry entry : JobJournal.read(directory.resolve("journal"))) {
                assertThat(List.of(whole, cutOff, committing))
                        .contains(entry.volumes().stream().map(VolumeResult::volumeId).toList());
            }
        }
    }

    private static List<UUID> volumes() throws Exception {
        return List.of(lab.createVolume(BYTES), lab.createVolume(BYTES), lab.createVolume(BYTES));
    }

    private static CopyVolume copy(Path source, List<UUID> volumes, CopySettings settings)
            throws IOException {
        return CopyVolume.ofSeveral(
                UUID.randomUUID(),
                volumes.stream()
                        .map(volume ->
                                new Transfer(
                                        new CopySource.Outside(source),
                                        new JobTarget(lab.host(1).domain(), volume, 1L)))
                        .toList(),
                settings);
    }

    private void round(Agent agent, Path source, Optional<Duration> killAfter) throws Exception {
        UUID volume = lab.createVolume(BYTES);
        JobHandle handle = agent.submit(DomainLab.copy(lab.host(1), source, volume, 1L));
        if (killAfter.isPresent()) {
            TimeUnit.NANOSECONDS.sleep(killAfter.get().toNanos());
            workerOf(handle).ifPresent(ProcessHandle::destroyForcibly);
        }
        JobResult result = TestDomain.await(handle);
        boolean whole = isWhole(source, volume);
        String what = "seed " + SEED + ", killed after " + killAfter + ": " + result;
        if (result.outcome() == JobState.DONE) {
            assertThat(whole).as(what).isTrue();
            assertThat(lab.record(volume).generation()).as(what).isEqualTo(2);
            return;
        }
        assertThat(killAfter).as(what).isPresent();
        if (!result.needsReconnaissance()) {
            // Killed before it came up: that is known for sure.
            assertThat(Objects.requireNonNull(result.failure()).kind())
                    .as(what)
                    .isEqualTo(FailureKind.ENVIRONMENT);
            assertThat(lab.record(volume).transitions()).as(what).hasSize(1);
        }
        switch (ask(volume, handle.id())) {
            case ReconOutcome.Completed c -> assertThat(whole).as(what + c).isTrue();
            case ReconOutcome.NotStarted n ->
                    assertThat(lab.record(volume).legality())
                            .as(what + n)
                            .isEqualTo(Legality.LEGAL);
            case ReconOutcome.Interrupted n ->
                    assertThat(lab.record(volume).legality())
                            .as(what + n)
                            .isEqualTo(Legality.ILLEGAL);
            case ReconOutcome other -> throw new AssertionError(what + "; storage: " + other);
        }
    }

    private static boolean isWhole(Path source, UUID volume) throws IOException {
        Volume found = lab.volume(volume);
        return Files.mismatch(source, found.dataPath()) < 0;
    }

    /** By the words of its command, which name the job for people, too. */
    private static Optional<ProcessHandle> workerOf(JobHandle job) {
        return ProcessHandle.current()
                .children()
                .filter(child -> child.info().commandLine().orElse("").contains(job.id() + ""))
                .findAny();
    }

    private static ReconOutcome ask(UUID volume, UUID job) throws Exception {
        return lab.host(0).ask(volume, job, 1, PATIENT);
    }

    private static SlowJob slow(int host, UUID volume, Path until) {
        return slow(host, volume, Map.of(SlowJob.UNTIL, until.toString()));
    }

    private static SlowJob slow(int host, UUID volume, Map<String, String> parameters) {
        return new SlowJob(UUID.randomUUID(), lab.host(host).domain(), volume, 1L, parameters);
    }

    private static void awaitWork(JobHandle job) throws Exception {
        awaitThat(job, () -> job.step().filter(JobStep.WORK::equals).isPresent());
    }

    private static void awaitThat(JobHandle job, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + TestDomain.LIMIT.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as(job.result().toString()).isLessThan(end);
            Thread.sleep(2);
        }
    }

    /** The agent of a host, in this process; its workers are of the host. */
    private final class Agent implements AutoCloseable {
        private final JobJournal journal;
        private final JobRunner runner;

        Agent(int host) throws IOException {
            journal = JobJournal.open(directory.resolve("journal"), 1 << 16);
            JobWorkers workers =
                    JobWorkers.open(
                            WorkerCommands.onHost(directory, lab.daemons().runDirectory(host)),
                            directory.resolve("workers"),
                            journal,
                            JobWorkers.OnAgentsEnd.ABORT);
            runner =
                    JobRunner.start(
                            lab.host(host).leases(),
                            JobSettings.DEFAULT.withWorkers(workers),
                            4,
                            4);
        }

        JobHandle submit(Job job) throws IOException {
            return runner.submit(job, JobObserver.NONE);
        }

        @Override
        public void close() throws IOException {
            runner.close();
            journal.close();
        }
    }
}
