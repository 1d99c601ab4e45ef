package io.tenure.jobs.op;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.bindings.Errno;
import io.tenure.format.Legality;
import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.io.BlockDevices;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobFailure;
import io.tenure.jobs.JobHandle;
import io.tenure.jobs.JobObserver;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobState;
import io.tenure.jobs.JobStep;
import io.tenure.lease.LeaseState;
import io.tenure.testing.device.LoopDevice;
import io.tenure.testing.io.MountedFileSystem;
import io.tenure.testing.jobs.BodyJob;
import io.tenure.testing.jobs.DeviceEvent;
import io.tenure.testing.jobs.DeviceHook;
import io.tenure.testing.jobs.JobChild;
import io.tenure.testing.jobs.TestDomain;
import io.tenure.testing.process.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file appears under its name only when it is whole; what is there is never overwritten. */
class ExportVolumeTest {
    private static final int BYTES = (1 << 20) + 512;

    @TempDir Path directory;
    private Path source;
    private Path out;
    private Path target;
    private TestDomain agent;
    private UUID volume;

    @BeforeEach
    void open() throws Exception {
        source = TestDomain.randomFile(directory.resolve("source"), BYTES);
        out = Files.createDirectory(directory.resolve("out"));
        target = out.resolve("export.raw");
        agent = TestDomain.create(Files.createDirectory(directory.resolve("domain")));
        volume = agent.createVolumeFrom(source);
        agent.trace().clear();
    }

    @AfterEach
    void close() throws IOException {
        agent.close();
    }

    // No record at all.
    @Test
    @Tag("ovirt-10")
    void anExportIsByteForByteTheVolumeAndWritesNoRecord() throws Exception {
        byte[] slot = agent.slotBytes(agent.volume(volume).slotIndex());

        JobResult result = agent.run(export(target));

        TestDomain.requireDone(result);
        assertThat(Files.mismatch(source, target)).isEqualTo(-1);
        assertThat(names()).containsExactly("export.raw");
        assertThat(agent.slotBytes(agent.volume(volume).slotIndex())).isEqualTo(slot);
        assertThat(result.generationAfter()).isEqualTo(2);
        assertThat(agent.trace().linesWithout("verify"))
                .containsExactly("acquire SHARED " + volume, "sign " + volume, "release " + volume);
    }

    @Test
    void theFileHasItsNameOnlyWhenItIsWholeAndFlushed() throws Exception {
        Path data = agent.volume(volume).dataPath();
        agent.devices()
                .add(
                        DeviceHook.calling(
                                event -> event.is(data, DeviceEvent.Kind.READ),
                                () -> assertThat(target).doesNotExist()));
        TestDomain.requireDone(agent.run(export(target)));
        assertThat(target).exists();
    }

    @Test
    void aReadErrorLeavesNothing() throws Exception {
        Path data = agent.volume(volume).dataPath();
        agent.devices()
                .add(
                        DeviceHook.failing(
                                event ->
                                        event.is(data, DeviceEvent.Kind.READ)
                                                && event.offsetBytes() == 655_360,
                                Errno.EIO));
        JobResult result = agent.run(export(target));
        assertThat(failureOf(result).message()).contains("EIO").contains("offset 655360");
        assertThat(names()).isEmpty();
        assertThat(agent.lease(volume)).isInstanceOf(LeaseState.Free.class);
    }

    @Test
    void aFullFileSystemLeavesNothing() throws Exception {
        try (MountedFileSystem small = MountedFileSystem.tmpfs(directory, BYTES / 2)) {
            JobResult result = agent.run(export(small.root().resolve("export.raw")));
            assertThat(failureOf(result).message()).contains("ENOSPC");
            assertThat(small.root()).isEmptyDirectory();
        }
    }

    @Test
    void anAbortLeavesNothing() throws Exception {
        Path data = agent.volume(volume).dataPath();
        JobHandle[] handle = new JobHandle[1];
        CountDownLatch submitted = new CountDownLatch(1);
        agent.devices()
                .add(
                        DeviceHook.calling(
                                DeviceHook.nth(5, event -> event.is(data, DeviceEvent.Kind.READ)),
                                () -> {
                                    try {
                                        submitted.await();
                                        handle[0].abort();
                                    } catch (InterruptedException | IOException e) {
                                        throw new IllegalStateException(e);
                                    }
                                }));
        handle[0] = agent.start(export(target));
        submitted.countDown();
        assertThat(TestDomain.await(handle[0]).outcome()).isEqualTo(JobState.ABORTED);
        assertThat(names()).isEmpty();
    }

    @Test
    void anAbortAfterTheFileGotItsNameLeavesNothingToo() throws Exception {
        JobHandle[] handle = new JobHandle[1];
        CountDownLatch submitted = new CountDownLatch(1);
        JobObserver observer =
                new JobObserver() {
                    @Override
                    public void stepFinished(Job job, JobStep step) {
                        if (step == JobStep.WORK) {
                            try {
                                submitted.await();
                                handle[0].abort();
                            } catch (InterruptedException | IOException e) {
                                throw new IllegalStateException(e);
                            }
                        }
                    }
                };
        handle[0] = agent.runner().submit(export(target), observer);
        submitted.countDown();
        assertThat(TestDomain.await(handle[0]).outcome()).isEqualTo(JobState.ABORTED);
        assertThat(names()).isEmpty();
    }

    @Test
    void aLostLeaseLeavesNothingUnderTheName() throws Exception {
        Path data = agent.volume(volume).dataPath();
        agent.devices()
                .add(
                        DeviceHook.calling(
                                DeviceHook.nth(5, event -> event.is(data, DeviceEvent.Kind.READ)),
                                () -> {
                                    try {
                                        agent.leases()
                                                .format(
                                                        agent.domain()
                                                                .leaseArea(
                                                                        agent.volume(volume)
                                                                                .slotIndex(),
                                                                        volume));
                                    } catch (IOException e) {
                                        throw new IllegalStateException(e);
                                    }
                                }));
        JobResult result = agent.run(export(target));
        assertThat(result.outcome()).isEqualTo(JobState.FAILED);
        assertThat(target).doesNotExist();
    }

    @Test
    void whatIsThereIsNeverOverwritten() throws Exception {
        Path existing = TestDomain.randomFile(target, 1000);
        byte[] content = Files.readAllBytes(existing);
        refused(export(existing), "exists already");
        assertThat(Files.readAllBytes(existing)).isEqualTo(content);
        refused(export(out), "is a directory");
        refused(export(out.resolve("nothing").resolve("x")), "no such directory");
        refused(export(agent.volume(volume).dataPath()), "exists already");
        refused(export(agent.domain().controlPath()), "exists already");
    }

    @Test
    void aKilledExportIsNotTakenForAWholeOneAndTheNextOneSaysWhatToDo() throws Exception {
        ChildJvm child =
                JobChild.run(
                        directory,
                        agent.domain().path(),
                        JobChild.Work.EXPORT,
                        volume,
                        UUID.randomUUID(),
                        target,
                        "end WORK",
                        1);
        // It got as far as the name.
        assertThat(child.exitCode()).as(child.output()).isEqualTo(JobChild.KILLED);
        assertThat(Files.mismatch(source, target)).isEqualTo(-1);

        Files.move(target, out.resolve("export.raw.exporting"));
        refused(export(target), "another export runs, or one was interrupted");
        Files.delete(out.resolve("export.raw.exporting"));
        TestDomain.requireDone(agent.run(export(target)));
    }

    @Test
    void anIllegalVolumeIsNotExported() throws Exception {
        agent.run(
                new BodyJob(
                        UUID.randomUUID(),
                        agent.domain(),
                        volume,
                        2L,
                        context -> {
                            throw new IOException("the work fails");
                        }));
        assertThat(agent.record(volume).legality()).isEqualTo(Legality.ILLEGAL);
        refused(export(target), "ILLEGAL");
    }

    @Test
    void anExportToADeviceWritesItsBeginning() throws Exception {
        try (LoopDevice loop = LoopDevice.create(directory, 2 << 20, 512)) {
            TestDomain.requireDone(agent.run(export(loop.path())));
            byte[] written = Files.readAllBytes(loop.backing());
            assertThat(Arrays.copyOf(written, BYTES)).isEqualTo(Files.readAllBytes(source));
        }
    }

    @Test
    void aDeviceThatIsTooSmallOrInUseIsRefused() throws Exception {
        try (LoopDevice small = LoopDevice.create(directory, 1 << 20, 512);
                LoopDevice used = LoopDevice.create(directory, 2 << 20, 512);
                BlockDevice user = BlockDevices.open(used.path(), Access.READ_WRITE_EXCLUSIVE)) {
            assertThat(user.geometry().blockDevice()).isTrue();
            refused(export(small.path()), "smaller");
            refused(export(used.path()), "EBUSY");
        }
    }

    @Test
    void theDomainsOwnDevicesAreNeverExportedOnto() throws Exception {
        try (LoopDevice control = LoopDevice.create(directory, 32 << 20, 512);
                LoopDevice data = LoopDevice.create(directory, 2 << 20, 512);
                LoopDevice other = LoopDevice.create(directory, 2 << 20, 512);
                TestDomain onDevices = TestDomain.create(control.path())) {
            UUID exported = onDevices.createVolume(2 << 20, Optional.of(data.path()));
            onDevices.createVolume(2 << 20, Optional.of(other.path()));
            byte[] before = Files.readAllBytes(other.backing());
            for (LoopDevice loop : List.of(control, data, other)) {
                JobResult result =
                        onDevices.run(
                                new ExportVolume(
                                        UUID.randomUUID(),
                                        onDevices.domain(),
                                        exported,
                                        loop.path(),
                                        TestDomain.SMALL_REQUESTS));
                assertThat(failureOf(result).message()).contains("in use by");
            }
            assertThat(Files.readAllBytes(other.backing())).isEqualTo(before);
            refused(export(control.path()), "holds a storage domain already");
            assertThat(onDevices.domain().volumes()).hasSize(2);
        }
    }

    @Test
    void theFileIsAsLongAsTheVolumeAlsoWhereTheFileSystemHasLargerSectors() throws Exception {
        try (MountedFileSystem large =
                MountedFileSystem.onLoop("xfs", directory, 320L << 20, 4096)) {
            Path there = large.root().resolve("export.raw");
            TestDomain.requireDone(agent.run(export(there)));
            assertThat(there).hasSize(BYTES);
            assertThat(Files.mismatch(source, there)).isEqualTo(-1);
        }
    }

    private Job export(Path file) {
        return new ExportVolume(
                UUID.randomUUID(), agent.domain(), volume, file, TestDomain.SMALL_REQUESTS);
    }

    private void refused(Job job, String reason) throws Exception {
        List<String> before = names();
        JobResult result = agent.run(job);
        assertThat(result.outcome()).isEqualTo(JobState.FAILED);
        assertThat(failureOf(result).message()).contains(reason);
        assertThat(names()).isEqualTo(before);
        assertThat(agent.lease(volume)).isInstanceOf(LeaseState.Free.class);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> found = Files.list(out)) {
            return found.map(Path::getFileName).map(Path::toString).sorted().toList();
        }
    }

    private static JobFailure failureOf(JobResult result) {
        return Objects.requireNonNull(result.failure());
    }
}
