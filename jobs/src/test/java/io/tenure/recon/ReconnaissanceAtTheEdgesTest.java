package io.tenure.recon;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.domain.Clock;
import io.tenure.format.ActiveJob;
import io.tenure.format.Transition;
import io.tenure.format.TransitionKind;
import io.tenure.format.VolumeRecord;
import io.tenure.jobs.FailureKind;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobHandle;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobState;
import io.tenure.testing.jobs.BodyJob;
import io.tenure.testing.jobs.TestDomain;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Jobs that begin or end while they are looked for, and generations that are far from the first.
 */
final class ReconnaissanceAtTheEdgesTest {
    @TempDir Path folder;
    private TestDomain agent;
    private TestDomain other;
    private UUID volume;
    private final UUID job = UUID.randomUUID();
    private final CountDownLatch working = new CountDownLatch(1);
    private final CountDownLatch end = new CountDownLatch(1);

    @BeforeEach
    void open() throws Exception {
        agent = TestDomain.create(folder);
        other = TestDomain.open(folder);
        volume = agent.createVolume(4096); // generation 1
    }

    @AfterEach
    void close() throws Exception {
        end.countDown();
        agent.close();
        other.close();
    }

    @Test
    @Tag("ovirt-66")
    void aJobThatBeginsWhenItsLeaseWasSeenFreeIsRunningAndIsNotFenced() throws Exception {
        AtomicReference<JobHandle> running = new AtomicReference<>();
        agent.leases()
                .afterInspection(() -> {
                    running.set(start(blocked()));
                    await(working);
                });

        assertThat(ask(1)).isInstanceOf(ReconOutcome.Running.class);

        VolumeRecord record = agent.record(volume);
        assertThat(record.generation()).isEqualTo(1);
        assertThat(record.activeJob().map(ActiveJob::jobId)).contains(job);
        assertThat(ask(1)).isInstanceOf(ReconOutcome.Running.class);
        end.countDown();
        requireDone(Objects.requireNonNull(running.get()));
        assertThat(ask(1)).isInstanceOf(ReconOutcome.Completed.class);
    }

    @Test
    @Tag("ovirt-67")
    void aJobThatBeginsAndEndsWhenItsLeaseWasSeenFreeIsCompletedAndIsNotFenced() throws Exception {
        agent.leases()
                .afterInspection(() -> {
                    end.countDown();
                    requireDone(start(blocked()));
                });
        isCompletedUnfenced(ask(1));
    }

    @Test
    @Tag("ovirt-74")
    void aJobThatEndsAfterItsLeaseWasSeenHeldIsCompletedAndIsNotFenced() throws Exception {
        JobHandle running = start(blocked());
        await(working);
        agent.leases()
                .afterInspection(() -> {
                    end.countDown();
                    requireDone(running);
                });
        isCompletedUnfenced(ask(1));
    }

    @Test
    @Tag("ovirt-74")
    void aJobThatEndsAfterItsRecordWasFoundIsCompletedAndIsNotFenced() throws Exception {
        JobHandle running = start(blocked());
        await(working);
        agent.leases()
                .beforeInspection(() -> {
                    end.countDown();
                    requireDone(running);
                });
        isCompletedUnfenced(ask(1));
    }

    private void isCompletedUnfenced(ReconOutcome found) throws IOException {
        assertThat(found)
                .isInstanceOfSatisfying(
                        ReconOutcome.Completed.class,
                        it -> assertThat(it.by().jobId()).isEqualTo(job));
        VolumeRecord record = agent.record(volume);
        assertThat(record.generation()).isEqualTo(2);
        assertThat(record.transitions())
                .extracting(Transition::kind)
                .doesNotContain(TransitionKind.FENCED);
    }

    @ParameterizedTest
    @ValueSource(longs = {997, 998, 999, Long.MAX_VALUE - 1})
    @Tag("ovirt-68")
    void aFenceRaisesTheGenerationByOneWhereverItStands(long generation) throws Exception {
        agent.setGeneration(volume, generation);
        assertThat(ask(generation)).isEqualTo(new ReconOutcome.NotStarted(true));
        VolumeRecord record = agent.record(volume);
        assertThat(record.generation()).isEqualTo(generation + 1);
        assertThat(record.transitions().getFirst().kind()).isEqualTo(TransitionKind.FENCED);
        assertThat(ask(generation)).isEqualTo(new ReconOutcome.NotStarted(true));
        assertThat(agent.record(volume)).isEqualTo(record);
        assertThat(run(generation).failure())
                .isNotNull()
                .satisfies(failure ->
                        assertThat(Objects.requireNonNull(failure).kind())
                                .isEqualTo(FailureKind.GENERATION_MISMATCH));
    }

    @Test
    @Tag("ovirt-68")
    void theLastGenerationIsClosedWithoutAFence() throws Exception {
        agent.setGeneration(volume, Long.MAX_VALUE);
        byte[] slot = agent.slotBytes(agent.volume(volume).slotIndex());
        assertThat(ask(Long.MAX_VALUE)).isEqualTo(new ReconOutcome.NotStarted(true));
        assertThat(run(Long.MAX_VALUE).outcome()).isEqualTo(JobState.FAILED);
        assertThat(agent.slotBytes(agent.volume(volume).slotIndex())).isEqualTo(slot);
    }

    @ParameterizedTest
    @ValueSource(longs = {998, 999, Long.MAX_VALUE - 1})
    @Tag("ovirt-69")
    void aCompletionIsKnownWhereverTheGenerationStands(long generation) throws Exception {
        agent.setGeneration(volume, generation);
        TestDomain.requireDone(run(generation));
        assertThat(agent.record(volume).generation()).isEqualTo(generation + 1);
        assertThat(ask(generation)).isInstanceOf(ReconOutcome.Completed.class);
    }

    @Test
    @Tag("ovirt-78")
    void aThousandGenerationsLaterAJobIsStillNotTakenForTheOneThatWasMeant() throws Exception {
        VolumeRecord record = agent.record(volume);
        for (int i = 0; i < 1_000; i++) {
            record = record.fenced(UUID.randomUUID(), 1, Instant.now());
        }
        TestDomain.put(agent.domain(), record);
        byte[] slot = agent.slotBytes(record.slotIndex());

        JobResult stale = run(1);

        assertThat(Objects.requireNonNull(stale.failure()).kind())
                .isEqualTo(FailureKind.GENERATION_MISMATCH);
        assertThat(ask(1)).isEqualTo(new ReconOutcome.Superseded(1_001));
        assertThat(agent.slotBytes(record.slotIndex())).isEqualTo(slot);
    }

    @Test
    @Tag("ovirt-60")
    void anAgentThatBeganAnewKnowsNoJobsAndStorageTellsWhatBecameOfThem() throws Exception {
        TestDomain.requireDone(run(1));
        other.close();
        other = TestDomain.open(folder);
        assertThat(other.runner().jobs()).isEmpty();
        assertThat(other.runner().find(job)).isEmpty();
        ReconOutcome found =
                new Reconnaissance(other.managers(), HolderRequests.NONE, Clock.SYSTEM)
                        .ask(
                                new ReconQuestion(other.domain(), volume, job, 1),
                                ReconSettings.DEFAULT);
        assertThat(found).isInstanceOf(ReconOutcome.Completed.class);
    }

    private ReconOutcome ask(long generation) throws InterruptedException {
        return new Reconnaissance(agent.managers(), HolderRequests.NONE, Clock.SYSTEM)
                .ask(
                        new ReconQuestion(agent.domain(), volume, job, generation),
                        ReconSettings.DEFAULT);
    }

    private JobResult run(long generation) throws IOException, InterruptedException {
        return other.run(new BodyJob(job, other.domain(), volume, generation, context -> {}));
    }

    private Job blocked() {
        return new BodyJob(
                job,
                other.domain(),
                volume,
                1L,
                context -> {
                    working.countDown();
                    await(end);
                });
    }

    private JobHandle start(Job started) {
        try {
            return other.start(started);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void requireDone(JobHandle running) {
        try {
            TestDomain.requireDone(TestDomain.await(running));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(TestDomain.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
