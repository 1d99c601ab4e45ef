package io.tenure.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.testing.jobs.BodyJob;
import io.tenure.testing.jobs.MovedClock;
import io.tenure.testing.jobs.TestDomain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long a runner remembers jobs, and which it shows. */
class JobRegistryTest {
    private static final Duration KEPT = Duration.ofMinutes(10);

    @TempDir Path directory;
    private final MovedClock clock = new MovedClock();
    private TestDomain agent;
    private UUID volume;

    @BeforeEach
    void open() throws Exception {
        agent = TestDomain.create(Files.createDirectory(directory.resolve("domain")));
        volume = agent.createVolume(4096);
    }

    @AfterEach
    void close() throws IOException {
        agent.close();
    }

    @Test
    @Tag("ovirt-38")
    @Tag("ovirt-57")
    void jobsThatEndedAreForgottenAfterTheSetTimeHoweverTheyEndedAndActiveOnesNever()
            throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (JobRunner runner = runner(KEPT)) {
            JobHandle done = runner.submit(body(c -> {}), JobObserver.NONE);
            TestDomain.await(done);
            JobHandle failed = runner.submit(failing(), JobObserver.NONE);
            TestDomain.await(failed);
            JobHandle active = runner.submit(body(c -> awaitOpen(go, c)), JobObserver.NONE);
            JobHandle unbegun = runner.submit(body(c -> {}), JobObserver.NONE);
            unbegun.abort();

            clock.move(KEPT.minusMillis(1));
            assertThat(runner.jobs()).containsExactly(done, failed, active, unbegun);
            clock.move(Duration.ofMillis(1));

            assertThat(runner.jobs()).containsExactly(active);
            assertThat(runner.find(done.id())).isEmpty();
            go.countDown();
            TestDomain.requireDone(TestDomain.await(active));
            assertThat(runner.find(active.id())).containsSame(active);
        }
    }

    @Test
    @Tag("ovirt-57")
    void aNegativeTimeKeepsThem() throws Exception {
        try (JobRunner runner = runner(Duration.ofSeconds(-1))) {
            JobHandle done = runner.submit(body(c -> {}), JobObserver.NONE);
            TestDomain.await(done);
            clock.move(Duration.ofDays(10_000));
            assertThat(runner.find(done.id())).containsSame(done);
        }
    }

    @Test
    @Tag("ovirt-57")
    void withNoTimeAtAllAJobIsForgottenAsSoonAsItEnds() throws Exception {
        try (JobRunner runner = runner(Duration.ZERO)) {
            JobHandle done = runner.submit(body(c -> {}), JobObserver.NONE);
            TestDomain.requireDone(TestDomain.await(done));
            assertThat(runner.find(done.id())).isEmpty();
            assertThat(runner.jobs()).isEmpty();
            assertThat(runner.delete(done.id())).isFalse();
            assertThat(done.state()).isEqualTo(JobState.DONE);
        }
    }

    @Test
    @Tag("ovirt-58")
    void anActiveJobIsNotDeletedNorOneThatIsAborting() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        try (JobRunner runner = runner(KEPT)) {
            JobHandle job =
                    runner.submit(
                            body(c -> {
                                begun.countDown();
                                await(go);
                            }),
                            JobObserver.NONE);
            JobHandle pending = runner.submit(body(c -> {}), JobObserver.NONE);
            await(begun);
            refusesToDelete(runner, pending, "pending");
            refusesToDelete(runner, job, "running");
            job.abort();
            refusesToDelete(runner, job, "aborting");
            assertThat(runner.find(job.id())).containsSame(job);
            go.countDown();
            TestDomain.await(job);

            assertThat(runner.delete(job.id())).isTrue();
            assertThat(runner.find(job.id())).isEmpty();
            assertThat(runner.delete(job.id())).isFalse();
            TestDomain.await(pending);
        }
    }

    @Test
    @Tag("ovirt-59")
    void jobsAreFoundByKindByIdAndByBoth() throws Exception {
        try (JobRunner runner = runner(KEPT)) {
            JobHandle one = runner.submit(body(c -> {}), JobObserver.NONE);
            JobHandle two = runner.submit(body(c -> {}), JobObserver.NONE);
            JobHandle copy =
                    runner.submit(
                            agent.copy(
                                    TestDomain.randomFile(directory.resolve("s"), 4096),
                                    volume,
                                    null),
                            JobObserver.NONE);
            Set<String> test = Set.of("test");
            assertThat(runner.jobs(Set.of(), Set.of())).containsExactly(one, two, copy);
            assertThat(runner.jobs(test, Set.of())).containsExactly(one, two);
            assertThat(runner.jobs(Set.of(), Set.of(copy.id(), one.id())))
                    .containsExactly(one, copy);
            assertThat(runner.jobs(test, Set.of(copy.id(), two.id()))).containsExactly(two);
            assertThat(runner.jobs(Set.of("merge"), Set.of())).isEmpty();
            assertThat(runner.jobs(Set.of(), Set.of(UUID.randomUUID()))).isEmpty();
            TestDomain.await(copy);
        }
    }

    @Test
    @Tag("ovirt-56")
    void progressNeverGoesBackEvenIfTheWorkSaysSo() throws Exception {
        AtomicReference<JobProgress> said = new AtomicReference<>(new JobProgress(5, 10));
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (JobRunner runner = runner(KEPT)) {
            JobHandle job =
                    runner.submit(
                            body(c -> {
                                c.reportProgress(said::get);
                                asked.countDown();
                                await(go);
                                said.set(new JobProgress(9, 10));
                            }),
                            JobObserver.NONE);
            await(asked);
            assertThat(job.progress()).isEqualTo(new JobProgress(5, 10));
            said.set(new JobProgress(3, 10));
            assertThat(job.progress()).isEqualTo(new JobProgress(5, 10));
            go.countDown();
            TestDomain.requireDone(TestDomain.await(job));
            said.set(new JobProgress(10, 10));
            assertThat(job.progress()).as("kept from the end").isEqualTo(new JobProgress(9, 10));
        }
    }

    @Test
    void aResultTellsWhatEachStepTookAndHowFastTheWorkWas() throws Exception {
        Path source = TestDomain.randomFile(directory.resolve("source"), 4096);
        JobResult result = agent.run(agent.copy(source, volume, null));
        assertThat(result.steps()).extracting(StepReport::step).containsExactly(JobStep.values());
        for (StepReport step : result.steps()) {
            assertThat(step.duration()).isEqualTo(result.stepDurations().get(step.step()));
            assertThat(step.bytes()).isEqualTo(step.step() == JobStep.WORK ? 4096 : 0);
        }
        assertThat(new StepReport(JobStep.WORK, Duration.ofMillis(500), 1000).bytesPerSecond())
                .isEqualTo(2000);
        assertThat(new StepReport(JobStep.COMMIT, Duration.ZERO, 0).bytesPerSecond()).isZero();
    }

    private static void refusesToDelete(JobRunner runner, JobHandle job, String state) {
        assertThatThrownBy(() -> runner.delete(job.id()))
                .isInstanceOf(JobActiveException.class)
                .hasMessageContaining(state);
    }

    private JobRunner runner(Duration kept) {
        return JobRunner.start(
                agent.managers(),
                new JobSettings(
                                clock,
                                agent.devices(),
                                Duration.ZERO,
                                Duration.ofSeconds(1),
                                JobSettings.DEFAULT_BUFFER_LIMIT_BYTES)
                        .withKeepEnded(kept),
                1,
                8);
    }

    private BodyJob failing() {
        return body(c -> {
            throw new IOException("as the test wants it");
        });
    }

    private BodyJob body(BodyJob.Body body) {
        return new BodyJob(UUID.randomUUID(), agent.domain(), volume, null, body);
    }

    private static void awaitOpen(CountDownLatch latch, JobContext context) throws IOException {
        context.checkGate();
        await(latch);
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
