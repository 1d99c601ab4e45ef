package io.tenure.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.bindings.Errno;
import io.tenure.domain.Volume;
import io.tenure.format.Legality;
import io.tenure.format.Transition;
import io.tenure.format.TransitionKind;
import io.tenure.format.VolumeRecord;
import io.tenure.io.TenureIoException;
import io.tenure.jobs.op.CopyVolume;
import io.tenure.lease.LeaseState;
import io.tenure.testing.io.MountedFileSystem;
import io.tenure.testing.jobs.BodyJob;
import io.tenure.testing.jobs.DeviceEvent;
import io.tenure.testing.jobs.DeviceHook;
import io.tenure.testing.jobs.TestDomain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a failure in each phase of a job leaves on storage. */
class FailureByPhaseTest {
    private static final int BYTES = 1 << 20;

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
    @Tag("ovirt-24")
    void aSourceThatIsNotThereLeavesTheDestinationUntouched() throws Exception {
        untouchedBy(agent.copy(directory.resolve("nothing"), volume, 1L), "nothing");
    }

    @Test
    @Tag("ovirt-24")
    void aSourceThatCannotBeOpenedLeavesTheDestinationUntouched() throws Exception {
        untouchedBy(agent.copy(Files.createDirectory(directory.resolve("d")), volume, 1L), "d");
    }

    @Test
    @Tag("ovirt-24")
    void aSourceVolumeWhoseDataIsMissingLeavesTheDestinationUntouched() throws Exception {
        UUID other = agent.createVolume(BYTES);
        Files.delete(agent.volume(other).dataPath());
        untouchedBy(agent.copy(other, volume, 1L), "missing");
    }

    @Test
    @Tag("ovirt-24")
    void aSourceLargerThanTheDestinationLeavesItUntouched() throws Exception {
        Path larger = TestDomain.randomFile(directory.resolve("larger"), BYTES + 1);
        untouchedBy(agent.copy(larger, volume, 1L), "smaller");
    }

    @Test
    @Tag("ovirt-25")
    void anIllegalSourceIsRefusedAndTheDestinationIsUntouched() throws Exception {
        UUID illegal = agent.createVolume(BYTES);
        agent.run(new BodyJob(UUID.randomUUID(), agent.domain(), illegal, 1L, c -> fail()));
        assertThat(agent.record(illegal).legality()).isEqualTo(Legality.ILLEGAL);
        untouchedBy(agent.copy(illegal, volume, 1L), "ILLEGAL");
    }

    @Test
    @Tag("ovirt-25")
    void anIllegalDestinationIsAllowedAndEndsLegal() throws Exception {
        agent.run(new BodyJob(UUID.randomUUID(), agent.domain(), volume, 1L, c -> fail()));
        assertThat(agent.record(volume).legality()).isEqualTo(Legality.ILLEGAL);

        TestDomain.requireDone(agent.run(agent.copy(source, volume, 1L)));

        assertThat(agent.record(volume).legality()).isEqualTo(Legality.LEGAL);
        assertThat(agent.record(volume).generation()).isEqualTo(2);
    }

    @Test
    @Tag("ovirt-26")
    void noDataIsWrittenWhenTheMarkCannotBe() throws Exception {
        byte[] slot = agent.slotBytes(agent.volume(volume).slotIndex());
        agent.traceDevices();
        agent.devices().add(DeviceHook.failing(recordWrite(1), Errno.EIO));

        JobResult result = agent.run(agent.copy(source, volume, 1L));

        assertThat(result.outcome()).isEqualTo(JobState.FAILED);
        assertThat(failureOf(result).message()).contains("EIO").contains("tenure.domain");
        assertThat(agent.trace().lines()).doesNotContain("write data");
        assertThat(agent.slotBytes(agent.volume(volume).slotIndex())).isEqualTo(slot);
        assertFree();
    }

    @Test
    @Tag("ovirt-26")
    void noDataIsWrittenWhenItIsNotKnownWhetherTheMarkWas() throws Exception {
        agent.traceDevices();
        agent.devices().add(DeviceHook.failingAfterwards(recordWrite(1), Errno.EIO));

        JobResult result = agent.run(agent.copy(source, volume, 1L));

        assertThat(result.outcome()).isEqualTo(JobState.FAILED);
        assertThat(agent.trace().lines()).doesNotContain("write data");
        assertFailedIllegal(result, 1);
    }

    @Test
    @Tag("ovirt-27")
    void aReadErrorAmidTheCopyLeavesTheVolumeIllegalAtItsGenerationAndNamesTheOffset()
            throws Exception {
        long badBytes = 655_360;
        agent.devices()
                .add(
                        DeviceHook.failing(
                                event ->
                                        event.is(source, DeviceEvent.Kind.READ)
                                                && event.offsetBytes() == badBytes,
                                Errno.EIO));

        JobResult result = agent.run(agent.copy(source, volume, 1L));

        assertFailedIllegal(result, 1);
        assertThat(failureOf(result).message())
                .contains("read")
                .contains("EIO")
                .contains(source.toString())
                .contains("offset " + badBytes);
    }

    @Test
    @Tag("ovirt-28")
    void aWriteErrorAmidTheCopyLeavesTheVolumeIllegalAtItsGenerationAndNamesTheOffset()
            throws Exception {
        long badBytes = 327_680;
        Path data = agent.volume(volume).dataPath();
        agent.devices()
                .add(
                        DeviceHook.failing(
                                event ->
                                        event.is(data, DeviceEvent.Kind.WRITE)
                                                && event.offsetBytes() == badBytes,
                                Errno.EIO));

        JobResult result = agent.run(agent.copy(source, volume, 1L));

        assertFailedIllegal(result, 1);
        assertThat(failureOf(result).message())
                .contains("write")
                .contains("EIO")
                .contains(data.toString())
                .contains("offset " + badBytes);
    }

    // The last write before the end of space is a short one.
    @Test
    @Tag("ovirt-28")
    @Tag("ovirt-29")
    void aFileSystemThatFillsUpAmidTheCopyIsAnErrorWithTheOffset() throws Exception {
        long roomBytes = 600_000;
        try (MountedFileSystem small =
                MountedFileSystem.tmpfs(directory, roomBytes + (128 << 10))) {
            Path full = Files.createDirectory(small.root().resolve("domain"));
            try (TestDomain tight = TestDomain.create(full)) {
                UUID target = tight.createVolume(BYTES);

                JobResult result = tight.run(tight.copy(source, target, 1L));

                assertThat(result.outcome()).isEqualTo(JobState.FAILED);
                assertThat(failureOf(result).message()).contains("ENOSPC");
                assertThat(failureOf(result).cause())
                        .isInstanceOfSatisfying(
                                TenureIoException.class,
                                e -> {
                                    assertThat(e.errno()).isEqualTo(Errno.ENOSPC);
                                    assertThat(e.offsetBytes()).isBetween(1L, (long) BYTES);
                                    assertThat(e.getMessage())
                                            .contains("offset " + e.offsetBytes());
                                });
                VolumeRecord record = tight.record(target);
                assertThat(record.legality()).isEqualTo(Legality.ILLEGAL);
                assertThat(record.generation()).isEqualTo(1);
            }
        }
    }

    @Test
    @Tag("ovirt-29")
    void aSourceThatBecomesShorterAmidTheCopyIsAnError() throws Exception {
        agent.devices()
                .add(
                        DeviceHook.calling(
                                DeviceHook.nth(1, DeviceEvent::changesData),
                                () -> truncate(source, BYTES / 2)));

        // The first data event comes from the record: its write cuts the source.
        JobResult result = agent.run(agent.copy(source, volume, 1L));

        assertFailedIllegal(result, 1);
        assertThat(failureOf(result).message()).contains("became shorter");
    }

    @Test
    @Tag("ovirt-30")
    void nothingIsCommittedWhenTheFlushFails() throws Exception {
        Path data = agent.volume(volume).dataPath();
        agent.devices()
                .add(
                        DeviceHook.failing(
                                event -> event.is(data, DeviceEvent.Kind.FLUSH), Errno.EIO));

        JobResult result = agent.run(agent.copy(source, volume, 1L));

        assertFailedIllegal(result, 1);
        assertThat(failureOf(result).message()).contains("flush").contains("EIO");
    }

    @Test
    @Tag("ovirt-31")
    void aCommitThatFailedAndIsNotOnStorageIsAFailure() throws Exception {
        agent.devices().add(DeviceHook.failing(recordWrite(3), Errno.EIO));

        JobResult result = agent.run(agent.copy(source, volume, 1L));

        assertFailedIllegal(result, 1);
        assertThat(failureOf(result).step()).isEqualTo(JobStep.COMMIT);
        assertThat(result.generationAfter()).isEqualTo(1);
    }

    @Test
    @Tag("ovirt-32")
    void aCommitThatIsOnStorageAlthoughItsWriteErredIsACommit() throws Exception {
        agent.devices().add(DeviceHook.failingAfterwards(recordWrite(3), Errno.EIO));
        CopyVolume copy = agent.copy(source, volume, 1L);

        JobResult result = agent.run(copy);

        TestDomain.requireDone(result);
        assertThat(result.generationAfter()).isEqualTo(2);
        assertThat(result.warnings()).singleElement().asString().contains("EIO");
        VolumeRecord record = agent.record(volume);
        assertThat(record.generation()).isEqualTo(2);
        assertThat(record.legality()).isEqualTo(Legality.LEGAL);
        assertThat(record.transitions().getFirst().jobId()).isEqualTo(copy.request().id());
        assertFree();
    }

    // What is seen on storage but not known to be durable is not acknowledged.
    @Test
    @Tag("ovirt-32")
    void aCommitThatIsOnStorageButCannotBeFlushedIsNotKnown() throws Exception {
        Path control = agent.domain().controlPath();
        boolean[] written = new boolean[1];
        agent.devices().add(DeviceHook.calling(recordWrite(3), () -> written[0] = true));
        agent.devices()
                .add(
                        DeviceHook.failing(
                                event -> written[0] && event.is(control, DeviceEvent.Kind.FLUSH),
                                Errno.EIO));

        JobResult result = agent.run(agent.copy(source, volume, 1L));

        assertThat(result.outcome()).isEqualTo(JobState.FAILED);
        assertThat(result.generationAfter()).isNull();
        assertThat(failureOf(result).message()).contains("not known");
        assertFree();
    }

    // Neither is known.
    @Test
    @Tag("ovirt-31")
    @Tag("ovirt-32")
    void aCommitOfWhichNothingIsKnownChangesNothingMoreAndSaysThatItIsNotKnown() throws Exception {
        Path control = agent.domain().controlPath();
        boolean[] broken = new boolean[1];
        agent.traceDevices();
        agent.devices()
                .add(
                        DeviceHook.calling(
                                recordWrite(3),
                                () -> {
                                    agent.trace().clear();
                                    broken[0] = true;
                                }));
        agent.devices()
                .add(
                        DeviceHook.failing(
                                event -> broken[0] && event.path().equals(control), Errno.EIO));

        JobResult result = agent.run(agent.copy(source, volume, 1L));

        broken[0] = false;
        assertThat(result.outcome()).isEqualTo(JobState.FAILED);
        assertThat(result.generationAfter()).isNull();
        assertThat(failureOf(result).message()).contains("not known");
        assertThat(agent.trace().lines()).doesNotContain("write record", "write data");
        assertFree();
    }

    @Test
    @Tag("ovirt-37")
    void aCloseThatFailsAfterTheCommitIsAWarning() throws Exception {
        Path data = agent.volume(volume).dataPath();
        agent.devices()
                .add(
                        DeviceHook.failing(
                                event -> event.is(data, DeviceEvent.Kind.CLOSE), Errno.EIO));

        JobResult result = agent.run(agent.copy(source, volume, 1L));

        TestDomain.requireDone(result);
        assertThat(result.failure()).isNull();
        assertThat(result.warnings()).singleElement().asString().contains("close").contains("EIO");
        assertThat(agent.record(volume).generation()).isEqualTo(2);
        assertFree();
    }

    @Test
    @Tag("ovirt-23")
    void aReleaseThatFailsAfterTheCommitIsAWarning() throws Exception {
        agent.leases().failRelease(volume);

        JobResult result = agent.run(agent.copy(source, volume, 1L));

        TestDomain.requireDone(result);
        assertThat(result.warnings()).singleElement().asString().contains("releas");
        assertThat(agent.record(volume).generation()).isEqualTo(2);
    }

    @Test
    void theFirstFailureIsKeptWhenTheReleaseFailsToo() throws Exception {
        agent.leases().failRelease(volume);

        JobResult result = agent.run(agent.copy(source, volume, 77L));

        assertThat(failureOf(result).kind()).isEqualTo(FailureKind.GENERATION_MISMATCH);
        assertThat(failureOf(result).cause().getSuppressed()).hasSize(1);
        assertThat(result.warnings()).hasSize(1);
    }

    @Test
    void aFailureThatCannotBeRecordedIsTheSameFailureWithAWarning() throws Exception {
        Path data = agent.volume(volume).dataPath();
        agent.devices()
                .add(
                        DeviceHook.failing(
                                event -> event.is(data, DeviceEvent.Kind.WRITE), Errno.EIO));
        agent.devices().add(DeviceHook.failing(recordWrite(3), Errno.ENXIO));

        JobResult result = agent.run(agent.copy(source, volume, 1L));

        assertThat(failureOf(result).message()).contains("EIO");
        assertThat(result.warnings()).singleElement().asString().contains("ENXIO");
        VolumeRecord record = agent.record(volume);
        assertThat(record.legality()).isEqualTo(Legality.ILLEGAL);
        assertThat(record.activeJob()).isPresent();
        assertFree();
    }

    @Test
    void aJobAfterAFailedOneRunsAtTheSameGeneration() throws Exception {
        agent.run(agent.copy(directory.resolve("nothing"), volume, 1L));
        Path data = agent.volume(volume).dataPath();
        agent.devices()
                .add(
                        DeviceHook.failing(
                                event -> event.is(data, DeviceEvent.Kind.WRITE), Errno.EIO));
        agent.run(agent.copy(source, volume, 1L));
        agent.devices().clear();

        TestDomain.requireDone(agent.run(agent.copy(source, volume, 1L)));

        assertThat(agent.record(volume).transitions().stream().map(Transition::kind))
                .startsWith(TransitionKind.COMPLETED, TransitionKind.FAILED);
        assertThat(Files.mismatch(source, data)).isEqualTo(-1);
    }

    @Test
    void whatAnObserverThrowsNeverKeepsTheLeasesOrTheJobAlive() throws Exception {
        for (JobStep step : JobStep.values()) {
            for (Throwable thrown :
                    List.of(
                            new IllegalStateException("observer"),
                            new AssertionError("observer"))) {
                for (boolean atStart : new boolean[] {true, false}) {
                    long generation = agent.record(volume).generation();
                    JobObserver observer = throwing(step, atStart, thrown);
                    Job job = new BodyJob(UUID.randomUUID(), agent.domain(), volume, null, c -> {});

                    JobResult result = TestDomain.await(agent.runner().submit(job, observer));

                    String what = thrown + " at the " + (atStart ? "start" : "end") + " of " + step;
                    boolean committed =
                            step == JobStep.RELEASE || (step == JobStep.COMMIT && !atStart);
                    assertThat(result.outcome())
                            .as(what)
                            .isEqualTo(committed ? JobState.DONE : JobState.FAILED);
                    assertThat(agent.record(volume).generation())
                            .as(what)
                            .isEqualTo(committed ? generation + 1 : generation);
                    assertThat(agent.lease(volume)).as(what).isInstanceOf(LeaseState.Free.class);
                }
            }
        }
    }

    @Test
    void whatAnObserverThrowsAboutARecordDoesNotMakeTheCommitAFailure() throws Exception {
        for (Throwable thrown :
                List.of(new IllegalStateException("observer"), new AssertionError("observer"))) {
            JobObserver observer =
                    new JobObserver() {
                        @Override
                        public void recordWritten(Job job, VolumeRecord record) {
                            if (record.legality() == Legality.LEGAL) {
                                sneak(thrown);
                            }
                        }
                    };
            long generation = agent.record(volume).generation();
            Job job = new BodyJob(UUID.randomUUID(), agent.domain(), volume, null, c -> {});
            JobResult result = TestDomain.await(agent.runner().submit(job, observer));
            TestDomain.requireDone(result);
            assertThat(result.generationAfter()).isEqualTo(generation + 1);
            assertThat(agent.record(volume).generation()).isEqualTo(generation + 1);
        }
    }

    private static JobObserver throwing(JobStep wanted, boolean atStart, Throwable thrown) {
        return new JobObserver() {
            @Override
            public void stepStarted(Job job, JobStep step) {
                if (atStart && step == wanted) {
                    sneak(thrown);
                }
            }

            @Override
            public void stepFinished(Job job, JobStep step) {
                if (!atStart && step == wanted) {
                    sneak(thrown);
                }
            }
        };
    }

    private static void sneak(Throwable thrown) {
        switch (thrown) {
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalArgumentException(thrown);
        }
    }

    private void untouchedBy(Job job, String reason) throws Exception {
        Volume before = agent.volume(volume);
        byte[] slot = agent.slotBytes(before.slotIndex());
        byte[] data = Files.readAllBytes(before.dataPath());
        agent.traceDevices();

        JobResult result = agent.run(job);

        assertThat(result.outcome()).isEqualTo(JobState.FAILED);
        assertThat(failureOf(result).message()).contains(reason);
        assertThat(failureOf(result).step()).isEqualTo(JobStep.VALIDATE);
        assertThat(agent.trace().lines()).noneMatch(line -> line.startsWith("write"));
        assertThat(agent.slotBytes(before.slotIndex())).isEqualTo(slot);
        assertThat(Files.readAllBytes(before.dataPath())).isEqualTo(data);
        assertFree();
    }

    private void assertFailedIllegal(JobResult result, long generation) throws IOException {
        assertThat(result.outcome()).isEqualTo(JobState.FAILED);
        assertThat(failureOf(result).kind()).isEqualTo(FailureKind.OPERATION);
        VolumeRecord record = agent.record(volume);
        assertThat(record.legality()).isEqualTo(Legality.ILLEGAL);
        assertThat(record.generation()).isEqualTo(generation);
        assertThat(record.activeJob()).isEmpty();
        Transition newest = record.transitions().getFirst();
        assertThat(newest.kind()).isEqualTo(TransitionKind.FAILED);
        assertThat(newest.jobId()).isEqualTo(result.jobId());
        assertThat(newest.fromGeneration()).isEqualTo(generation);
        assertThat(newest.failureCode()).isEqualTo(FailureKind.OPERATION.code());
        assertFree();
    }

    private void assertFree() throws IOException {
        assertThat(agent.lease(volume)).isInstanceOf(LeaseState.Free.class);
    }

    private Predicate<DeviceEvent> recordWrite(int number) {
        Path control = agent.domain().controlPath();
        return DeviceHook.nth(number, event -> event.is(control, DeviceEvent.Kind.WRITE));
    }

    private static JobFailure failureOf(JobResult result) {
        return Objects.requireNonNull(result.failure());
    }

    private static void fail() throws IOException {
        throw new IOException("the work fails");
    }

    private static void truncate(Path file, long bytes) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
