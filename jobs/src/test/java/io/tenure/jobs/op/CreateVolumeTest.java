package io.tenure.jobs.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.domain.InvalidRequestException;
import io.tenure.domain.StorageDomain;
import io.tenure.domain.Volume;
import io.tenure.format.Allocation;
import io.tenure.format.DataLocation;
import io.tenure.format.Legality;
import io.tenure.format.TransitionKind;
import io.tenure.format.VolumeRecord;
import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.io.BlockDevices;
import io.tenure.jobs.FailureKind;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobFailure;
import io.tenure.jobs.JobHandle;
import io.tenure.jobs.JobObserver;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobState;
import io.tenure.jobs.JobStep;
import io.tenure.lease.LeaseState;
import io.tenure.testing.device.LoopDevice;
import io.tenure.testing.jobs.DeviceEvent;
import io.tenure.testing.jobs.DeviceHook;
import io.tenure.testing.jobs.JobChild;
import io.tenure.testing.jobs.TestDomain;
import io.tenure.testing.process.ChildJvm;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a creation makes, and that nothing looks like a volume before it is one. */
class CreateVolumeTest {
    private static final int BYTES = 1 << 20;

    @TempDir Path directory;
    private TestDomain agent;

    @BeforeEach
    void open() throws IOException {
        agent = TestDomain.create(Files.createDirectory(directory.resolve("domain")));
    }

    @AfterEach
    void close() throws IOException {
        agent.close();
    }

    @Test
    void aNewVolumeIsLegalReadsAsZeroAndHasAFreeLease() throws Exception {
        UUID volume = agent.createVolume(BYTES);
        VolumeRecord record = agent.record(volume);
        assertThat(record.legality()).isEqualTo(Legality.LEGAL);
        assertThat(record.generation()).isEqualTo(1);
        assertThat(record.capacityBytes()).isEqualTo(BYTES);
        assertThat(record.description()).isEqualTo("made by a test");
        assertThat(record.location().kind()).isEqualTo(DataLocation.Kind.FILE);
        assertThat(record.transitions())
                .singleElement()
                .satisfies(t -> assertThat(t.kind()).isEqualTo(TransitionKind.COMPLETED));
        assertThat(Files.readAllBytes(agent.volume(volume).dataPath())).isEqualTo(new byte[BYTES]);
        assertThat(agent.lease(volume)).isInstanceOf(LeaseState.Free.class);
    }

    @Test
    void killedBeforeTheRecordNothingLooksLikeAVolumeAndARetryWorks() throws Exception {
        for (String moment : List.of("begin WORK", "format ", "formatted ", "write record")) {
            UUID volume = UUID.randomUUID();

            kill(volume, moment);

            assertThat(volumeIds()).as(moment).doesNotContain(volume);
            TestDomain.requireDone(agent.run(agent.create(volume, BYTES, Optional.empty())));
            assertThat(agent.record(volume).generation()).isEqualTo(1);
        }
        assertThat(files()).hasSize(4);
    }

    @Test
    void killedAfterTheRecordTheVolumeIsThere() throws Exception {
        UUID volume = UUID.randomUUID();
        kill(volume, "record LEGAL");
        assertThat(agent.record(volume).legality()).isEqualTo(Legality.LEGAL);
        refused(agent.create(volume, BYTES, Optional.empty()), "exists already");
    }

    @Test
    void theDomainsOwnIdIsNoIdForAVolume() {
        assertThatThrownBy(() -> agent.create(agent.domain().id(), BYTES, Optional.empty()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("domain's own id");
    }

    @Test
    void aCreationThatFailsTakesBackWhatItMade() throws Exception {
        agent.devices()
                .add(
                        DeviceHook.failing(
                                event ->
                                        event.is(
                                                agent.domain().controlPath(),
                                                DeviceEvent.Kind.WRITE),
                                5));
        refused(agent.create(UUID.randomUUID(), BYTES, Optional.empty()), "EIO");
    }

    @Test
    void anAbortedCreationTakesBackWhatItMade() throws Exception {
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
        handle[0] =
                agent.runner()
                        .submit(agent.create(UUID.randomUUID(), BYTES, Optional.empty()), observer);
        submitted.countDown();
        assertThat(TestDomain.await(handle[0]).outcome()).isEqualTo(JobState.ABORTED);
        assertThat(files()).isEmpty();
        assertThat(agent.domain().volumes()).isEmpty();
    }

    @Test
    void aCommitOfWhichNothingIsKnownLeavesTheData() throws Exception {
        UUID volume = UUID.randomUUID();
        boolean[] written = new boolean[1];
        agent.devices()
                .add(
                        new DeviceHook() {
                            @Override
                            public void before(DeviceEvent event) throws IOException {
                                if (written[0] && event.kind() == DeviceEvent.Kind.READ) {
                                    throw new IOException("ordered by the test");
                                }
                            }

                            @Override
                            public void after(DeviceEvent event) throws IOException {
                                if (event.kind() == DeviceEvent.Kind.WRITE) {
                                    written[0] = true;
                                    throw new IOException("ordered by the test");
                                }
                            }
                        });
        JobResult result = agent.run(agent.create(volume, BYTES, Optional.empty()));
        agent.devices().clear();
        assertThat(result.outcome()).isEqualTo(JobState.FAILED);
        // It is there after all, so its data had to stay.
        assertThat(agent.volume(volume).dataPath()).exists();
    }

    @Test
    void anIdThatExistsIsRefused() throws Exception {
        UUID volume = agent.createVolume(BYTES);
        refused(agent.create(volume, BYTES, Optional.empty()), "exists already");
    }

    @Test
    void aFullDomainRefusesAndHasRoomAgainAfterADeletion() throws Exception {
        List<UUID> volumes = new ArrayList<>();
        for (int i = 0; i < TestDomain.MAX_VOLUMES; i++) {
            volumes.add(agent.createVolume(4096));
        }
        refused(agent.create(UUID.randomUUID(), 4096, Optional.empty()), "full");

        int slot = agent.volume(volumes.get(3)).slotIndex();
        TestDomain.requireDone(
                agent.run(new DeleteVolume(UUID.randomUUID(), agent.domain(), volumes.get(3), 1L)));
        UUID next = agent.createVolume(4096);
        assertThat(agent.volume(next).slotIndex()).isEqualTo(slot);
        assertThat(agent.lease(next)).isInstanceOf(LeaseState.Free.class);
    }

    @Test
    void aSizeThatIsNoPositiveMultipleOfTheSectorIsRefusedAtOnce() {
        for (long size : new long[] {0, -512, 511, 513, 1000}) {
            assertThatThrownBy(() -> agent.create(UUID.randomUUID(), size, Optional.empty()))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("" + size);
        }
    }

    @Test
    void aPreallocatedVolumeHasItsStorageAndReadsAsZero() throws Exception {
        UUID id = UUID.randomUUID();
        TestDomain.requireDone(
                agent.run(
                        new CreateVolume(
                                UUID.randomUUID(),
                                agent.domain(),
                                new VolumeSpec(
                                        id,
                                        BYTES,
                                        Allocation.PREALLOCATED,
                                        Optional.empty(),
                                        ""))));
        Path data = agent.volume(id).dataPath();
        assertThat(agent.record(id).allocation()).isEqualTo(Allocation.PREALLOCATED);
        assertThat(TestDomain.allocatedBytes(data)).isGreaterThanOrEqualTo(BYTES);
        assertThat(Files.readAllBytes(data)).hasSize(BYTES).containsOnly(0);
        UUID sparse = agent.createVolume(BYTES);
        assertThat(TestDomain.allocatedBytes(agent.volume(sparse).dataPath())).isZero();
    }

    @Test
    void aDescriptionThatDoesNotFitIsRefusedAtOnce() {
        assertThatThrownBy(() ->
                        new CreateVolume(
                                UUID.randomUUID(),
                                agent.domain(),
                                new VolumeSpec(
                                        UUID.randomUUID(),
                                        BYTES,
                                        Allocation.SPARSE,
                                        Optional.empty(),
                                        "\u00e4".repeat(100))))
                .isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void anInvalidRecordInASlotIsNeverOverwrittenByANewVolume() throws Exception {
        UUID damaged = agent.createVolume(BYTES);
        Volume lost = agent.volume(damaged);
        damage(lost.slotIndex());

        UUID next = agent.createVolume(BYTES);

        assertThat(agent.volume(next).slotIndex()).isNotEqualTo(lost.slotIndex());
        JobResult again = agent.run(agent.create(damaged, BYTES, Optional.empty()));
        assertThat(again.outcome()).isEqualTo(JobState.FAILED);
        assertThat(lost.dataPath()).exists();
    }

    @Test
    void theDataOfALiveVolumeIsNeverTakenForALeftover() throws Exception {
        UUID first = agent.createVolume(BYTES);
        UUID reused = agent.createVolume(BYTES);
        delete(reused);
        delete(first);
        // Its tombstone lies in the second slot, and the first one is free.
        JobResult again = agent.run(agent.create(reused, BYTES, Optional.empty()));
        agent.createVolume(BYTES);
        agent.createVolume(BYTES);
        for (Volume volume : agent.domain().volumes()) {
            assertThat(volume.dataPath()).exists();
        }
        assertThat(again.outcome()).isEqualTo(JobState.FAILED);
        assertThat(Objects.requireNonNull(again.failure()).message())
                .contains(reused.toString())
                .contains("choose another");
    }

    @Test
    void theIdOfADeletedVolumeIsRefusedAsLongAsTheDomainRemembersIt() throws Exception {
        UUID volume = agent.createVolume(BYTES);
        delete(volume);
        refused(agent.create(volume, BYTES, Optional.empty()), "was deleted");
        // Its slot is used again, and with that it is forgotten.
        agent.createVolume(BYTES);
        TestDomain.requireDone(agent.run(agent.create(volume, BYTES, Optional.empty())));
    }

    @Test
    void aVolumeOnADeviceKeepsItsPathAndTheDeviceIsNotUsedTwice() throws Exception {
        try (LoopDevice loop = LoopDevice.create(directory, 2L * BYTES, 512);
                LoopDevice other = LoopDevice.create(directory, 2L * BYTES, 512)) {
            UUID volume = agent.createVolume(BYTES, Optional.of(loop.path()));
            assertThat(agent.volume(volume).dataPath()).isEqualTo(loop.path());
            assertThat(files()).isEmpty();

            refused(create(loop.path(), BYTES), "in use by volume " + volume);
            Path link = Files.createSymbolicLink(directory.resolve("link"), loop.path());
            refused(create(link, BYTES), "in use by volume " + volume);
            Files.delete(link);
            refused(create(other.path(), 3L * BYTES), "too few");
            refused(create(directory.resolve("nothing"), BYTES), "no such device");
            agent.createVolume(2L * BYTES, Optional.of(other.path()));
        }
    }

    @Test
    void aDeviceThatSomebodyElseUsesIsRefused() throws Exception {
        try (LoopDevice loop = LoopDevice.create(directory, BYTES, 512);
                BlockDevice holder = BlockDevices.open(loop.path(), Access.READ_WRITE_EXCLUSIVE)) {
            assertThat(holder.geometry().blockDevice()).isTrue();
            refused(create(loop.path(), BYTES), "EBUSY");
        }
    }

    @Test
    void aRegularFileInThePlaceOfADeviceIsRefusedAsSuch() throws Exception {
        agent.createVolume(BYTES);
        Path file = TestDomain.randomFile(directory.resolve("file"), BYTES);
        refused(create(file, BYTES), "not a block device");
    }

    @Test
    void theDeviceOfTheDomainItselfIsRefused() throws Exception {
        try (LoopDevice loop = LoopDevice.create(directory, 32 << 20, 512);
                TestDomain onDevice = TestDomain.create(loop.path())) {
            JobResult result =
                    onDevice.run(
                            onDevice.create(UUID.randomUUID(), BYTES, Optional.of(loop.path())));
            assertThat(result.outcome()).isEqualTo(JobState.FAILED);
            assertThat(Objects.requireNonNull(result.failure()).message())
                    .contains("in use by the domain itself");
            assertThatThrownBy(() -> onDevice.create(UUID.randomUUID(), BYTES, Optional.empty()))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("name a block device");
            refused(create(loop.path(), BYTES), "holds a storage domain already");
        }
    }

    @Test
    void aSizeThatDoesNotFitTheSectorOfTheDeviceIsRefused() throws Exception {
        try (LoopDevice loop = LoopDevice.create(directory, BYTES, 4096)) {
            refused(create(loop.path(), BYTES - 512), "4096");
        }
    }

    private CreateVolume create(Path device, long bytes) throws IOException {
        return agent.create(UUID.randomUUID(), bytes, Optional.of(device));
    }

    private void delete(UUID volume) throws Exception {
        TestDomain.requireDone(
                agent.run(new DeleteVolume(UUID.randomUUID(), agent.domain(), volume, null)));
    }

    /** Runs a job that must be refused, and looks that it left everything as it was. */
    private void refused(Job job, String reason) throws Exception {
        List<byte[]> slots = slots();
        List<Path> files = files();

        JobResult result = agent.run(job);

        assertThat(result.outcome()).isEqualTo(JobState.FAILED);
        JobFailure failure = Objects.requireNonNull(result.failure());
        assertThat(failure.kind()).isEqualTo(FailureKind.OPERATION);
        assertThat(failure.message()).contains(reason);
        assertThat(slots()).usingRecursiveComparison().isEqualTo(slots);
        assertThat(files()).isEqualTo(files);
        assertThat(agent.leases().inspect(agent.domain().domainLease()))
                .isInstanceOf(LeaseState.Free.class);
    }

    private List<byte[]> slots() throws IOException {
        List<byte[]> slots = new ArrayList<>();
        for (int slot = 1; slot <= TestDomain.MAX_VOLUMES; slot++) {
            slots.add(agent.slotBytes(slot));
        }
        return slots;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> found =
                Files.list(agent.domain().path().resolve(StorageDomain.VOLUMES_DIRECTORY))) {
            return found.sorted().toList();
        }
    }

    private void damage(int slotIndex) throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(agent.domain().controlPath().toFile(), "rw")) {
            file.seek(agent.domain().superblock().layout().metadataOffset(slotIndex) + 100);
            file.write(0x55);
            file.getFD().sync();
        }
    }

    private List<UUID> volumeIds() throws IOException {
        List<UUID> ids = new ArrayList<>();
        for (Volume volume : agent.domain().volumes()) {
            ids.add(volume.record().volumeId());
        }
        return ids;
    }

    private void kill(UUID volume, String moment) throws Exception {
        ChildJvm child =
                JobChild.run(
                        directory,
                        agent.domain().path(),
                        JobChild.Work.CREATE,
                        volume,
                        UUID.randomUUID(),
                        directory,
                        moment,
                        1);
        assertThat(child.exitCode()).as(child.output()).isEqualTo(JobChild.KILLED);
        assertThat(agent.leases().inspect(agent.domain().domainLease()))
                .as(moment)
                .isInstanceOf(LeaseState.Free.class);
    }
}
