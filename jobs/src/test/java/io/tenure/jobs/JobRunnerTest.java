package io.tenure.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.domain.Clock;
import io.tenure.domain.DeviceOpener;
import io.tenure.lease.LeaseManagers;
import io.tenure.testing.jobs.BodyJob;
import io.tenure.testing.jobs.TestDomain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a runner accepts, remembers and tells. */
class JobRunnerTest {
    private static final int BYTES = 1 << 20;

    @TempDir Path directory;
    private TestDomain agent;
    private UUID volume;

    @BeforeEach
    void open() throws Exception {
        agent = TestDomain.create(Files.createDirectory(directory.resolve("domain")));
        volume = agent.createVolume(BYTES);
    }

    @AfterEach
    void close() throws IOException {
        agent.close();
    }

    @Test
    @Tag("ovirt-13")
    void aSecondJobOfTheSameIdIsRejectedAndTheFirstGoesOn() throws Exception {
        UUID id = UUID.randomUUID();
        CountDownLatch go = new CountDownLatch(1);
        JobHandle first = agent.start(body(id, c -> await(go)));
        assertThatThrownBy(() -> agent.start(body(id, c -> {})))
                .isInstanceOf(JobRejectedException.class)
                .hasMessageContaining(id.toString());
        go.countDown();
        TestDomain.requireDone(TestDomain.await(first));
        assertThatThrownBy(() -> agent.start(body(id, c -> {})))
                .isInstanceOf(JobRejectedException.class);
        assertThat(agent.runner().find(id)).containsSame(first);
        assertThat(agent.record(volume).generation()).isEqualTo(2);
    }

    @Test
    @Tag("ovirt-61")
    void aJobThatFindsTheQueueFullIsRejectedAndNotKept() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (JobRunner small = JobRunner.start(agent.managers(), JobSettings.DEFAULT, 1, 1)) {
            List<JobHandle> accepted = new ArrayList<>();
            CountDownLatch begun = new CountDownLatch(1);
            accepted.add(
                    small.submit(
                            body(
                                    UUID.randomUUID(),
                                    c -> {
                                        begun.countDown();
                                        await(go);
                                    }),
                            JobObserver.NONE));
            await(begun);
            accepted.add(small.submit(body(UUID.randomUUID(), c -> {}), JobObserver.NONE));
            Job surplus = body(UUID.randomUUID(), c -> {});
            assertThatThrownBy(() -> small.submit(surplus, JobObserver.NONE))
                    .isInstanceOf(JobRejectedException.class)
                    .hasMessageContaining("too many");
            assertThat(small.find(surplus.request().id())).isEmpty();
            assertThat(small.jobs()).containsExactlyElementsOf(accepted);
            go.countDown();
            for (JobHandle handle : accepted) {
                TestDomain.requireDone(TestDomain.await(handle));
            }
        }
    }

    @Test
    void aJobThatNeedsMoreMemoryThanAllMayHaveIsRejectedAndNotKept() throws Exception {
        try (JobRunner small = smallRunner(4096)) {
            Job surplus = body(UUID.randomUUID(), c -> {}).needing(4097);
            assertThatThrownBy(() -> small.submit(surplus, JobObserver.NONE))
                    .isInstanceOf(JobRejectedException.class)
                    .hasMessageContaining("4097 bytes")
                    .hasMessageContaining("4096")
                    .hasMessageNotContaining("\n");
            assertThat(small.find(surplus.request().id())).isEmpty();
            Job fits = body(UUID.randomUUID(), c -> {}).needing(4096);
            TestDomain.requireDone(TestDomain.await(small.submit(fits, JobObserver.NONE)));
        }
    }

    @Test
    void aJobWaitsForMemoryWithoutLeasesAndCanBeAbortedMeanwhile() throws Exception {
        UUID other = agent.createVolume(4096);
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        try (JobRunner small = smallRunner(4096)) {
            JobHandle first =
                    small.submit(
                            new BodyJob(
                                            UUID.randomUUID(),
                                            agent.domain(),
                                            other,
                                            null,
                                            c -> {
                                                begun.countDown();
                                                await(go);
                                            })
                                    .needing(1),
                            JobObserver.NONE);
            await(begun);
            agent.trace().clear();
            JobHandle aborted =
                    small.submit(body(UUID.randomUUID(), c -> {}).needing(4096), JobObserver.NONE);
            JobHandle last =
                    small.submit(body(UUID.randomUUID(), c -> {}).needing(4096), JobObserver.NONE);
            assertThat(aborted.state()).isEqualTo(JobState.PENDING);

            aborted.abort();

            assertThat(TestDomain.await(aborted).outcome()).isEqualTo(JobState.ABORTED);
            assertThat(last.state()).isEqualTo(JobState.PENDING);
            assertThat(agent.trace().linesWithout("verify")).isEmpty();
            go.countDown();
            TestDomain.requireDone(TestDomain.await(first));
            TestDomain.requireDone(TestDomain.await(last));
        }
        assertThat(agent.record(volume).generation()).isEqualTo(2);
    }

    @Test
    void aJobThatStandsStillDoesNotHoldUpTheOthers() throws Exception {
        UUID other = agent.createVolume(BYTES);
        Path source = TestDomain.randomFile(directory.resolve("source"), BYTES);
        CountDownLatch go = new CountDownLatch(1);
        JobHandle still = agent.start(body(UUID.randomUUID(), c -> await(go)).needing(4096));
        TestDomain.requireDone(agent.run(agent.copy(source, other, 1L)));
        assertThat(still.state()).isEqualTo(JobState.RUNNING);
        go.countDown();
        TestDomain.requireDone(TestDomain.await(still));
    }

    private JobRunner smallRunner(long bufferLimitBytes) {
        return JobRunner.start(
                agent.managers(),
                new JobSettings(
                        Clock.SYSTEM,
                        agent.devices(),
                        Duration.ZERO,
                        Duration.ofSeconds(1),
                        bufferLimitBytes),
                4,
                4);
    }

    @Test
    void theGateOfAJobGuardsALeaseSoThatOnlyKillSafeEnginesWriteThroughIt() throws Exception {
        AtomicBoolean guards = new AtomicBoolean();
        Job job = body(UUID.randomUUID(), c -> guards.set(c.gate().guardsLease()));
        TestDomain.requireDone(agent.run(job));
        assertThat(guards).isTrue();
    }

    @Test
    void aClosedRunnerAcceptsNothing() throws Exception {
        JobRunner runner = JobRunner.start(agent.managers(), JobSettings.DEFAULT, 1, 1);
        runner.close();
        runner.close();
        assertThatThrownBy(() -> runner.submit(body(UUID.randomUUID(), c -> {}), JobObserver.NONE))
                .isInstanceOf(JobRejectedException.class)
                .hasMessageContaining("closed");
    }

    @Test
    @Tag("ovirt-55")
    void aJobIsPendingThenRunningThenDoneInTheOrderOfTheFiveSteps() throws Exception {
        List<Object> seen = new ArrayList<>();
        CountDownLatch submitted = new CountDownLatch(1);
        JobHandle[] handle = new JobHandle[1];
        JobObserver observer =
                new JobObserver() {
                    @Override
                    public void stepStarted(Job job, JobStep step) {
                        await(submitted);
                        seen.add(handle[0].state());
                        seen.add(step);
                    }
                };
        handle[0] = agent.runner().submit(body(UUID.randomUUID(), c -> {}), observer);
        submitted.countDown();
        JobResult result = TestDomain.await(handle[0]);
        assertThat(seen)
                .containsExactly(
                        JobState.RUNNING,
                        JobStep.ACQUIRE,
                        JobState.RUNNING,
                        JobStep.VALIDATE,
                        JobState.RUNNING,
                        JobStep.WORK,
                        JobState.RUNNING,
                        JobStep.COMMIT,
                        JobState.RUNNING,
                        JobStep.RELEASE);
        assertThat(handle[0].state()).isEqualTo(JobState.DONE);
        assertThat(result.stepDurations()).containsOnlyKeys(JobStep.values());
        assertThat(handle[0].result()).contains(result);
    }

    @Test
    @Tag("ovirt-56")
    void progressIsNoneBeforeTheWorkNeverShrinksAndEndsComplete() throws Exception {
        Path source = TestDomain.randomFile(directory.resolve("source"), BYTES);
        CountDownLatch go = new CountDownLatch(1);
        JobObserver observer =
                new JobObserver() {
                    @Override
                    public void stepStarted(Job job, JobStep step) {
                        if (step == JobStep.WORK) {
                            await(go);
                        }
                    }
                };
        JobHandle handle = agent.runner().submit(agent.copy(source, volume, 1L), observer);
        assertThat(handle.progress()).isEqualTo(JobProgress.NONE);
        assertThat(handle.progress().fraction()).isZero();
        go.countDown();
        long last = 0;
        while (handle.state().isActive()) {
            long now = handle.progress().bytesDone();
            assertThat(now).isBetween(last, (long) BYTES);
            last = now;
        }
        TestDomain.requireDone(TestDomain.await(handle));
        assertThat(handle.progress()).isEqualTo(new JobProgress(BYTES, BYTES));
    }

    @Test
    void waitingWithALimitReturnsWithoutAResultWhenTheJobStillRuns() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        JobHandle handle = agent.start(body(UUID.randomUUID(), c -> await(go)));
        assertThat(handle.await(Duration.ofMillis(1))).isEmpty();
        assertThat(handle.result()).isEmpty();
        go.countDown();
        assertThat(TestDomain.await(handle).outcome()).isEqualTo(JobState.DONE);
    }

    @Test
    void aRunnerWithoutTheDomainsKindOfLeasesFailsTheJobForWantOfThem() throws Exception {
        try (LeaseManagers none = new LeaseManagers(List.of());
                JobRunner runner =
                        JobRunner.start(
                                none,
                                new JobSettings(
                                        Clock.SYSTEM,
                                        DeviceOpener.SYSTEM,
                                        Duration.ZERO,
                                        Duration.ofSeconds(1),
                                        JobSettings.DEFAULT_BUFFER_LIMIT_BYTES),
                                1,
                                1)) {
            JobResult result =
                    TestDomain.await(
                            runner.submit(body(UUID.randomUUID(), c -> {}), JobObserver.NONE));
            assertThat(result.outcome()).isEqualTo(JobState.FAILED);
            assertThat(Objects.requireNonNull(result.failure()).kind())
                    .isEqualTo(FailureKind.ENVIRONMENT);
        }
    }

    private BodyJob body(UUID id, BodyJob.Body body) {
        return new BodyJob(id, agent.domain(), volume, null, body);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(TestDomain.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
