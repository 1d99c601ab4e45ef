package io.tenure.jobs.op;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.format.Legality;
import io.tenure.format.TransitionKind;
import io.tenure.format.VolumeRecord;
import io.tenure.jobs.JobHandle;
import io.tenure.jobs.JobProgress;
import io.tenure.jobs.JobResult;
import io.tenure.testing.device.LoopDevice;
import io.tenure.testing.jobs.DeviceEvent;
import io.tenure.testing.jobs.DeviceHook;
import io.tenure.testing.jobs.TestDomain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A discard gives the storage back, and nobody takes what is left for data. */
class DiscardVolumeTest {
    private static final int BYTES = 1 << 20;

    @TempDir Path directory;
    private Path content;
    private TestDomain agent;

    @BeforeEach
    void open() throws Exception {
        content = TestDomain.randomFile(directory.resolve("content"), BYTES);
        agent = TestDomain.create(Files.createDirectory(directory.resolve("domain")));
    }

    @AfterEach
    void close() throws IOException {
        agent.close();
    }

    @Test
    void aVolumeInAFileReadsAsZeroTakesNoStorageAndIsLegal() throws Exception {
        UUID volume = agent.createVolumeFrom(content);
        agent.trace().clear();
        agent.traceDevices();

        JobHandle handle = agent.start(discard(volume, 2));
        JobResult result = TestDomain.await(handle);

        TestDomain.requireDone(result);
        Path data = agent.volume(volume).dataPath();
        assertThat(Files.readAllBytes(data)).hasSize(BYTES).containsOnly(0);
        assertThat(TestDomain.allocatedBytes(data)).isZero();
        assertThat(result.bytesZeroed()).isEqualTo(BYTES);
        assertThat(handle.progress()).isEqualTo(new JobProgress(BYTES, BYTES));
        assertThat(agent.trace().steps())
                .containsSubsequence(
                        "acquire EXCLUSIVE " + volume,
                        "record ILLEGAL 2",
                        "write data",
                        "flush data",
                        "record LEGAL 3",
                        "release " + volume);
        assertThat(agent.recordsWritten()).isEqualTo(2);
    }

    @Test
    void aVolumeOnADeviceIsDiscardedUpToItsCapacityAndEndsIllegal() throws Exception {
        try (LoopDevice loop = LoopDevice.create(directory, 2 * BYTES, 512)) {
            byte[] before =
                    Files.readAllBytes(
                            TestDomain.randomFile(directory.resolve("before"), 2 * BYTES));
            Files.write(loop.path(), before, java.nio.file.StandardOpenOption.SYNC);
            UUID volume = agent.createVolume(BYTES, Optional.of(loop.path()));
            AtomicLong discarded = new AtomicLong();
            agent.devices()
                    .add(
                            new DeviceHook() {
                                @Override
                                public void before(DeviceEvent event) {
                                    if (event.is(loop.path(), DeviceEvent.Kind.DISCARD)) {
                                        discarded.addAndGet(event.lengthBytes());
                                    }
                                }
                            });

            JobResult result = agent.run(discard(volume, 1));

            TestDomain.requireDone(result);
            assertThat(discarded.get()).isEqualTo(BYTES);
            byte[] after = Files.readAllBytes(loop.backing());
            assertThat(Arrays.copyOfRange(after, BYTES, 2 * BYTES))
                    .isEqualTo(Arrays.copyOfRange(before, BYTES, 2 * BYTES));
            VolumeRecord record = agent.record(volume);
            assertThat(record.legality()).isEqualTo(Legality.ILLEGAL);
            assertThat(record.generation()).isEqualTo(2);
            assertThat(record.activeJob()).isEmpty();
            assertThat(record.transitions().getFirst().kind()).isEqualTo(TransitionKind.COMPLETED);
            assertThat(record.transitions().getFirst().jobId()).isEqualTo(result.jobId());
            // A copy makes it a volume with data again.
            TestDomain.requireDone(agent.run(agent.copy(content, volume, 2L)));
            assertThat(agent.record(volume).legality()).isEqualTo(Legality.LEGAL);
            TestDomain.requireDone(
                    agent.run(new DeleteVolume(UUID.randomUUID(), agent.domain(), volume, 3L)));
        }
    }

    @Test
    void aPreallocatedVolumeKeepsItsStorageAndItsContent() throws Exception {
        UUID volume = agent.createVolumeFrom(content);
        agent.setPreallocated(volume);
        byte[] slot = agent.slotBytes(agent.volume(volume).slotIndex());
        JobResult result = agent.run(discard(volume, 2));
        assertThat(Objects.requireNonNull(result.failure()).message()).contains("preallocated");
        assertThat(agent.slotBytes(agent.volume(volume).slotIndex())).isEqualTo(slot);
        assertThat(Files.mismatch(content, agent.volume(volume).dataPath())).isEqualTo(-1);
    }

    private DiscardVolume discard(UUID volume, long generation) {
        return new DiscardVolume(
                UUID.randomUUID(), agent.domain(), volume, generation, ZeroSettings.DEFAULT);
    }
}
