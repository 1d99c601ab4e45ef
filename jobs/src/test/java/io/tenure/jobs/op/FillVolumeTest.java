package io.tenure.jobs.op;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.bindings.Errno;
import io.tenure.format.Legality;
import io.tenure.format.TransitionKind;
import io.tenure.format.VolumeRecord;
import io.tenure.jobs.JobHandle;
import io.tenure.jobs.JobProgress;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobState;
import io.tenure.testing.device.LoopDevice;
import io.tenure.testing.jobs.DeviceEvent;
import io.tenure.testing.jobs.DeviceHook;
import io.tenure.testing.jobs.TestDomain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Filling the free end of a volume's device: the end is zero, the volume is as it was. */
class FillVolumeTest {
    private static final int BYTES = 1 << 20;
    private static final int CAPACITY = 640 << 10;

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

    private byte[] cover(LoopDevice loop) throws IOException {
        byte[] pattern =
                Files.readAllBytes(TestDomain.randomFile(directory.resolve("pattern"), BYTES));
        Files.write(loop.path(), pattern, StandardOpenOption.SYNC);
        return pattern;
    }

    private FillVolume fill(UUID volume, long generation, ZeroSettings settings) {
        return new FillVolume(UUID.randomUUID(), agent.domain(), volume, generation, settings);
    }

    private void delete(UUID volume) throws IOException, InterruptedException {
        TestDomain.requireDone(
                agent.run(new DeleteVolume(UUID.randomUUID(), agent.domain(), volume, null)));
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 4096})
    void theFreeEndReadsAsZeroAndTheVolumeIsLegalAllTheTime(int sector) throws Exception {
        try (LoopDevice loop = LoopDevice.create(directory, BYTES, sector)) {
            byte[] before = cover(loop);
            UUID volume = agent.createVolume(CAPACITY, Optional.of(loop.path()));
            agent.trace().clear();
            agent.traceDevices();

            JobHandle handle = agent.start(fill(volume, 1, ZeroSettings.DEFAULT));
            JobResult result = TestDomain.await(handle);

            TestDomain.requireDone(result);
            byte[] after = Files.readAllBytes(loop.backing());
            assertThat(Arrays.copyOf(after, CAPACITY)).isEqualTo(Arrays.copyOf(before, CAPACITY));
            assertThat(Arrays.copyOfRange(after, CAPACITY, BYTES)).containsOnly(0);
            assertThat(result.bytesZeroed()).isEqualTo(BYTES - CAPACITY);
            assertThat(handle.progress())
                    .isEqualTo(new JobProgress(BYTES - CAPACITY, BYTES - CAPACITY));
            assertThat(agent.trace().steps())
                    .containsSubsequence(
                            "acquire EXCLUSIVE " + volume,
                            "record LEGAL 1",
                            "write data",
                            "flush data",
                            "verify " + volume,
                            "record LEGAL 2",
                            "release " + volume);
            VolumeRecord record = agent.record(volume);
            assertThat(record.activeJob()).isEmpty();
            assertThat(record.transitions().getFirst().kind()).isEqualTo(TransitionKind.COMPLETED);
            delete(volume);
        }
    }

    @Test
    void aDeviceWithoutAFreeEndIsFilledAlready() throws Exception {
        try (LoopDevice loop = LoopDevice.create(directory, BYTES, 512)) {
            byte[] before = cover(loop);
            UUID volume = agent.createVolume(BYTES, Optional.of(loop.path()));
            JobResult result = agent.run(fill(volume, 1, ZeroSettings.DEFAULT));
            TestDomain.requireDone(result);
            assertThat(result.bytesZeroed()).isZero();
            assertThat(Files.readAllBytes(loop.backing())).isEqualTo(before);
            assertThat(agent.record(volume).generation()).isEqualTo(2);
            delete(volume);
        }
    }

    @Test
    void aVolumeInAFileIsRefusedAndChangesNothing() throws Exception {
        UUID volume = agent.createVolume(BYTES);
        byte[] slot = agent.slotBytes(agent.volume(volume).slotIndex());
        JobResult result = agent.run(fill(volume, 1, ZeroSettings.DEFAULT));
        assertThat(Objects.requireNonNull(result.failure()).message())
                .contains("lies in a file")
                .contains(agent.volume(volume).dataPath().toString());
        assertThat(agent.slotBytes(agent.volume(volume).slotIndex())).isEqualTo(slot);
    }

    @Test
    void anAbortIsRecordedAndTheVolumeStaysLegal() throws Exception {
        try (LoopDevice loop = LoopDevice.create(directory, BYTES, 512)) {
            byte[] before = cover(loop);
            UUID volume = agent.createVolume(CAPACITY, Optional.of(loop.path()));
            FillVolume job = fill(volume, 1, TestDomain.SMALL_STEPS);
            JobHandle handle = agent.start(job);
            while (handle.progress().bytesDone() == 0) {
                assertThat(handle.state().isActive()).isTrue();
                Thread.onSpinWait();
            }
            assertThat(agent.record(volume).activeJob().orElseThrow().jobId())
                    .isEqualTo(job.request().id());
            handle.abort();

            assertThat(TestDomain.await(handle).outcome()).isEqualTo(JobState.ABORTED);
            VolumeRecord record = agent.record(volume);
            assertThat(record.legality()).isEqualTo(Legality.LEGAL);
            assertThat(record.generation()).isEqualTo(1);
            assertThat(record.activeJob()).isEmpty();
            assertThat(record.transitions().getFirst().failureCode()).isEqualTo(130);
            assertThat(Arrays.copyOf(Files.readAllBytes(loop.backing()), CAPACITY))
                    .isEqualTo(Arrays.copyOf(before, CAPACITY));
            TestDomain.requireDone(agent.run(fill(volume, 1, ZeroSettings.DEFAULT)));
            delete(volume);
        }
    }

    @Test
    void aVolumeThatWasIllegalStaysIllegalAndAFailureIsRecorded() throws Exception {
        try (LoopDevice loop = LoopDevice.create(directory, BYTES, 512)) {
            UUID volume = agent.createVolume(CAPACITY, Optional.of(loop.path()));
            agent.devices()
                    .add(
                            DeviceHook.failing(
                                    event -> event.is(loop.path(), DeviceEvent.Kind.ZERO),
                                    Errno.EIO));
            // Zeroing fails and leaves the volume ILLEGAL.
            agent.run(
                    new ZeroVolume(
                            UUID.randomUUID(),
                            agent.domain(),
                            volume,
                            1L,
                            ZeroVolume.Discard.NONE,
                            ZeroSettings.DEFAULT));
            JobResult failed = agent.run(fill(volume, 1, ZeroSettings.DEFAULT));
            assertThat(failed.outcome()).isEqualTo(JobState.FAILED);
            assertThat(agent.record(volume).transitions()).hasSize(3);
            assertThat(agent.record(volume).transitions().getFirst().failureCode()).isEqualTo(1);
            agent.devices().clear();
            TestDomain.requireDone(agent.run(fill(volume, 1, ZeroSettings.DEFAULT)));
            assertThat(agent.record(volume).legality()).isEqualTo(Legality.ILLEGAL);
            assertThat(agent.record(volume).generation()).isEqualTo(2);
            delete(volume);
        }
    }
}
