package io.tenure.recon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.domain.Clock;
import io.tenure.domain.LeaseArea;
import io.tenure.domain.Volume;
import io.tenure.format.ActiveJob;
import io.tenure.format.Legality;
import io.tenure.format.Quarantine;
import io.tenure.format.TransitionKind;
import io.tenure.format.VolumeRecord;
import io.tenure.format.VolumeSlot;
import io.tenure.jobs.FailureKind;
import io.tenure.jobs.JobFailure;
import io.tenure.jobs.JobHandle;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobState;
import io.tenure.jobs.VolumeQuarantinedException;
import io.tenure.jobs.op.DeleteVolume;
import io.tenure.jobs.op.UpdateVolume;
import io.tenure.lease.HostIdentity;
import io.tenure.testing.jobs.BodyJob;
import io.tenure.testing.jobs.DeviceEvent;
import io.tenure.testing.jobs.DeviceHook;
import io.tenure.testing.jobs.JobChild;
import io.tenure.testing.jobs.TestDomain;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every row of the decision table, on a domain with local leases. */
final class ReconnaissanceTest {
    private static final int BYTES = 1 << 20;

    @TempDir Path folder;
    private TestDomain agent;
    private TestDomain other;
    private UUID volume;
    private final UUID job = UUID.randomUUID();

    @BeforeEach
    void open() throws Exception {
        Path path = Files.createDirectory(folder.resolve("domain"));
        agent = TestDomain.create(path);
        other = TestDomain.open(path);
        volume = agent.createVolume(BYTES); // generation 1
    }

    @AfterEach
    void close() throws Exception {
        agent.close();
        other.close();
    }

    @Test
    @Tag("ovirt-62")
    void runningWhileTheLeaseIsHeldWhateverTheRecordSays() throws Exception {
        CountDownLatch working = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        JobHandle running = other.start(blocked(job, working, end));
        working.await();
        byte[] before = slot();

        ReconOutcome found = ask(job, 1);

        assertThat(found)
                .isInstanceOfSatisfying(
                        ReconOutcome.Running.class,
                        it -> {
                            assertThat(it.host()).isEqualTo(HostIdentity.LOCAL);
                            assertThat(it.since()).isEqualTo(activeJob().map(ActiveJob::start));
                            assertThat(it.isFinal()).isFalse();
                        });
        assertThat(slot()).isEqualTo(before);
        end.countDown();
        TestDomain.await(running);
        assertThat(ask(job, 1)).isInstanceOf(ReconOutcome.Completed.class);
    }

    @Test
    void aWaitOutlastsAHolderThatEnds() throws Exception {
        CountDownLatch working = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        JobHandle running = other.start(blocked(job, working, end));
        working.await();
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<ReconOutcome> found =
                    thread.submit(() ->
                            ask(
                                    job,
                                    1,
                                    ReconSettings.DEFAULT.with(
                                            ReconSettings.Pressure.NONE, TestDomain.LIMIT)));
            end.countDown();
            assertThat(found.get()).isInstanceOf(ReconOutcome.Completed.class);
        }
        TestDomain.await(running);
    }

    @Test
    @Tag("ovirt-36")
    @Tag("ovirt-63")
    void completedWhenTheGenerationWasLeftByTheJobAndNothingIsWritten() throws Exception {
        run(job, 1L);
        byte[] before = slot();
        assertThat(ask(job, 1))
                .isInstanceOfSatisfying(
                        ReconOutcome.Completed.class,
                        it -> {
                            assertThat(it.by().jobId()).isEqualTo(job);
                            assertThat(it.by().kind()).isEqualTo(TransitionKind.COMPLETED);
                        });
        assertThat(slot()).isEqualTo(before);
    }

    @Test
    void preemptedWhenAnotherJobLeftTheGenerationAndNothingIsWritten() throws Exception {
        UUID winner = UUID.randomUUID();
        run(winner, 1L);
        byte[] before = slot();
        assertThat(ask(job, 1))
                .isInstanceOfSatisfying(
                        ReconOutcome.Preempted.class,
                        it -> assertThat(it.by().jobId()).isEqualTo(winner));
        assertThat(slot()).isEqualTo(before);
    }

    @Test
    @Tag("ovirt-35")
    void interruptedIsFencedOnceAndItsStoryStays() throws Exception {
        kill("write data", 5);

        assertThat(ask(job, 1))
                .isInstanceOfSatisfying(
                        ReconOutcome.Interrupted.class,
                        it -> {
                            assertThat(it.job().map(ActiveJob::jobId)).contains(job);
                            assertThat(it.fenced()).isTrue();
                            assertThat(it.quarantine()).isEmpty();
                        });
        VolumeRecord record = agent.record(volume);
        assertThat(record.generation()).isEqualTo(2);
        assertThat(record.legality()).isEqualTo(Legality.ILLEGAL);
        assertThat(record.activeJob()).isEmpty();
        assertThat(record.transitions().getFirst().kind()).isEqualTo(TransitionKind.FENCED);

        byte[] before = slot();
        for (int i = 0; i < 2; i++) {
            assertThat(ask(job, 1))
                    .isEqualTo(
                            new ReconOutcome.Interrupted(Optional.empty(), true, Optional.empty()));
        }
        assertThat(slot()).isEqualTo(before);
    }

    @Test
    void withoutPreemptionNothingIsWritten() throws Exception {
        kill("write data", 5);
        byte[] before = slot();
        ReconSettings look = ReconSettings.DEFAULT.with(Preemption.NEVER);
        assertThat(ask(job, 1, look))
                .isInstanceOfSatisfying(
                        ReconOutcome.Interrupted.class,
                        it -> {
                            assertThat(it.fenced()).isFalse();
                            assertThat(it.isFinal()).as("its commit may come late").isFalse();
                        });
        assertThat(ask(UUID.randomUUID(), 1, look)).isEqualTo(new ReconOutcome.NotStarted(false));
        assertThat(slot()).isEqualTo(before);
        assertThat(ask(job, 1).isFinal()).isTrue();
    }

    @Test
    void aRecordThatWasCutOffBetweenItsCopiesIsFinishedBeforeAnythingIsToldOfIt() throws Exception {
        VolumeSlot base = agent.domain().store().read(agent.volume(volume).slotIndex());
        VolumeRecord completed =
                agent.record(volume)
                        .started(new ActiveJob(job, 7, 3, Instant.now()))
                        .completed(Instant.now());
        int[] looks = new int[1];
        assertThatThrownBy(() ->
                        agent.domain()
                                .store()
                                .write(
                                        base,
                                        completed,
                                        () -> {
                                            if (++looks[0] == 2) {
                                                throw new IOException("cut off");
                                            }
                                        }))
                .hasMessage("cut off");

        byte[] half = slot();
        assertThat(ask(job, 1, ReconSettings.DEFAULT.with(Preemption.NEVER)))
                .isInstanceOfSatisfying(
                        ReconOutcome.Unknown.class,
                        it -> assertThat(it.why()).contains("a write was cut off between them"));
        assertThat(slot()).as("who may not write").isEqualTo(half);
        assertThat(ask(job, 1)).isInstanceOf(ReconOutcome.Completed.class);

        VolumeSlot after = agent.domain().store().read(base.slotIndex());
        assertThat(after.isWhole()).isTrue();
        assertThat(after.record()).contains(completed);
    }

    @Test
    void failedIsFencedOnlyIfAsked() throws Exception {
        JobResult failed =
                agent.run(
                        new BodyJob(
                                job,
                                agent.domain(),
                                volume,
                                1L,
                                context -> {
                                    throw new IOException("ordered");
                                }));
        assertThat(failed.outcome()).isEqualTo(JobState.FAILED);
        byte[] before = slot();
        assertThat(ask(job, 1))
                .isInstanceOfSatisfying(
                        ReconOutcome.Failed.class,
                        it -> {
                            assertThat(it.by().failureCode())
                                    .isEqualTo(FailureKind.OPERATION.code());
                            assertThat(it.fenced()).isFalse();
                        });
        assertThat(slot()).isEqualTo(before);
        assertThat(ask(job, 1, ReconSettings.DEFAULT.with(Preemption.FAILED_JOBS_TOO)))
                .isInstanceOfSatisfying(
                        ReconOutcome.Failed.class, it -> assertThat(it.fenced()).isTrue());
        assertThat(agent.record(volume).generation()).isEqualTo(2);
    }

    @Test
    @Tag("ovirt-34")
    @Tag("ovirt-64")
    @Tag("ovirt-65")
    void aJobThatHasNotStartedNeverWill() throws Exception {
        kill("end VALIDATE", 1);
        assertThat(ask(job, 1)).isEqualTo(new ReconOutcome.NotStarted(true));
        assertThat(agent.record(volume).generation()).isEqualTo(2);
        assertThat(agent.record(volume).legality()).isEqualTo(Legality.LEGAL);
        byte[] before = slot();

        JobResult late = run(job, 1L, JobState.FAILED);

        assertThat(failure(late).kind()).isEqualTo(FailureKind.GENERATION_MISMATCH);
        assertThat(slot()).isEqualTo(before);
    }

    @Test
    void whatAnotherJobLeftBehindIsKeptWhenThisOneIsFenced() throws Exception {
        kill("write data", 5); // by job
        UUID never = UUID.randomUUID();
        assertThat(ask(never, 1)).isEqualTo(new ReconOutcome.NotStarted(true));
        assertThat(ask(job, 1))
                .isInstanceOfSatisfying(
                        ReconOutcome.Preempted.class,
                        it -> {
                            assertThat(it.by().jobId()).isEqualTo(never);
                            assertThat(it.failureCode()).hasValue(FailureKind.INTERRUPTED.code());
                        });
    }

    @Test
    @Tag("ovirt-70")
    @Tag("ovirt-78")
    void supersededWhenHowTheGenerationWasLeftIsNotKeptAnyMore() throws Exception {
        run(job, 1L);
        for (int i = 0; i < 3; i++) {
            run(UUID.randomUUID(), null);
        }
        byte[] before = slot();
        assertThat(ask(job, 1)).isEqualTo(new ReconOutcome.Superseded(5));
        assertThat(slot()).isEqualTo(before);
        assertThat(failure(run(job, 1L, JobState.FAILED)).kind())
                .isEqualTo(FailureKind.GENERATION_MISMATCH);
    }

    @Test
    void aGenerationThatWasNeverReachedIsInvalid() throws Exception {
        byte[] before = slot();
        assertThat(ask(job, 7)).isInstanceOf(ReconOutcome.Invalid.class);
        assertThat(slot()).isEqualTo(before);
    }

    @Test
    @Tag("ovirt-7")
    void anInvalidRecordIsInvalid() throws Exception {
        Volume there = agent.volume(volume);
        overwrite(metadataOffset(there), 8192);
        assertThat(ask(job, 1)).isInstanceOf(ReconOutcome.Invalid.class);
    }

    @Test
    @Tag("ovirt-19")
    @Tag("ovirt-75")
    void aBrokenLeaseIsUnknownAndNeverFree() throws Exception {
        Volume there = agent.volume(volume);
        LeaseArea area = agent.domain().leaseArea(there.slotIndex(), volume);
        overwrite(area.offsetBytes(), 4096);
        byte[] before = slot();
        assertThat(ask(job, 1)).isInstanceOf(ReconOutcome.Unknown.class);
        assertThat(slot()).isEqualTo(before);
    }

    @Test
    @Tag("ovirt-19")
    void aMisnamedLeaseIsUnknownAndNeverFree() throws Exception {
        Volume there = agent.volume(volume);
        LeaseArea area = agent.domain().leaseArea(there.slotIndex(), UUID.randomUUID());
        agent.leases().format(area);
        assertThat(ask(job, 1)).isInstanceOf(ReconOutcome.Unknown.class);
        assertThat(agent.record(volume).generation()).isEqualTo(1);
    }

    @Test
    @Tag("ovirt-73")
    void storageThatCannotBeReadIsUnknownNeverFailed() throws Exception {
        agent.devices()
                .add(
                        new DeviceHook() {
                            @Override
                            public void before(DeviceEvent event) throws IOException {
                                if (event.path().equals(agent.domain().controlPath())) {
                                    throw new IOException("storage is down");
                                }
                            }
                        });
        assertThat(ask(job, 1))
                .isInstanceOfSatisfying(
                        ReconOutcome.Unknown.class,
                        it -> assertThat(it.why()).contains("storage is down"));
    }

    @Test
    @Tag("ovirt-73")
    void storageThatHangsIsUnknownWithinTheLimit() throws Exception {
        CountDownLatch hung = new CountDownLatch(1);
        agent.devices()
                .add(
                        new DeviceHook() {
                            @Override
                            public void before(DeviceEvent event) throws IOException {
                                try {
                                    hung.await();
                                } catch (InterruptedException e) {
                                    throw new IOException(e);
                                }
                            }
                        });
        try {
            ReconSettings settings =
                    new ReconSettings(
                            Preemption.UNDECIDED_JOBS,
                            ReconSettings.Pressure.NONE,
                            Duration.ZERO,
                            Duration.ofMillis(200));
            assertThat(ask(job, 1, settings)).isInstanceOf(ReconOutcome.Unknown.class);
        } finally {
            hung.countDown();
        }
        assertThat(other.record(volume).generation()).isEqualTo(1);
    }

    @Test
    void aTombstoneTellsHowADeletionEnded() throws Exception {
        DeleteVolume delete = new DeleteVolume(job, agent.domain(), volume, 1L);
        assertThat(agent.run(delete).outcome()).isEqualTo(JobState.DONE);
        assertThat(ask(job, 1)).isInstanceOf(ReconOutcome.Completed.class);
        assertThat(ask(UUID.randomUUID(), 1)).isInstanceOf(ReconOutcome.Preempted.class);
        assertThat(ask(UUID.randomUUID(), 2)).isEqualTo(new ReconOutcome.NotStarted(true));
    }

    @Test
    @Tag("ovirt-71")
    void manyAtOnceCloseAGenerationOnce() throws Exception {
        kill("write data", 5);
        List<Future<ReconOutcome>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int i = 0; i < 4; i++) {
                TestDomain by = i % 2 == 0 ? agent : other;
                answers.add(
                        threads.submit(() ->
                                new Reconnaissance(by.managers(), HolderRequests.NONE, Clock.SYSTEM)
                                        .ask(
                                                new ReconQuestion(by.domain(), volume, job, 1),
                                                ReconSettings.DEFAULT.with(
                                                        ReconSettings.Pressure.NONE,
                                                        TestDomain.LIMIT))));
            }
            for (Future<ReconOutcome> answer : answers) {
                assertThat(answer.get())
                        .isInstanceOfSatisfying(
                                ReconOutcome.Interrupted.class,
                                it -> assertThat(it.fenced()).isTrue());
            }
        }
        assertThat(agent.record(volume).generation()).isEqualTo(2);
    }

    @Test
    void aVolumeTakenOverFromAHostThatMayStillWriteIsInQuarantineUntilThatIsGone()
            throws Exception {
        VolumeRecord marked = agent.record(volume).started(new ActiveJob(job, 7, 3, Instant.now()));
        TestDomain.put(agent.domain(), marked);
        agent.leases().doubtWorkers(true);
        byte[] before = slot();
        assertRefused(1);
        assertThat(slot()).isEqualTo(before);

        assertThat(ask(job, 1))
                .isInstanceOfSatisfying(
                        ReconOutcome.Interrupted.class,
                        it -> assertThat(it.quarantine()).contains(new Quarantine(7, 3)));
        VolumeRecord fenced = agent.record(volume);
        assertThat(fenced.quarantine()).contains(new Quarantine(7, 3));
        assertThat(fenced.legality()).isEqualTo(Legality.ILLEGAL);
        assertRefused(2);

        UpdateVolume update =
                new UpdateVolume(UUID.randomUUID(), agent.domain(), volume, 2L, "still there");
        assertThat(agent.run(update).outcome()).isEqualTo(JobState.DONE);
        assertThat(agent.record(volume).quarantine()).contains(new Quarantine(7, 3));

        agent.leases().doubtWorkers(false);
        run(UUID.randomUUID(), 3L);
        assertThat(agent.record(volume).quarantine()).isEmpty();
        assertThat(agent.record(volume).legality()).isEqualTo(Legality.LEGAL);
    }

    @Test
    void aPersonEndsAQuarantineForAReasonThatIsKept() throws Exception {
        VolumeRecord marked = agent.record(volume).started(new ActiveJob(job, 7, 3, Instant.now()));
        TestDomain.put(agent.domain(), marked);
        agent.leases().doubtWorkers(true);
        SettleVolume settle = new SettleVolume(UUID.randomUUID(), agent.domain(), volume);
        assertThat(agent.run(settle).outcome()).isEqualTo(JobState.DONE);
        assertThat(settle.after().quarantine()).contains(new Quarantine(7, 3));
        assertThat(settle.after().generation()).isEqualTo(1);
        assertThat(agent.record(volume)).isEqualTo(settle.after());
        byte[] before = slot();

        assertThat(failure(release(1, "w".repeat(200))).kind())
                .isEqualTo(FailureKind.INVALID_REQUEST);
        assertThat(failure(release(2, "scrapped")).kind())
                .isEqualTo(FailureKind.GENERATION_MISMATCH);
        assertThat(slot()).isEqualTo(before);

        assertThat(release(1, "scrapped").outcome()).isEqualTo(JobState.DONE);
        VolumeRecord released = agent.record(volume);
        assertThat(released.quarantine()).isEmpty();
        assertThat(released.legality()).isEqualTo(Legality.ILLEGAL);
        assertThat(released.transitions().getFirst().kind()).isEqualTo(TransitionKind.RELEASED);
        assertThat(released.state().releaseReason()).contains("scrapped");
        assertThat(release(2, "again").outcome()).isEqualTo(JobState.FAILED);
        run(UUID.randomUUID(), 2L);
    }

    private JobResult release(long generation, String reason) throws Exception {
        return agent.run(
                new ReleaseQuarantine(
                        UUID.randomUUID(), agent.domain(), volume, generation, reason));
    }

    private void assertRefused(long generation) throws Exception {
        JobResult refused = run(UUID.randomUUID(), generation, JobState.FAILED);
        assertThat(failure(refused).cause())
                .isInstanceOfSatisfying(
                        VolumeQuarantinedException.class,
                        it -> assertThat(it.quarantine()).isEqualTo(new Quarantine(7, 3)))
                .hasMessageContaining("host 7 (host generation 3)")
                .hasMessageContaining("release-quarantine");
    }

    private ReconOutcome ask(UUID of, long generation) throws InterruptedException {
        return ask(of, generation, ReconSettings.DEFAULT);
    }

    private ReconOutcome ask(UUID of, long generation, ReconSettings settings)
            throws InterruptedException {
        return new Reconnaissance(agent.managers(), HolderRequests.NONE, Clock.SYSTEM)
                .ask(new ReconQuestion(agent.domain(), volume, of, generation), settings);
    }

    private Optional<ActiveJob> activeJob() {
        try {
            return agent.record(volume).activeJob();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private BodyJob blocked(UUID id, CountDownLatch working, CountDownLatch end) {
        return new BodyJob(
                id,
                other.domain(),
                volume,
                1L,
                context -> {
                    working.countDown();
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                });
    }

    private JobResult run(UUID id, @Nullable Long expected) throws Exception {
        return run(id, expected, JobState.DONE);
    }

    private JobResult run(UUID id, @Nullable Long expected, JobState outcome) throws Exception {
        // By an agent that does not remember the id.
        try (TestDomain fresh = TestDomain.open(agent.domain().path())) {
            fresh.leases().doubtWorkers(agent.leases().areWorkersDoubted());
            JobResult result =
                    fresh.run(new BodyJob(id, fresh.domain(), volume, expected, context -> {}));
            assertThat(result.outcome()).isEqualTo(outcome);
            return result;
        }
    }

    private static JobFailure failure(JobResult result) {
        return Objects.requireNonNull(result.failure());
    }

    private void kill(String moment, int occurrence) throws IOException {
        Path source = Files.write(folder.resolve("source"), new byte[BYTES]);
        byte[] data = Files.readAllBytes(source);
        new Random(1).nextBytes(data);
        Files.write(source, data);
        assertThat(
                        JobChild.run(
                                        folder,
                                        agent.domain().path(),
                                        JobChild.Work.COPY,
                                        volume,
                                        job,
                                        source,
                                        moment,
                                        occurrence)
                                .exitCode())
                .isEqualTo(JobChild.KILLED);
    }

    private long metadataOffset(Volume there) {
        return agent.domain().superblock().layout().metadataOffset(there.slotIndex());
    }

    private byte[] slot() throws IOException {
        return agent.slotBytes(other.volume(volume).slotIndex());
    }

    private void overwrite(long offset, int length) throws IOException {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 0x5A);
        try (RandomAccessFile file =
                new RandomAccessFile(agent.domain().controlPath().toFile(), "rw")) {
            file.seek(offset);
            file.write(bytes);
        }
    }
}
