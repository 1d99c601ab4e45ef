package io.tenure.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.domain.Clock;
import io.tenure.domain.Volume;
import io.tenure.format.Legality;
import io.tenure.format.Transition;
import io.tenure.format.TransitionKind;
import io.tenure.format.VolumeRecord;
import io.tenure.lease.LeaseState;
import io.tenure.testing.jobs.BodyJob;
import io.tenure.testing.jobs.DeviceEvent;
import io.tenure.testing.jobs.DeviceHook;
import io.tenure.testing.jobs.TestDomain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When an abort takes effect, and what it leaves. */
class AbortTest {
    private static final int BYTES = 2 << 20;

    @TempDir Path directory;
    private Path source;
    private TestDomain agent;
    private UUID volume;

    @BeforeEach
    void open() throws Exception {
        source = TestDomain.randomFile(directory.resolve("source"), BYTES);
        agent = TestDomain.create(Files.createDirectory(directory.resolve("domain")));
        volume = agent.createVolume(BYTES);
    }

    @AfterEach
    void close() throws IOException {
        agent.close();
    }

    @Test
    @Tag("ovirt-38")
    void aPendingJobThatIsAbortedNeverRuns() throws Exception {
        byte[] slot = agent.slotBytes(agent.volume(volume).slotIndex());
        CountDownLatch busy = new CountDownLatch(1);
        AtomicBoolean ran = new AtomicBoolean();
        JobResult result;
        try (JobRunner one = JobRunner.start(agent.managers(), JobSettings.DEFAULT, 1, 4)) {
            UUID other = agent.createVolume(4096);
            JobHandle first = one.submit(body(other, c -> await(busy)), JobObserver.NONE);
            JobHandle pending = one.submit(body(volume, c -> ran.set(true)), JobObserver.NONE);
            assertThat(pending.state()).isEqualTo(JobState.PENDING);

            pending.abort();

            result = TestDomain.await(pending);
            assertThat(pending.state()).isEqualTo(JobState.ABORTED);
            busy.countDown();
            TestDomain.requireDone(TestDomain.await(first));
        }
        assertThat(ran).isFalse();
        assertThat(result.outcome()).isEqualTo(JobState.ABORTED);
        assertThat(failureOf(result).kind()).isEqualTo(FailureKind.ABORTED);
        assertThat(agent.slotBytes(agent.volume(volume).slotIndex())).isEqualTo(slot);
    }

    @Test
    @Tag("ovirt-39")
    void anAbortWhileAnEarlierJobOfThisProcessIsWaitedForEndsTheWaitAndTakesNothing()
            throws Exception {
        UUID free = agent.createVolumeFrom(source);
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch holds = new CountDownLatch(1);
        try (JobRunner patient = JobRunner.start(agent.managers(), patient(), 3, 4)) {
            JobHandle holder =
                    patient.submit(
                            body(
                                    volume,
                                    c -> {
                                        holds.countDown();
                                        await(busy);
                                    }),
                            JobObserver.NONE);
            await(holds);
            agent.trace().clear();
            // It has the first place for both leases, and gets none before it can have both.
            JobHandle earlier = patient.submit(agent.copy(free, volume, null), JobObserver.NONE);
            JobHandle waiting = patient.submit(agent.copy(volume, free, null), JobObserver.NONE);
            while (earlier.step().isEmpty() || waiting.step().isEmpty()) {
                Thread.onSpinWait();
            }

            waiting.abort();

            JobResult result = TestDomain.await(waiting);
            assertThat(result.outcome()).isEqualTo(JobState.ABORTED);
            assertThat(failureOf(result).step()).isEqualTo(JobStep.ACQUIRE);
            assertThat(agent.trace().linesWithout("verify"))
                    .noneMatch(line -> line.startsWith("acquire EXCLUSIVE"));
            assertThat(holder.state()).isEqualTo(JobState.RUNNING);
            assertThat(agent.record(free).generation()).isEqualTo(2);
            busy.countDown();
            TestDomain.requireDone(TestDomain.await(holder));
            TestDomain.requireDone(TestDomain.await(earlier));
        }
    }

    private JobSettings patient() {
        return new JobSettings(
                Clock.SYSTEM,
                agent.devices(),
                TestDomain.LIMIT,
                Duration.ofSeconds(1),
                JobSettings.DEFAULT_BUFFER_LIMIT_BYTES);
    }

    @Test
    @Tag("ovirt-40")
    void anAbortWhileAnotherHoldsTheLeaseEndsTheWait() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch holds = new CountDownLatch(1);
        JobHandle holder =
                agent.start(
                        body(
                                volume,
                                c -> {
                                    holds.countDown();
                                    await(busy);
                                }));
        await(holds);
        try (TestDomain patient = TestDomain.open(agent.domain().path(), TestDomain.LIMIT)) {
            JobHandle waiting = patient.start(patient.copy(source, volume, null));
            while (waiting.step().isEmpty()) {
                Thread.onSpinWait();
            }

            waiting.abort();

            JobResult result = TestDomain.await(waiting);
            assertThat(result.outcome()).isEqualTo(JobState.ABORTED);
            assertThat(failureOf(result).step()).isEqualTo(JobStep.ACQUIRE);
            assertThat(patient.trace().lines()).isEmpty();
        } finally {
            busy.countDown();
        }
        TestDomain.requireDone(TestDomain.await(holder));
    }

    @Test
    @Tag("ovirt-41")
    void anAbortAfterTheLeasesButBeforeTheMarkLeavesTheVolumeUntouched() throws Exception {
        for (JobStep step : List.of(JobStep.ACQUIRE, JobStep.VALIDATE)) {
            Volume before = agent.volume(volume);
            byte[] slot = agent.slotBytes(before.slotIndex());
            byte[] data = Files.readAllBytes(before.dataPath());
            agent.trace().clear();
            agent.traceDevices();

            JobResult result = abortedAtTheEndOf(step, agent.copy(source, volume, 1L));

            assertThat(result.outcome()).isEqualTo(JobState.ABORTED);
            assertThat(agent.trace().lines()).noneMatch(line -> line.startsWith("write"));
            assertThat(agent.slotBytes(before.slotIndex())).isEqualTo(slot);
            assertThat(Files.readAllBytes(before.dataPath())).isEqualTo(data);
            assertThat(agent.lease(volume)).isInstanceOf(LeaseState.Free.class);
        }
    }

    @Test
    @Tag("ovirt-42")
    void anAbortAmidTheDataStopsWithinTheRequestsInFlightAndIsRecorded() throws Exception {
        Path data = agent.volume(volume).dataPath();
        AtomicReference<JobHandle> handle = new AtomicReference<>();
        List<DeviceEvent> afterwards = new ArrayList<>();
        agent.devices()
                .add(
                        new DeviceHook() {
                            private int writes;

                            @Override
                            public synchronized void before(DeviceEvent event) throws IOException {
                                if (!event.is(data, DeviceEvent.Kind.WRITE)) {
                                    return;
                                }
                                writes++;
                                if (writes == 5) {
                                    awaitHandle(handle).abort();
                                } else if (writes > 5) {
                                    afterwards.add(event);
                                }
                            }
                        });
        handle.set(agent.start(agent.copy(source, volume, 1L)));

        JobResult result = TestDomain.await(awaitHandle(handle));

        assertThat(result.outcome()).isEqualTo(JobState.ABORTED);
        assertThat(failureOf(result).kind()).isEqualTo(FailureKind.ABORTED);
        // One more may have passed the gate before it closed: the depth is two.
        assertThat(afterwards).hasSizeLessThan(TestDomain.SMALL_REQUESTS.tuning().depth());
        assertThat(result.bytesCopied()).isLessThan(BYTES / 2);
        VolumeRecord record = agent.record(volume);
        assertThat(record.legality()).isEqualTo(Legality.ILLEGAL);
        assertThat(record.generation()).isEqualTo(1);
        assertThat(record.activeJob()).isEmpty();
        Transition newest = record.transitions().getFirst();
        assertThat(newest.kind()).isEqualTo(TransitionKind.FAILED);
        assertThat(newest.jobId()).isEqualTo(result.jobId());
        assertThat(newest.failureCode()).isEqualTo(FailureKind.ABORTED.code());
        assertThat(agent.lease(volume)).isInstanceOf(LeaseState.Free.class);
    }

    @Test
    @Tag("ovirt-43")
    void anAbortDuringTheCommitEitherComesTooLateOrKeepsTheGeneration() throws Exception {
        for (boolean atCommit : new boolean[] {false, true}) {
            long before = agent.record(volume).generation();
            AtomicReference<JobHandle> handle = new AtomicReference<>();
            JobObserver observer =
                    new JobObserver() {
                        @Override
                        public void stepStarted(Job job, JobStep step) {
                            if (!atCommit && step == JobStep.COMMIT) {
                                abort(handle);
                            }
                        }

                        @Override
                        public void recordWritten(Job job, VolumeRecord record) {
                            if (atCommit && record.generation() > before) {
                                abort(handle);
                            }
                        }
                    };
            handle.set(agent.runner().submit(agent.copy(source, volume, before), observer));

            JobResult result = TestDomain.await(awaitHandle(handle));

            VolumeRecord record = agent.record(volume);
            assertThat(result.outcome()).isEqualTo(atCommit ? JobState.DONE : JobState.ABORTED);
            assertThat(record.generation()).isEqualTo(atCommit ? before + 1 : before);
            assertThat(record.legality()).isEqualTo(atCommit ? Legality.LEGAL : Legality.ILLEGAL);
        }
    }

    @Test
    @Tag("ovirt-43")
    void anAbortWhileTheCommitIsWrittenComesTooLate() throws Exception {
        Path control = agent.domain().controlPath();
        AtomicReference<JobHandle> handle = new AtomicReference<>();
        AtomicBoolean committing = new AtomicBoolean();
        AtomicReference<JobState> during = new AtomicReference<>();
        agent.devices()
                .add(
                        DeviceHook.calling(
                                event ->
                                        event.is(control, DeviceEvent.Kind.WRITE)
                                                && committing.getAndSet(false),
                                () -> {
                                    abort(handle);
                                    during.set(awaitHandle(handle).state());
                                }));
        JobObserver observer =
                new JobObserver() {
                    @Override
                    public void stepStarted(Job job, JobStep step) {
                        committing.set(step == JobStep.COMMIT);
                    }
                };
        handle.set(agent.runner().submit(agent.copy(source, volume, 1L), observer));

        TestDomain.requireDone(TestDomain.await(awaitHandle(handle)));

        assertThat(during.get()).isEqualTo(JobState.ABORTING);
        assertThat(agent.record(volume).generation()).isEqualTo(2);
        assertThat(agent.record(volume).legality()).isEqualTo(Legality.LEGAL);
    }

    @Test
    @Tag("ovirt-44")
    void aJobThatHasEndedCannotBeAbortedHoweverItEnded() throws Exception {
        JobHandle done = agent.start(agent.copy(source, volume, 1L));
        TestDomain.await(done);
        JobHandle failed = agent.start(agent.copy(source, volume, 77L));
        AtomicReference<JobHandle> aborted = new AtomicReference<>();
        aborted.set(
                agent.start(
                        body(
                                agent.createVolume(4096),
                                context -> {
                                    awaitHandle(aborted).abort();
                                    context.checkGate();
                                })));
        Map<JobHandle, JobState> ends =
                Map.of(
                        done,
                        JobState.DONE,
                        failed,
                        JobState.FAILED,
                        awaitHandle(aborted),
                        JobState.ABORTED);
        for (Map.Entry<JobHandle, JobState> end : ends.entrySet()) {
            JobHandle job = end.getKey();
            JobResult told = TestDomain.await(job);
            assertThatThrownBy(job::abort)
                    .isInstanceOf(AbortRefusedException.class)
                    .hasMessageContaining("not active any more")
                    .hasMessageContaining(end.getValue().name().toLowerCase(Locale.ROOT));
            assertThat(job.state()).isEqualTo(end.getValue());
            assertThat(job.result()).containsSame(told);
        }
    }

    @Test
    @Tag("ovirt-45")
    void abortingTwiceIsTheSameAsOnce() throws Exception {
        AtomicReference<JobHandle> handle = new AtomicReference<>();
        handle.set(
                agent.start(
                        body(
                                volume,
                                context -> {
                                    awaitHandle(handle).abort();
                                    awaitHandle(handle).abort();
                                    context.checkGate();
                                })));
        assertThat(TestDomain.await(awaitHandle(handle)).outcome()).isEqualTo(JobState.ABORTED);
    }

    @Test
    @Tag("ovirt-46")
    void aJobThatMustRunToItsEndRefusesTheAbortAndGoesOn() throws Exception {
        AtomicReference<JobHandle> handle = new AtomicReference<>();
        AtomicReference<JobState> stateAfterwards = new AtomicReference<>();
        Job job =
                new BodyJob(
                        UUID.randomUUID(),
                        agent.domain(),
                        volume,
                        1L,
                        context -> {
                            assertThatThrownBy(() -> awaitHandle(handle).abort())
                                    .isInstanceOf(AbortRefusedException.class)
                                    .hasMessageContaining("cannot be aborted");
                            stateAfterwards.set(awaitHandle(handle).state());
                            context.checkGate();
                        }) {
                    @Override
                    public boolean isAbortable() {
                        return false;
                    }
                };
        handle.set(agent.start(job));
        TestDomain.requireDone(TestDomain.await(awaitHandle(handle)));
        assertThat(stateAfterwards.get()).isEqualTo(JobState.RUNNING);
    }

    @Test
    @Tag("ovirt-47")
    void anotherErrorOfAnAbortingJobIsKept() throws Exception {
        AtomicReference<JobHandle> handle = new AtomicReference<>();
        handle.set(
                agent.start(
                        body(
                                volume,
                                context -> {
                                    awaitHandle(handle).abort();
                                    throw new IOException("the disk is on fire");
                                })));

        JobResult result = TestDomain.await(awaitHandle(handle));

        assertThat(result.outcome()).isEqualTo(JobState.ABORTED);
        assertThat(failureOf(result).message()).contains("on fire");
        assertThat(agent.record(volume).transitions().getFirst().kind())
                .isEqualTo(TransitionKind.FAILED);
    }

    @Test
    void closingTheRunnerAbortsWhatRunsAndWaitsUntilTheLeasesAreFree() throws Exception {
        CountDownLatch working = new CountDownLatch(1);
        JobRunner runner = JobRunner.start(agent.managers(), JobSettings.DEFAULT, 1, 4);
        JobHandle running =
                runner.submit(
                        body(
                                volume,
                                context -> {
                                    working.countDown();
                                    while (true) {
                                        context.checkGate();
                                        Thread.onSpinWait();
                                    }
                                }),
                        JobObserver.NONE);
        JobHandle pending = runner.submit(body(volume, c -> {}), JobObserver.NONE);
        await(working);

        runner.close();

        assertThat(running.state()).isEqualTo(JobState.ABORTED);
        assertThat(pending.state()).isEqualTo(JobState.ABORTED);
        assertThat(agent.lease(volume)).isInstanceOf(LeaseState.Free.class);
    }

    private JobResult abortedAtTheEndOf(JobStep wanted, Job job) throws Exception {
        AtomicReference<JobHandle> handle = new AtomicReference<>();
        JobObserver observer =
                new JobObserver() {
                    @Override
                    public void stepFinished(Job observed, JobStep step) {
                        if (step == wanted) {
                            abort(handle);
                        }
                    }
                };
        handle.set(agent.runner().submit(job, observer));
        return TestDomain.await(awaitHandle(handle));
    }

    private BodyJob body(UUID volumeId, BodyJob.Body body) {
        return new BodyJob(UUID.randomUUID(), agent.domain(), volumeId, null, body);
    }

    private static void abort(AtomicReference<JobHandle> handle) {
        try {
            awaitHandle(handle).abort();
        } catch (AbortRefusedException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The job may begin before its submitter has its handle. */
    private static JobHandle awaitHandle(AtomicReference<JobHandle> handle) {
        JobHandle found = handle.get();
        while (found == null) {
            Thread.onSpinWait();
            found = handle.get();
        }
        return found;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(TestDomain.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static JobFailure failureOf(JobResult result) {
        return Objects.requireNonNull(result.failure());
    }
}
