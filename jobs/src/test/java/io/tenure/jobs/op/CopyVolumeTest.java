package io.tenure.jobs.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.bindings.Errno;
import io.tenure.domain.StorageDomain;
import io.tenure.format.DomainLayout;
import io.tenure.format.Legality;
import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.io.BlockDevices;
import io.tenure.io.copy.CopyPlan;
import io.tenure.io.copy.CopyTarget;
import io.tenure.io.copy.Offload;
import io.tenure.jobs.FailureKind;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobFailure;
import io.tenure.jobs.JobHandle;
import io.tenure.jobs.JobProgress;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobState;
import io.tenure.jobs.JobStep;
import io.tenure.lease.LeaseState;
import io.tenure.testing.device.LoopDevice;
import io.tenure.testing.io.MountedFileSystem;
import io.tenure.testing.jobs.DeviceEvent;
import io.tenure.testing.jobs.DeviceHook;
import io.tenure.testing.jobs.TestDomain;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies between volumes, files and devices: what arrives, and what is refused. */
class CopyVolumeTest {
    private static final int BYTES = 1 << 20;

    @TempDir Path directory;
    private Path source;
    private TestDomain agent;

    @BeforeEach
    void open() throws IOException {
        source = TestDomain.randomFile(directory.resolve("source"), BYTES);
        agent = TestDomain.create(Files.createDirectory(directory.resolve("domain")));
    }

    @AfterEach
    void close() throws IOException {
        agent.close();
    }

    @Test
    void aVolumeIsCopiedOntoAnotherUnderBothLeases() throws Exception {
        UUID from = agent.createVolumeFrom(source);
        UUID to = agent.createVolume(BYTES);
        agent.trace().clear();

        TestDomain.requireDone(agent.run(agent.copy(from, to, 1L)));

        assertThat(Files.mismatch(source, agent.volume(to).dataPath())).isEqualTo(-1);
        assertThat(agent.record(from).generation()).isEqualTo(2);
        assertThat(agent.trace().linesWithout("verify"))
                .containsSubsequence(
                        "acquire SHARED " + from,
                        "acquire EXCLUSIVE " + to,
                        "record ILLEGAL 1",
                        "record LEGAL 2",
                        "release " + to,
                        "release " + from);
    }

    @Test
    void whatTheDestinationHeldBeyondAShorterSourceReadsAsZero() throws Exception {
        UUID volume = agent.createVolumeFrom(source);
        Path shorter = TestDomain.randomFile(directory.resolve("shorter"), 123_457);

        JobResult result = agent.run(agent.copy(shorter, volume, 2L));

        TestDomain.requireDone(result);
        byte[] expected = Arrays.copyOf(Files.readAllBytes(shorter), BYTES);
        assertThat(Files.readAllBytes(agent.volume(volume).dataPath())).isEqualTo(expected);
        assertThat(result.bytesCopied() + result.bytesZeroed()).isEqualTo(BYTES);
    }

    @Test
    void aSparseSourceIsCopiedWithItsHoles() throws Exception {
        Path sparse = directory.resolve("sparse");
        int size = 8 << 20;
        try (RandomAccessFile file = new RandomAccessFile(sparse.toFile(), "rw")) {
            file.setLength(size);
            file.seek(3 << 20);
            file.write(Files.readAllBytes(source));
        }
        UUID volume = agent.createVolume(size);
        JobResult result = agent.run(agent.copy(sparse, volume, 1L));
        TestDomain.requireDone(result);
        Path data = agent.volume(volume).dataPath();
        assertThat(Files.mismatch(sparse, data)).isEqualTo(-1);
        assertThat(result.bytesCopied()).isEqualTo(BYTES);
        assertThat(result.bytesZeroed()).isEqualTo(size - BYTES);
    }

    @Test
    void aVolumeOnALargerDeviceIsWrittenInItsCapacityAndNotBeyond() throws Exception {
        for (int sector : new int[] {512, 4096}) {
            try (LoopDevice loop = LoopDevice.create(directory, 3 << 20, sector)) {
                Path pattern = TestDomain.randomFile(directory.resolve("pattern"), 3 << 20);
                byte[] before = Files.readAllBytes(pattern);
                try (RandomAccessFile device = new RandomAccessFile(loop.path().toFile(), "rw")) {
                    device.write(before);
                    device.getFD().sync();
                }
                UUID volume = agent.createVolume(2 << 20, Optional.of(loop.path()));

                TestDomain.requireDone(agent.run(agent.copy(source, volume, 1L)));

                byte[] after = Files.readAllBytes(loop.backing());
                assertThat(Arrays.copyOf(after, BYTES)).isEqualTo(Files.readAllBytes(source));
                assertThat(Arrays.copyOfRange(after, BYTES, 2 << 20)).containsOnly(0);
                assertThat(Arrays.copyOfRange(after, 2 << 20, 3 << 20))
                        .isEqualTo(Arrays.copyOfRange(before, 2 << 20, 3 << 20));

                UUID copy = agent.createVolume(2 << 20);
                TestDomain.requireDone(agent.run(agent.copy(volume, copy, 1L)));
                assertThat(Files.readAllBytes(agent.volume(copy).dataPath()))
                        .isEqualTo(Arrays.copyOf(after, 2 << 20));
                TestDomain.requireDone(
                        agent.run(new DeleteVolume(UUID.randomUUID(), agent.domain(), volume, 2L)));
            }
        }
    }

    @Test
    void aVolumeOfAnotherDomainIsCopied() throws Exception {
        Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        UUID to = agent.createVolume(BYTES);
        try (TestDomain other = TestDomain.create(elsewhere)) {
            UUID from = other.createVolumeFrom(source);
            Job copy =
                    new CopyVolume(
                            UUID.randomUUID(),
                            new CopySource.OfVolume(other.domain(), from),
                            agent.domain(),
                            to,
                            1L,
                            TestDomain.SMALL_REQUESTS);
            TestDomain.requireDone(agent.run(copy));
            assertThat(Files.mismatch(source, agent.volume(to).dataPath())).isEqualTo(-1);
        }
    }

    @Test
    @Tag("ovirt-51")
    void aVolumeIsNotCopiedOntoItself() throws Exception {
        UUID volume = agent.createVolumeFrom(source);
        byte[] slot = agent.slotBytes(agent.volume(volume).slotIndex());
        JobResult result = agent.run(agent.copy(volume, volume, 2L));
        assertThat(failureOf(result).kind()).isEqualTo(FailureKind.INVALID_REQUEST);
        assertThat(failureOf(result).message()).contains("source and destination must differ");
        assertThat(agent.slotBytes(agent.volume(volume).slotIndex())).isEqualTo(slot);
    }

    @Test
    void theDataOfAVolumeIsNotCopiedOntoItByItsPathEither() throws Exception {
        UUID volume = agent.createVolumeFrom(source);
        byte[] slot = agent.slotBytes(agent.volume(volume).slotIndex());
        JobResult result = agent.run(agent.copy(agent.volume(volume).dataPath(), volume, 2L));
        assertThat(result.outcome()).isEqualTo(JobState.FAILED);
        assertThat(failureOf(result).message()).contains("is the volume's own data");
        assertThat(agent.slotBytes(agent.volume(volume).slotIndex())).isEqualTo(slot);
    }

    @Test
    void aVolumeThatIsNotThereIsRefused() throws Exception {
        UUID nobody = UUID.randomUUID();
        UUID volume = agent.createVolume(BYTES);
        for (Job job : new Job[] {agent.copy(source, nobody, 1L), agent.copy(nobody, volume, 1L)}) {
            JobResult result = agent.run(job);
            assertThat(result.outcome()).isEqualTo(JobState.FAILED);
            assertThat(failureOf(result).message()).contains("no volume " + nobody);
        }
    }

    @Test
    void aDestinationDeviceThatSomebodyUsesIsRefusedUntouched() throws Exception {
        try (LoopDevice loop = LoopDevice.create(directory, BYTES, 512)) {
            UUID volume = agent.createVolume(BYTES, Optional.of(loop.path()));
            byte[] slot = agent.slotBytes(agent.volume(volume).slotIndex());
            try (BlockDevice user = BlockDevices.open(loop.path(), Access.READ_WRITE_EXCLUSIVE)) {
                assertThat(user.geometry().blockDevice()).isTrue();
                JobResult result = agent.run(agent.copy(source, volume, 1L));
                assertThat(failureOf(result).message()).contains("EBUSY");
            }
            assertThat(agent.slotBytes(agent.volume(volume).slotIndex())).isEqualTo(slot);
        }
    }

    @Test
    void aDestinationWhoseDataWasCutShortIsRefusedUntouched() throws Exception {
        UUID volume = agent.createVolume(BYTES);
        try (RandomAccessFile data =
                new RandomAccessFile(agent.volume(volume).dataPath().toFile(), "rw")) {
            data.setLength(BYTES / 2);
        }
        byte[] slot = agent.slotBytes(agent.volume(volume).slotIndex());
        JobResult result = agent.run(agent.copy(source, volume, 1L));
        assertThat(failureOf(result).message()).contains("" + BYTES / 2).contains("" + BYTES);
        assertThat(agent.slotBytes(agent.volume(volume).slotIndex())).isEqualTo(slot);
    }

    @Test
    void settingsThatMakeNoSenseCannotBeMade() {
        for (int[] bad : new int[][] {{0, 2}, {1000, 2}, {65536, 0}}) {
            assertThatThrownBy(() -> TestDomain.requests(bad[0], bad[1]))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        CopySettings shared =
                CopySettings.DEFAULT.withTarget(CopyTarget.DEFAULT.withOffload(Offload.ALWAYS));
        assertThatThrownBy(() -> shared.withCheck(CopyPlan.Check.CHECKSUM))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void settingsThatDoNotSuitTheVolumeAreRefusedBeforeAnythingIsWritten() throws Exception {
        UUID volume = agent.createVolume(BYTES);
        agent.setPreallocated(volume);
        byte[] slot = agent.slotBytes(agent.volume(volume).slotIndex());
        JobResult result =
                agent.run(
                        copy(
                                volume,
                                1L,
                                CopySettings.DEFAULT.withTarget(
                                        CopyTarget.DEFAULT.withOffload(Offload.ALWAYS))));
        assertThat(failureOf(result).kind()).isEqualTo(FailureKind.INVALID_REQUEST);
        assertThat(agent.slotBytes(agent.volume(volume).slotIndex())).isEqualTo(slot);
        assertThat(agent.lease(volume)).isInstanceOf(LeaseState.Free.class);
    }

    @Test
    void sharingThatStorageCannotDoIsRefusedBeforeAnythingIsWritten() throws Exception {
        UUID volume = agent.createVolumeFrom(source);
        int slotIndex = agent.volume(volume).slotIndex();
        byte[] slot = agent.slotBytes(slotIndex);
        try (MountedFileSystem elsewhere = MountedFileSystem.tmpfs(directory, 4L * BYTES)) {
            Path other = TestDomain.randomFile(elsewhere.root().resolve("other"), BYTES);
            JobResult result = agent.run(sharing(agent, other, volume, 2L));
            assertThat(failureOf(result).step()).isEqualTo(JobStep.VALIDATE);
            assertThat(failureOf(result).message())
                    .contains(agent.volume(volume).dataPath() + " cannot share the storage of ")
                    .contains(other.toString());
        }
        assertThat(agent.slotBytes(slotIndex)).isEqualTo(slot);
        assertThat(Files.mismatch(source, agent.volume(volume).dataPath())).isEqualTo(-1);
        assertThat(agent.lease(volume)).isInstanceOf(LeaseState.Free.class);
    }

    @Test
    void storageIsSharedWhereItCanBe() throws Exception {
        try (MountedFileSystem files =
                MountedFileSystem.onLoop("xfs", directory, 300L << 20, 4096)) {
            Path there = TestDomain.randomFile(files.root().resolve("there"), BYTES);
            try (TestDomain domain =
                    TestDomain.create(Files.createDirectory(files.root().resolve("domain")))) {
                UUID volume = domain.createVolume(BYTES);
                JobResult result = domain.run(sharing(domain, there, volume, 1L));
                TestDomain.requireDone(result);
                assertThat(result.data().bytesShared()).isEqualTo(BYTES);
                assertThat(Files.mismatch(there, domain.volume(volume).dataPath())).isEqualTo(-1);
            }
        }
    }

    private static CopyVolume sharing(TestDomain to, Path from, UUID volume, long generation) {
        return new CopyVolume(
                UUID.randomUUID(),
                new CopySource.Outside(from),
                to.domain(),
                volume,
                generation,
                CopySettings.DEFAULT.withTarget(CopyTarget.DEFAULT.withOffload(Offload.ALWAYS)));
    }

    private CopyVolume copy(UUID volume, long generation, CopySettings settings) {
        return new CopyVolume(
                UUID.randomUUID(),
                new CopySource.Outside(source),
                agent.domain(),
                volume,
                generation,
                settings);
    }

    @Test
    void aPreallocatedVolumeKeepsItsStorageWhereTheSourceHasHoles() throws Exception {
        int size = 8 << 20;
        Path sparse = directory.resolve("sparse");
        try (RandomAccessFile file = new RandomAccessFile(sparse.toFile(), "rw")) {
            file.setLength(size);
            file.seek(3 << 20);
            file.write(Files.readAllBytes(source));
        }
        UUID volume = agent.createVolume(size);
        agent.setPreallocated(volume);
        TestDomain.requireDone(agent.run(agent.copy(sparse, volume, 1L)));
        Path data = agent.volume(volume).dataPath();
        assertThat(Files.mismatch(sparse, data)).isEqualTo(-1);
        assertThat(TestDomain.allocatedBytes(data)).isGreaterThanOrEqualTo(size);
    }

    @Test
    void theChecksumIsThatOfTheSourceAndAVerifiedCopyCountsTwice() throws Exception {
        UUID volume = agent.createVolume(2 * BYTES);
        CRC32C expected = new CRC32C();
        expected.update(Files.readAllBytes(source));
        JobResult plain = agent.run(copy(volume, 1, TestDomain.SMALL_REQUESTS));
        assertThat(plain.data().checksum()).isEmpty();
        JobResult checked =
                agent.run(
                        copy(
                                volume,
                                2,
                                TestDomain.SMALL_REQUESTS.withCheck(CopyPlan.Check.CHECKSUM)));
        assertThat(checked.data().checksum()).hasValue((int) expected.getValue());
        assertThat(checked.data().bytesVerified()).isZero();
        JobHandle handle =
                agent.start(
                        copy(
                                volume,
                                3,
                                TestDomain.SMALL_REQUESTS.withCheck(CopyPlan.Check.VERIFY)));
        JobResult verified = TestDomain.await(handle);
        TestDomain.requireDone(verified);
        assertThat(verified.data().checksum()).hasValue((int) expected.getValue());
        assertThat(verified.data().bytesVerified()).isEqualTo(2 * BYTES);
        assertThat(handle.progress()).isEqualTo(new JobProgress(4 * BYTES, 4 * BYTES));
    }

    @Test
    void aDestinationThatReadsBackWrongFailsTheJobBeforeItsCommit() throws Exception {
        UUID volume = agent.createVolume(BYTES);
        Path data = agent.volume(volume).dataPath();
        long atBytes = 700_001;
        // By the reader of that very byte: others may be far ahead of the first one.
        agent.devices()
                .add(
                        DeviceHook.calling(
                                event ->
                                        event.is(data, DeviceEvent.Kind.READ)
                                                && event.offsetBytes() <= atBytes
                                                && atBytes - event.offsetBytes()
                                                        < event.lengthBytes(),
                                () -> flipByte(data, atBytes)));
        JobResult result =
                agent.run(
                        copy(
                                volume,
                                1,
                                TestDomain.SMALL_REQUESTS.withCheck(CopyPlan.Check.VERIFY)));
        assertThat(failureOf(result).message()).contains(data.toString()).contains("CRC-32C");
        assertThat(failureOf(result).kind()).isEqualTo(FailureKind.METADATA_INVALID);
        assertThat(failureOf(result).step()).isEqualTo(JobStep.WORK);
        assertThat(agent.record(volume).legality()).isEqualTo(Legality.ILLEGAL);
        assertThat(agent.record(volume).generation()).isEqualTo(1);
        assertThat(result.data().checksum()).isEmpty();
    }

    private static void flipByte(Path file, long offset) {
        try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
            opened.seek(offset);
            int before = opened.read();
            opened.seek(offset);
            opened.write(~before);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theMemoryOfACopyIsDepthTimesRequestSize() throws Exception {
        UUID volume = agent.createVolume(BYTES);
        assertThat(copy(volume, 1, TestDomain.requests(64 << 10, 3)).bufferBytes())
                .isEqualTo(192 << 10);
        assertThat(copy(volume, 1, CopySettings.DEFAULT).bufferBytes()).isEqualTo(12 << 20);
    }

    @Test
    @Tag("ovirt-7")
    void anInvalidRecordIsReportedAsSuchAndLeftAlone() throws Exception {
        UUID volume = agent.createVolume(BYTES);
        int slotIndex = agent.volume(volume).slotIndex();
        try (RandomAccessFile control =
                new RandomAccessFile(agent.domain().controlPath().toFile(), "rw")) {
            long slotOffset = agent.domain().superblock().layout().metadataOffset(slotIndex);
            for (long copy : new long[] {0, DomainLayout.METADATA_COPY_B_OFFSET_BYTES}) {
                control.seek(slotOffset + copy + 96);
                control.write(0x7f);
            }
        }
        byte[] slot = agent.slotBytes(slotIndex);
        JobResult result = agent.run(agent.copy(source, volume, 1L));
        assertThat(failureOf(result).kind()).isEqualTo(FailureKind.METADATA_INVALID);
        assertThat(failureOf(result).message()).contains("slot " + slotIndex);
        assertThat(agent.slotBytes(slotIndex)).isEqualTo(slot);
    }

    @Test
    @Tag("ovirt-7")
    void aRecordOfAnImpossibleGenerationIsInvalidThoughItsChecksumHolds() throws Exception {
        UUID volume = agent.createVolume(BYTES);
        int slotIndex = agent.volume(volume).slotIndex();
        byte[] record = Arrays.copyOf(agent.slotBytes(slotIndex), 512);
        ByteBuffer bytes = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(96, -1);
        CRC32C checksum = new CRC32C();
        checksum.update(record, 0, 508);
        bytes.putInt(508, (int) checksum.getValue());
        try (RandomAccessFile control =
                new RandomAccessFile(agent.domain().controlPath().toFile(), "rw")) {
            control.seek(agent.domain().superblock().layout().metadataOffset(slotIndex));
            control.write(record);
        }
        byte[] slot = agent.slotBytes(slotIndex);
        for (Long expected : Arrays.asList(1L, null)) {
            JobResult result = agent.run(agent.copy(source, volume, expected));
            assertThat(failureOf(result).kind()).isEqualTo(FailureKind.METADATA_INVALID);
            assertThat(failureOf(result).message()).contains("generation is 18446744073709551615");
        }
        assertThat(agent.slotBytes(slotIndex)).isEqualTo(slot);
    }

    @Test
    void devicesAreClosedHoweverAJobEnds() throws Exception {
        try (LoopDevice loop = LoopDevice.create(directory, BYTES, 512)) {
            UUID volume = agent.createVolume(BYTES, Optional.of(loop.path()));
            agent.run(agent.copy(source, volume, 77L));
            agent.run(agent.copy(directory.resolve("nothing"), volume, 1L));
            agent.devices()
                    .add(
                            DeviceHook.failing(
                                    event -> event.is(loop.path(), DeviceEvent.Kind.WRITE),
                                    Errno.EIO));
            agent.run(agent.copy(source, volume, 1L));
            agent.devices().clear();
            TestDomain.requireDone(agent.run(agent.copy(source, volume, 1L)));
            assertThat(agent.record(volume).legality()).isEqualTo(Legality.LEGAL);
        } // which fails if anybody has it open
    }

    @Test
    void aDomainOnABlockDeviceCopiesBetweenVolumesOnDevices() throws Exception {
        for (int sector : new int[] {512, 4096}) {
            try (LoopDevice control = LoopDevice.create(directory, 32 << 20, sector);
                    LoopDevice one = LoopDevice.create(directory, BYTES, sector);
                    LoopDevice other = LoopDevice.create(directory, BYTES, sector);
                    TestDomain onDevice = TestDomain.create(control.path())) {
                UUID from = onDevice.createVolume(BYTES, Optional.of(one.path()));
                UUID to = onDevice.createVolume(BYTES, Optional.of(other.path()));
                TestDomain.requireDone(onDevice.run(onDevice.copy(source, from, 1L)));
                TestDomain.requireDone(onDevice.run(onDevice.copy(from, to, 1L)));
                assertThat(Files.mismatch(source, other.backing())).isEqualTo(-1);
                try (StorageDomain again = StorageDomain.open(control.path(), Access.READ_ONLY)) {
                    assertThat(again.find(to).record().generation()).isEqualTo(2);
                }
                TestDomain.requireDone(
                        onDevice.run(
                                new DeleteVolume(UUID.randomUUID(), onDevice.domain(), from, 2L)));
            }
        }
    }

    private static JobFailure failureOf(JobResult result) {
        return Objects.requireNonNull(result.failure());
    }
}
