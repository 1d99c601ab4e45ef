package io.tenure.jobs.op;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.format.Legality;
import io.tenure.format.Transition;
import io.tenure.format.TransitionKind;
import io.tenure.format.VolumeRecord;
import io.tenure.jobs.FailureKind;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobFailure;
import io.tenure.jobs.JobObserver;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobState;
import io.tenure.jobs.JobStep;
import io.tenure.testing.device.LoopDevice;
import io.tenure.testing.jobs.TestDomain;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An update changes what it is told to and the generation, nothing else. */
class UpdateVolumeTest {
    @TempDir Path directory;
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
    void theDescriptionIsNewAndTheUpdateIsRecorded() throws Exception {
        UpdateVolume update = update(1L, "neue Beschreibung \u00e4\u00f6\u00fc");
        TestDomain.requireDone(agent.run(update));
        VolumeRecord record = agent.record(volume);
        assertThat(record.description()).isEqualTo("neue Beschreibung \u00e4\u00f6\u00fc");
        assertThat(record.generation()).isEqualTo(2);
        assertThat(record.legality()).isEqualTo(Legality.LEGAL);
        Transition newest = record.transitions().getFirst();
        assertThat(newest.kind()).isEqualTo(TransitionKind.UPDATED);
        assertThat(newest.jobId()).isEqualTo(update.request().id());
    }

    @Test
    @Tag("ovirt-2")
    void anotherGenerationThanTheExpectedOneChangesNothing() throws Exception {
        byte[] slot = agent.slotBytes(agent.volume(volume).slotIndex());
        JobResult result = agent.run(update(0L, "x"));
        assertThat(Objects.requireNonNull(result.failure()).kind())
                .isEqualTo(FailureKind.GENERATION_MISMATCH);
        assertThat(agent.slotBytes(agent.volume(volume).slotIndex())).isEqualTo(slot);
    }

    @Test
    void aDescriptionThatDoesNotFitOrIsNoTextChangesNothing() throws Exception {
        byte[] slot = agent.slotBytes(agent.volume(volume).slotIndex());
        for (String bad : new String[] {"\u00e4".repeat(200), "with\0nul", "\ud800"}) {
            JobResult result = agent.run(update(1L, bad));
            assertThat(Objects.requireNonNull(result.failure()).kind())
                    .isEqualTo(FailureKind.INVALID_REQUEST);
        }
        assertThat(agent.slotBytes(agent.volume(volume).slotIndex())).isEqualTo(slot);
    }

    @Test
    void theLegalityIsWhatSomebodySaysAndNothingElseChanges() throws Exception {
        for (Legality legality : new Legality[] {Legality.ILLEGAL, Legality.LEGAL}) {
            VolumeRecord before = agent.record(volume);
            TestDomain.requireDone(agent.run(changes(VolumeChanges.NONE.withLegality(legality))));
            VolumeRecord after = agent.record(volume);
            assertThat(after.legality()).isEqualTo(legality);
            assertThat(after.generation()).isEqualTo(before.generation() + 1);
            assertThat(after.description()).isEqualTo(before.description());
            assertThat(after.capacityBytes()).isEqualTo(before.capacityBytes());
        }
    }

    @Test
    void aVolumeInAFileGrowsByZeroesWhateverAGrowthThatWasCutOffLeft() throws Exception {
        Path content = TestDomain.randomFile(directory.resolve("content"), 4096);
        TestDomain.requireDone(agent.run(agent.copy(content, volume, 1L)));
        Path data = agent.volume(volume).dataPath();
        Files.write(data, new byte[] {1, 2, 3}, StandardOpenOption.APPEND);
        try (RandomAccessFile file = new RandomAccessFile(data.toFile(), "rw")) {
            file.setLength(8192);
        }
        agent.trace().clear();
        agent.traceDevices();

        TestDomain.requireDone(agent.run(changes(VolumeChanges.NONE.withCapacityBytes(1 << 20))));

        byte[] now = Files.readAllBytes(data);
        assertThat(now).hasSize(1 << 20);
        assertThat(Arrays.copyOf(now, 4096)).isEqualTo(Files.readAllBytes(content));
        assertThat(Arrays.copyOfRange(now, 4096, now.length)).containsOnly(0);
        assertThat(agent.record(volume).capacityBytes()).isEqualTo(1 << 20);
        assertThat(agent.record(volume).legality()).isEqualTo(Legality.LEGAL);
        // A job that changes the record alone writes it once
        assertThat(agent.recordsWritten()).isEqualTo(1);
    }

    @Test
    void aPreallocatedVolumeGrowsWithStorageOfItsOwn() throws Exception {
        agent.setPreallocated(volume);
        TestDomain.requireDone(agent.run(changes(VolumeChanges.NONE.withCapacityBytes(64 << 10))));
        assertThat(TestDomain.allocatedBytes(agent.volume(volume).dataPath()))
                .isGreaterThanOrEqualTo(60 << 10);
    }

    @Test
    void aVolumeOnADeviceGrowsIntoTheRoomThatThereIsAndNoFurther() throws Exception {
        try (LoopDevice loop = LoopDevice.create(directory, 1 << 20, 512)) {
            UUID small = agent.createVolume(512 << 10, Optional.of(loop.path()));
            assertThat(failureOf(small, 2 << 20).message()).contains("does not fit");
            TestDomain.requireDone(agent.run(growing(small, 1 << 20)));
            assertThat(agent.record(small).capacityBytes()).isEqualTo(1 << 20);
            TestDomain.requireDone(
                    agent.run(new DeleteVolume(UUID.randomUUID(), agent.domain(), small, null)));
        }
    }

    @Test
    void aGrowthThatIsNotCommittedLeavesTheFileAsLongAsItWas() throws Exception {
        Path data = agent.volume(volume).dataPath();
        byte[] slot = agent.slotBytes(agent.volume(volume).slotIndex());
        JobObserver breaks =
                new JobObserver() {
                    @Override
                    public void stepStarted(Job job, JobStep step) {
                        if (step == JobStep.COMMIT) {
                            assertThat(data).hasSize(8192);
                            throw new IllegalStateException("before the commit");
                        }
                    }
                };
        JobResult result = TestDomain.await(agent.runner().submit(growing(volume, 8192), breaks));
        assertThat(result.outcome()).isEqualTo(JobState.FAILED);
        assertThat(data).hasSize(4096);
        assertThat(agent.slotBytes(agent.volume(volume).slotIndex())).isEqualTo(slot);
    }

    @Test
    void whatMakesNoSenseChangesNothing() throws Exception {
        byte[] slot = agent.slotBytes(agent.volume(volume).slotIndex());
        assertThat(failureOf(volume, 2048).message()).contains("none is made smaller");
        assertThat(failureOf(volume, 4096 + 100).kind()).isEqualTo(FailureKind.INVALID_REQUEST);
        for (VolumeChanges senseless :
                new VolumeChanges[] {
                    VolumeChanges.NONE, VolumeChanges.NONE.withLegality(Legality.REMOVED)
                }) {
            JobResult result = agent.run(changes(senseless));
            assertThat(Objects.requireNonNull(result.failure()).kind())
                    .isEqualTo(FailureKind.INVALID_REQUEST);
        }
        assertThat(agent.volume(volume).dataPath()).hasSize(4096);
        assertThat(agent.slotBytes(agent.volume(volume).slotIndex())).isEqualTo(slot);
    }

    private JobFailure failureOf(UUID grown, long capacityBytes) throws Exception {
        return Objects.requireNonNull(agent.run(growing(grown, capacityBytes)).failure());
    }

    private UpdateVolume growing(UUID grown, long capacityBytes) {
        return new UpdateVolume(
                UUID.randomUUID(),
                agent.domain(),
                grown,
                null,
                VolumeChanges.NONE.withCapacityBytes(capacityBytes));
    }

    private UpdateVolume changes(VolumeChanges changes) {
        return new UpdateVolume(UUID.randomUUID(), agent.domain(), volume, null, changes);
    }

    private UpdateVolume update(long generation, String description) {
        return new UpdateVolume(UUID.randomUUID(), agent.domain(), volume, generation, description);
    }
}
