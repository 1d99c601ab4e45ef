package io.tenure.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.domain.Volume;
import io.tenure.format.Legality;
import io.tenure.format.Transition;
import io.tenure.format.TransitionKind;
import io.tenure.format.VolumeRecord;
import io.tenure.jobs.op.DeleteVolume;
import io.tenure.jobs.op.FillVolume;
import io.tenure.jobs.op.UpdateVolume;
import io.tenure.jobs.op.ZeroSettings;
import io.tenure.jobs.op.ZeroVolume;
import io.tenure.lease.LeaseState;
import io.tenure.testing.device.LoopDevice;
import io.tenure.testing.jobs.JobChild;
import io.tenure.testing.jobs.TestDomain;
import io.tenure.testing.process.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real SIGKILL in each phase of a job leaves, and that the next job can run. */
class KilledProcessTest {
    private static final int BYTES = 1 << 20;

    @TempDir Path directory;
    private Path source;
    private Path other;
    private TestDomain agent;
    private UUID volume;

    @BeforeEach
    void open() throws Exception {
        source = TestDomain.randomFile(directory.resolve("source"), BYTES);
        other = TestDomain.randomFile(directory.resolve("other"), BYTES);
        agent = TestDomain.create(Files.createDirectory(directory.resolve("domain")));
        volume = agent.createVolumeFrom(other);
    }

    @AfterEach
    void close() throws IOException {
        agent.close();
    }

    @Test
    @Tag("ovirt-34")
    void killedBeforeTheMarkTheVolumeIsAsItWasAndItsLeaseIsFree() throws Exception {
        Volume before = agent.volume(volume);
        byte[] slot = agent.slotBytes(before.slotIndex());

        kill(UUID.randomUUID(), "end VALIDATE", 1);

        assertThat(agent.slotBytes(before.slotIndex())).isEqualTo(slot);
        assertThat(Files.mismatch(before.dataPath(), other)).isEqualTo(-1);
        nextJobRuns(2);
        assertThat(agent.record(volume).transitions().stream().map(Transition::kind))
                .doesNotContain(TransitionKind.FAILED);
    }

    @Test
    @Tag("ovirt-35")
    void killedAmidTheDataTheVolumeIsIllegalAtItsGenerationAndNamesTheJob() throws Exception {
        UUID job = UUID.randomUUID();

        kill(job, "write data", 5);

        isInterrupted(job);
        nextJobRuns(2);
        isRecordedAsInterrupted(job);
    }

    @Test
    @Tag("ovirt-35")
    void killedRightAfterTheMarkTheVolumeIsIllegalAtItsGenerationAndNamesTheJob() throws Exception {
        UUID job = UUID.randomUUID();

        kill(job, "record ILLEGAL", 1);

        isInterrupted(job);
        nextJobRuns(2);
        isRecordedAsInterrupted(job);
    }

    @Test
    @Tag("ovirt-35")
    void killedAfterTheFlushButBeforeTheCommitTheJobIsNotDone() throws Exception {
        UUID job = UUID.randomUUID();

        kill(job, "begin COMMIT", 1);

        isInterrupted(job);
        nextJobRuns(2);
        isRecordedAsInterrupted(job);
    }

    @Test
    @Tag("ovirt-36")
    void killedAfterTheCommitButBeforeTheReleaseTheJobIsDone() throws Exception {
        UUID job = UUID.randomUUID();

        kill(job, "record LEGAL", 1);

        VolumeRecord record = agent.record(volume);
        assertThat(record.legality()).isEqualTo(Legality.LEGAL);
        assertThat(record.generation()).isEqualTo(3);
        assertThat(record.activeJob()).isEmpty();
        assertThat(record.transitions().getFirst().jobId()).isEqualTo(job);
        assertThat(record.transitions().getFirst().kind()).isEqualTo(TransitionKind.COMPLETED);
        assertThat(Files.mismatch(agent.volume(volume).dataPath(), source)).isEqualTo(-1);
        nextJobRuns(3);
    }

    @Test
    void anUpdateAfterAnInterruptedJobRecordsItsEndAndKeepsTheVolumeIllegal() throws Exception {
        UUID job = UUID.randomUUID();
        kill(job, "write data", 3);

        TestDomain.requireDone(
                agent.run(
                        new UpdateVolume(
                                UUID.randomUUID(), agent.domain(), volume, 2L, "half written")));

        VolumeRecord record = agent.record(volume);
        assertThat(record.legality()).isEqualTo(Legality.ILLEGAL);
        assertThat(record.generation()).isEqualTo(3);
        assertThat(record.transitions().stream().map(Transition::kind))
                .startsWith(TransitionKind.UPDATED, TransitionKind.FAILED);
        isRecordedAsInterrupted(job);
    }

    @Test
    void killedAmidZeroingTheVolumeIsIllegalAndTheNextZeroingRunsAtTheSameGeneration()
            throws Exception {
        UUID job = UUID.randomUUID();

        kill(JobChild.Work.ZERO, volume, job, "write data", 5);

        isInterrupted(job);
        Path data = agent.volume(volume).dataPath();
        byte[] half = Files.readAllBytes(data);
        assertThat(half).containsSubsequence(new byte[4096]);
        assertThat(Files.mismatch(data, other)).isBetween(0L, 4096L);
        TestDomain.requireDone(
                agent.run(
                        new ZeroVolume(
                                UUID.randomUUID(),
                                agent.domain(),
                                volume,
                                2L,
                                ZeroVolume.Discard.NONE,
                                ZeroSettings.DEFAULT)));
        assertThat(Files.readAllBytes(data)).containsOnly(0);
        assertThat(agent.record(volume).legality()).isEqualTo(Legality.LEGAL);
        assertThat(agent.record(volume).generation()).isEqualTo(3);
        isRecordedAsInterrupted(job);
    }

    @Test
    void killedAmidFillingTheVolumeIsLegalNamesTheJobAndTheNextFillingRuns() throws Exception {
        byte[] before = Files.readAllBytes(TestDomain.randomFile(directory.resolve("b"), BYTES));
        try (LoopDevice loop = LoopDevice.create(directory, BYTES, 512)) {
            Files.write(loop.path(), before, StandardOpenOption.SYNC);
            int capacity = BYTES / 2;
            UUID small = agent.createVolume(capacity, Optional.of(loop.path()));
            agent.setGeneration(small, 2);
            UUID job = UUID.randomUUID();

            kill(JobChild.Work.FILL, small, job, "write data", 5);

            VolumeRecord record = agent.record(small);
            assertThat(record.legality()).isEqualTo(Legality.LEGAL);
            assertThat(record.generation()).isEqualTo(2);
            assertThat(record.activeJob().orElseThrow().jobId()).isEqualTo(job);
            byte[] half = Files.readAllBytes(loop.backing());
            assertThat(Arrays.mismatch(half, before)).isBetween(capacity, capacity + 4096);
            assertThat(half[BYTES - 1]).isEqualTo(before[BYTES - 1]);
            TestDomain.requireDone(
                    agent.run(
                            new FillVolume(
                                    UUID.randomUUID(),
                                    agent.domain(),
                                    small,
                                    2L,
                                    ZeroSettings.DEFAULT)));
            byte[] after = Files.readAllBytes(loop.backing());
            assertThat(Arrays.copyOf(after, capacity)).isEqualTo(Arrays.copyOf(before, capacity));
            assertThat(Arrays.copyOfRange(after, capacity, BYTES)).containsOnly(0);
            assertThat(agent.record(small).legality()).isEqualTo(Legality.LEGAL);
            assertThat(agent.record(small).generation()).isEqualTo(3);
            assertThat(agent.record(small).transitions().get(1).failureCode()).isEqualTo(137);
            assertThat(agent.record(small).transitions().get(1).jobId()).isEqualTo(job);
            TestDomain.requireDone(
                    agent.run(new DeleteVolume(UUID.randomUUID(), agent.domain(), small, 3L)));
        }
    }

    @Test
    void anUnharmedChildRunsItsJobToTheEnd() throws Exception {
        ChildJvm child = child(JobChild.Work.COPY, volume, UUID.randomUUID(), JobChild.NEVER, 1);
        assertThat(child.exitCode()).as(child.output()).isZero();
        assertThat(agent.record(volume).generation()).isEqualTo(3);
    }

    private void isInterrupted(UUID job) throws IOException {
        VolumeRecord record = agent.record(volume);
        assertThat(record.legality()).isEqualTo(Legality.ILLEGAL);
        assertThat(record.generation()).isEqualTo(2);
        assertThat(record.activeJob().orElseThrow().jobId()).isEqualTo(job);
    }

    private void isRecordedAsInterrupted(UUID job) throws IOException {
        List<Transition> transitions = agent.record(volume).transitions();
        Transition second = transitions.get(1);
        assertThat(second.kind()).isEqualTo(TransitionKind.FAILED);
        assertThat(second.jobId()).isEqualTo(job);
        assertThat(second.failureCode()).isEqualTo(FailureKind.INTERRUPTED.code()).isEqualTo(137);
        assertThat(second.fromGeneration()).isEqualTo(2);
    }

    private void nextJobRuns(long generation) throws Exception {
        TestDomain.requireDone(agent.run(agent.copy(source, volume, generation)));
        VolumeRecord record = agent.record(volume);
        assertThat(record.legality()).isEqualTo(Legality.LEGAL);
        assertThat(record.generation()).isEqualTo(generation + 1);
        assertThat(Files.mismatch(agent.volume(volume).dataPath(), source)).isEqualTo(-1);
    }

    private void kill(UUID job, String moment, int occurrence) throws IOException {
        kill(JobChild.Work.COPY, volume, job, moment, occurrence);
    }

    private void kill(JobChild.Work work, UUID target, UUID job, String moment, int occurrence)
            throws IOException {
        ChildJvm child = child(work, target, job, moment, occurrence);
        assertThat(child.exitCode()).as(child.output()).isEqualTo(JobChild.KILLED);
        assertThat(agent.lease(target)).isInstanceOf(LeaseState.Free.class);
    }

    private ChildJvm child(JobChild.Work work, UUID target, UUID job, String moment, int occurrence)
            throws IOException {
        return JobChild.run(
                directory, agent.domain().path(), work, target, job, source, moment, occurrence);
    }
}
