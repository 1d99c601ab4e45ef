package io.tenure.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.domain.DeviceOpener;
import io.tenure.format.Legality;
import io.tenure.format.TransitionKind;
import io.tenure.format.VolumeRecord;
import io.tenure.lease.LeaseManagers;
import io.tenure.lease.LeaseState;
import io.tenure.lease.local.LocalLeaseManager;
import io.tenure.testing.jobs.BodyJob;
import io.tenure.testing.jobs.MovedClock;
import io.tenure.testing.jobs.SlowJob;
import io.tenure.testing.jobs.TestDomain;
import io.tenure.testing.jobs.WorkerCommands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a runner does is the same wherever its jobs run. */
class IsolationTest {
    private static final Duration KEPT = Duration.ofMinutes(10);

    @TempDir Path directory;
    private final MovedClock clock = new MovedClock();
    private TestDomain agent;
    private UUID volume;
    private LeaseManagers leases;
    private JobJournal journal;
    private int signs;

    @BeforeEach
    void open() throws Exception {
        agent = TestDomain.create(Files.createDirectory(directory.resolve("domain")));
        volume = agent.createVolume(4096);
        leases = new LeaseManagers(List.of(new LocalLeaseManager()));
        journal = JobJournal.open(directory.resolve("jobs.journal"), 1 << 16);
    }

    @AfterEach
    void close() throws IOException {
        journal.close();
        leases.close();
        agent.close();
    }

    @ParameterizedTest
    @EnumSource(Isolation.class)
    @Tag("ovirt-13")
    @Tag("ovirt-38")
    @Tag("ovirt-55")
    @Tag("ovirt-58")
    @Tag("ovirt-59")
    @Tag("ovirt-61")
    void aJobThatWaitsForItsTurnIsKnownOnceCanBeAbortedAndIsNotDeletedBefore(Isolation isolation)
            throws Exception {
        byte[] slot = agent.slotBytes(agent.volume(volume).slotIndex());
        UUID other = agent.createVolume(4096);
        try (JobRunner runner = runner(isolation, 1, 2, Duration.ZERO)) {
            Waiting first = new Waiting(other, Map.of());
            JobHandle running = first.submitTo(runner);
            first.awaitBegun();
            assertThat(running.state()).isEqualTo(JobState.RUNNING);
            SlowJob waits = new SlowJob(id(), agent.domain(), volume, 1L, Map.of());
            JobHandle pending = runner.submit(waits, JobObserver.NONE);
            JobHandle last = runner.submit(job(other), JobObserver.NONE);
            assertThat(pending.state()).isEqualTo(JobState.PENDING);
            assertThat(pending.step()).isEmpty();
            assertThat(pending.progress()).isEqualTo(JobProgress.NONE);
            Job surplus = job(volume);
            rejects(runner, surplus, "too many");
            assertThat(runner.find(surplus.request().id())).isEmpty();
            rejects(runner, waits, "known already");
            assertThat(runner.jobs()).containsExactly(running, pending, last);
            assertThat(runner.jobs(Set.of("test"), Set.of(pending.id(), last.id())))
                    .containsExactly(pending, last);
            assertThatThrownBy(() -> runner.delete(pending.id()))
                    .isInstanceOf(JobActiveException.class);

            pending.abort();

            JobResult result = TestDomain.await(pending);
            assertThat(result.outcome()).isEqualTo(JobState.ABORTED);
            assertThat(failureOf(result).kind()).isEqualTo(FailureKind.ABORTED);
            assertThatThrownBy(pending::abort).isInstanceOf(AbortRefusedException.class);
            assertThat(runner.delete(pending.id())).isTrue();
            first.goOn();
            TestDomain.requireDone(TestDomain.await(running));
            TestDomain.requireDone(TestDomain.await(last));
        }
        assertThat(agent.slotBytes(agent.volume(volume).slotIndex())).isEqualTo(slot);
    }

    @ParameterizedTest
    @EnumSource(Isolation.class)
    @Tag("ovirt-40")
    void anAbortEndsTheWaitForALease(Isolation isolation) throws Exception {
        try (JobRunner runner = runner(isolation, 2, 2, TestDomain.LIMIT)) {
            Waiting holder = new Waiting(volume, Map.of());
            JobHandle holds = holder.submitTo(runner);
            holder.awaitBegun();
            JobHandle waits = runner.submit(job(volume), JobObserver.NONE);
            while (waits.step().isEmpty()) {
                LockSupport.parkNanos(1_000_000);
            }
            assertThat(waits.step()).contains(JobStep.ACQUIRE);

            waits.abort();

            JobResult result = TestDomain.await(waits);
            assertThat(result.outcome()).isEqualTo(JobState.ABORTED);
            assertThat(failureOf(result).step()).isEqualTo(JobStep.ACQUIRE);
            holder.goOn();
            TestDomain.requireDone(TestDomain.await(holds));
        }
        assertThat(agent.record(volume).generation()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(Isolation.class)
    @Tag("ovirt-41")
    void anAbortBeforeTheMarkLeavesTheVolumeUntouched(Isolation isolation) throws Exception {
        byte[] slot = agent.slotBytes(agent.volume(volume).slotIndex());
        try (JobRunner runner = runner(isolation, 1, 1, Duration.ZERO)) {
            Waiting job = new Waiting(volume, Map.of(SlowJob.AT, "validate"));
            JobHandle handle = job.submitTo(runner);
            job.awaitBegun();
            handle.abort();
            assertThat(handle.state()).isEqualTo(JobState.ABORTING);
            job.awaitAbortSeen();
            job.goOn();
            assertThat(TestDomain.await(handle).outcome()).isEqualTo(JobState.ABORTED);
        }
        assertThat(agent.slotBytes(agent.volume(volume).slotIndex())).isEqualTo(slot);
        assertThat(agent.lease(volume)).isInstanceOf(LeaseState.Free.class);
    }

    @ParameterizedTest
    @EnumSource(Isolation.class)
    @Tag("ovirt-42")
    @Tag("ovirt-44")
    @Tag("ovirt-45")
    @Tag("ovirt-58")
    void anAbortAmidTheWorkIsRecordedTwiceIsOnceAndAfterTheEndItIsRefused(Isolation isolation)
            throws Exception {
        try (JobRunner runner = runner(isolation, 1, 1, Duration.ZERO)) {
            Waiting job = new Waiting(volume, Map.of(SlowJob.FAIL, "checks the gate itself"));
            JobHandle handle = job.submitTo(runner);
            job.awaitBegun();
            handle.abort();
            handle.abort();
            assertThat(handle.state()).isEqualTo(JobState.ABORTING);
            assertThatThrownBy(() -> runner.delete(handle.id()))
                    .isInstanceOf(JobActiveException.class)
                    .hasMessageContaining("aborting");
            job.awaitAbortSeen();
            job.goOn();
            assertThat(TestDomain.await(handle).outcome()).isEqualTo(JobState.ABORTED);
            assertThatThrownBy(handle::abort)
                    .isInstanceOf(AbortRefusedException.class)
                    .hasMessageContaining("aborted");
        }
        VolumeRecord record = agent.record(volume);
        assertThat(record.legality()).isEqualTo(Legality.ILLEGAL);
        assertThat(record.generation()).isEqualTo(1);
        assertThat(record.activeJob()).isEmpty();
        assertThat(record.transitions().getFirst().kind()).isEqualTo(TransitionKind.FAILED);
    }

    @ParameterizedTest
    @EnumSource(Isolation.class)
    @Tag("ovirt-43")
    void anAbortAtTheCommitComesTooLate(Isolation isolation) throws Exception {
        try (JobRunner runner = runner(isolation, 1, 1, Duration.ZERO)) {
            Waiting job = new Waiting(volume, Map.of(SlowJob.AT, "commit"));
            JobHandle handle = job.submitTo(runner);
            job.awaitBegun();
            handle.abort();
            job.awaitAbortSeen();
            job.goOn();
            TestDomain.requireDone(TestDomain.await(handle));
            assertThat(handle.state()).isEqualTo(JobState.DONE);
        }
        assertThat(agent.record(volume).generation()).isEqualTo(2);
        assertThat(agent.record(volume).legality()).isEqualTo(Legality.LEGAL);
    }

    @ParameterizedTest
    @EnumSource(Isolation.class)
    @Tag("ovirt-46")
    void aJobThatMustRunToItsEndRefusesTheAbortAndStaysRunning(Isolation isolation)
            throws Exception {
        JobRunner runner = runner(isolation, 1, 1, Duration.ZERO);
        Waiting job = new Waiting(volume, Map.of(SlowJob.UNABORTABLE, ""));
        JobHandle handle = job.submitTo(runner);
        job.awaitBegun();
        assertThatThrownBy(handle::abort)
                .isInstanceOf(AbortRefusedException.class)
                .hasMessageContaining("cannot be aborted");
        assertThat(handle.state()).isEqualTo(JobState.RUNNING);
        Thread closes = Thread.ofPlatform().start(runner::close);
        job.goOn();
        closes.join();
        TestDomain.requireDone(handle.result().orElseThrow());
    }

    @ParameterizedTest
    @EnumSource(Isolation.class)
    @Tag("ovirt-47")
    @Tag("ovirt-57")
    void anotherErrorOfAnAbortingJobIsKeptAndTheJobForAsLongAsIsSet(Isolation isolation)
            throws Exception {
        try (JobRunner runner = runner(isolation, 2, 1, Duration.ZERO)) {
            Waiting job = new Waiting(volume, Map.of(SlowJob.FAIL, "the disk is on fire"));
            JobHandle handle = job.submitTo(runner);
            job.awaitBegun();
            handle.abort();
            job.awaitAbortSeen();
            job.goOn();
            JobResult result = TestDomain.await(handle);
            assertThat(result.outcome()).isEqualTo(JobState.ABORTED);
            assertThat(failureOf(result).message()).contains("on fire");
            clock.move(KEPT.minusMillis(1));
            assertThat(runner.jobs()).containsExactly(handle);
            clock.move(Duration.ofMillis(1));
            assertThat(runner.jobs()).isEmpty();
        }
    }

    @Test
    void aJobWithoutARecipeOrARunnerWithoutWorkersIsRefusedForAWorker() throws Exception {
        try (JobRunner runner = runner(Isolation.PROCESS, 1, 1, Duration.ZERO);
                JobRunner plain = runner(Isolation.IN_PROCESS, 1, 1, Duration.ZERO)) {
            Job noRecipe = new BodyJob(id(), agent.domain(), volume, null, c -> {});
            rejects(runner, noRecipe, "no recipe");
            assertThat(runner.jobs()).isEmpty();
            Job sendable = job(volume);
            assertThatThrownBy(() -> plain.submit(sendable, JobObserver.NONE, Isolation.PROCESS))
                    .isInstanceOf(JobRejectedException.class)
                    .hasMessageContaining("no workers");
            TestDomain.requireDone(
                    TestDomain.await(
                            runner.submit(noRecipe, JobObserver.NONE, Isolation.IN_PROCESS)));
        }
    }

    private static void rejects(JobRunner runner, Job job, String why) {
        assertThatThrownBy(() -> runner.submit(job, JobObserver.NONE))
                .isInstanceOf(JobRejectedException.class)
                .hasMessageContaining(why);
    }

    private static JobFailure failureOf(JobResult result) {
        return Objects.requireNonNull(result.failure());
    }

    private static UUID id() {
        return UUID.randomUUID();
    }

    private SlowJob job(UUID target) {
        return new SlowJob(id(), agent.domain(), target, null, Map.of());
    }

    private JobRunner runner(Isolation isolation, int places, int queued, Duration leaseWait)
            throws IOException {
        JobSettings settings =
                new JobSettings(
                                clock,
                                DeviceOpener.SYSTEM,
                                leaseWait,
                                Duration.ofSeconds(1),
                                JobSettings.DEFAULT_BUFFER_LIMIT_BYTES)
                        .withKeepEnded(KEPT);
        if (isolation == Isolation.PROCESS) {
            settings =
                    settings.withWorkers(
                            JobWorkers.open(
                                    WorkerCommands.plain(directory),
                                    directory.resolve("workers"),
                                    journal,
                                    JobWorkers.OnAgentsEnd.ABORT));
        }
        return JobRunner.start(leases, settings, places, queued);
    }

    /** A job that waits to be let on, wherever it runs. */
    private final class Waiting {
        private final Path sign = directory.resolve("sign" + signs);
        private final Path until = directory.resolve("until" + signs);
        private final SlowJob job;

        Waiting(UUID target, Map<String, String> more) {
            Map<String, String> parameters = new HashMap<>(more);
            parameters.put(SlowJob.SIGN, sign.toString());
            parameters.put(SlowJob.UNTIL, until.toString());
            signs++;
            job = new SlowJob(id(), agent.domain(), target, null, parameters);
        }

        JobHandle submitTo(JobRunner runner) throws IOException {
            return runner.submit(job, JobObserver.NONE);
        }

        void awaitBegun() {
            await(sign);
        }

        /** A worker hears of an abort a little later. */
        void awaitAbortSeen() {
            await(sign.resolveSibling(sign.getFileName() + SlowJob.CLOSED));
        }

        private void await(Path file) {
            long end = System.nanoTime() + TestDomain.LIMIT.toNanos();
            while (!Files.exists(file)) {
                assertThat(System.nanoTime()).isLessThan(end);
                LockSupport.parkNanos(1_000_000);
            }
        }

        void goOn() throws IOException {
            Files.createFile(until);
        }
    }
}
