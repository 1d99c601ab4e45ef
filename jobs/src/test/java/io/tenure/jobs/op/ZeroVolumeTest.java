package io.tenure.jobs.op;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.bindings.Errno;
import io.tenure.format.Legality;
import io.tenure.format.Transition;
import io.tenure.format.TransitionKind;
import io.tenure.format.VolumeRecord;
import io.tenure.jobs.FailureKind;
import io.tenure.jobs.JobHandle;
import io.tenure.jobs.JobProgress;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobState;
import io.tenure.lease.LeaseState;
import io.tenure.testing.device.LoopDevice;
import io.tenure.testing.jobs.DeviceEvent;
import io.tenure.testing.jobs.DeviceHook;
import io.tenure.testing.jobs.TestDomain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Zeroing a volume: what it reads as, what becomes of its storage, and what stops it. */
class ZeroVolumeTest {
    private static final int BYTES = 1 << 20;

    @TempDir Path directory;
    private Path content;
    private TestDomain agent;

    @BeforeEach
    void open() throws IOException {
        content = TestDomain.randomFile(directory.resolve("content"), BYTES);
        agent = TestDomain.create(Files.createDirectory(directory.resolve("domain")));
    }

    @AfterEach
    void close() throws IOException {
        agent.close();
    }

    private ZeroVolume zero(UUID volume, long generation, ZeroVolume.Discard discard) {
        return new ZeroVolume(
                UUID.randomUUID(),
                agent.domain(),
                volume,
                generation,
                discard,
                ZeroSettings.DEFAULT);
    }

    private ZeroVolume slowly(UUID volume, long generation) {
        return new ZeroVolume(
                UUID.randomUUID(),
                agent.domain(),
                volume,
                generation,
                ZeroVolume.Discard.NONE,
                TestDomain.SMALL_STEPS);
    }

    /** The kinds of operations on a device, in their order, equal neighbours taken together. */
    private List<DeviceEvent.Kind> watch(Path path) {
        List<DeviceEvent.Kind> kinds = Collections.synchronizedList(new ArrayList<>());
        agent.devices()
                .add(
                        new DeviceHook() {
                            @Override
                            public void before(DeviceEvent event) {
                                if (event.path().equals(path)
                                        && (kinds.isEmpty() || kinds.getLast() != event.kind())) {
                                    kinds.add(event.kind());
                                }
                            }
                        });
        return kinds;
    }

    @ParameterizedTest
    @EnumSource
    void aFileReadsAsZeroAndItsStorageIsGivenBack(ZeroVolume.Discard discard) throws Exception {
        UUID volume = agent.createVolumeFrom(content);
        Path data = agent.volume(volume).dataPath();
        assertThat(TestDomain.allocatedBytes(data)).isGreaterThanOrEqualTo(BYTES);
        agent.trace().clear();
        agent.traceDevices();
        JobHandle handle = agent.start(zero(volume, 2, discard));
        JobResult result = TestDomain.await(handle);

        TestDomain.requireDone(result);
        assertThat(Files.readAllBytes(data)).hasSize(BYTES).containsOnly(0);
        assertThat(TestDomain.allocatedBytes(data)).isZero();
        assertThat(result.bytesZeroed()).isEqualTo(BYTES);
        assertThat(result.bytesCopied()).isZero();
        assertThat(handle.progress()).isEqualTo(new JobProgress(BYTES, BYTES));
        assertThat(agent.trace().steps())
                .containsSubsequence(
                        "acquire EXCLUSIVE " + volume,
                        "record ILLEGAL 2",
                        "write data",
                        "flush data",
                        "verify " + volume,
                        "record LEGAL 3",
                        "release " + volume);
        assertThat(agent.recordsWritten()).isEqualTo(2);
    }

    @Test
    void aPreallocatedVolumeKeepsItsStorage() throws Exception {
        UUID volume = agent.createVolumeFrom(content);
        agent.setPreallocated(volume);
        Path data = agent.volume(volume).dataPath();
        TestDomain.requireDone(agent.run(zero(volume, 2, ZeroVolume.Discard.NONE)));
        assertThat(Files.readAllBytes(data)).hasSize(BYTES).containsOnly(0);
        assertThat(TestDomain.allocatedBytes(data)).isGreaterThanOrEqualTo(BYTES);
    }

    @ParameterizedTest
    @EnumSource(names = {"BEFORE", "AFTER"})
    void aDiscardOfAPreallocatedVolumeIsRefusedAndChangesNothing(ZeroVolume.Discard discard)
            throws Exception {
        UUID volume = agent.createVolumeFrom(content);
        agent.setPreallocated(volume);
        byte[] slot = agent.slotBytes(agent.volume(volume).slotIndex());
        JobResult result = agent.run(zero(volume, 2, discard));
        assertThat(Objects.requireNonNull(result.failure()).message()).contains("preallocated");
        assertThat(agent.slotBytes(agent.volume(volume).slotIndex())).isEqualTo(slot);
        assertThat(Files.mismatch(content, agent.volume(volume).dataPath())).isEqualTo(-1);
    }

    @ParameterizedTest
    @EnumSource
    void aDeviceReadsAsZeroUpToTheCapacityWithZeroingAsTheLastPass(ZeroVolume.Discard discard)
            throws Exception {
        for (int sector : new int[] {512, 4096}) {
            try (LoopDevice loop = LoopDevice.create(directory, 2 * BYTES, sector)) {
                Path pattern = TestDomain.randomFile(directory.resolve("pattern"), 2 * BYTES);
                byte[] before = Files.readAllBytes(pattern);
                Files.write(loop.path(), before, StandardOpenOption.SYNC);
                UUID volume = agent.createVolume(BYTES, Optional.of(loop.path()));
                List<DeviceEvent.Kind> seen = watch(loop.path());

                JobHandle handle = agent.start(zero(volume, 1, discard));
                JobResult result = TestDomain.await(handle);

                TestDomain.requireDone(result);
                agent.devices().clear();
                assertThat(seen)
                        .containsExactlyElementsOf(
                                switch (discard) {
                                    case NONE ->
                                            List.of(
                                                    DeviceEvent.Kind.ZERO,
                                                    DeviceEvent.Kind.FLUSH,
                                                    DeviceEvent.Kind.CLOSE);
                                    case BEFORE ->
                                            List.of(
                                                    DeviceEvent.Kind.DISCARD,
                                                    DeviceEvent.Kind.ZERO,
                                                    DeviceEvent.Kind.FLUSH,
                                                    DeviceEvent.Kind.CLOSE);
                                    case AFTER ->
                                            List.of(
                                                    DeviceEvent.Kind.ZERO,
                                                    DeviceEvent.Kind.FLUSH,
                                                    DeviceEvent.Kind.ZERO,
                                                    DeviceEvent.Kind.FLUSH,
                                                    DeviceEvent.Kind.CLOSE);
                                });
                int passes = discard == ZeroVolume.Discard.NONE ? 1 : 2;
                assertThat(handle.progress())
                        .isEqualTo(new JobProgress((long) passes * BYTES, (long) passes * BYTES));
                assertThat(result.bytesZeroed()).isEqualTo(BYTES);
                byte[] after = Files.readAllBytes(loop.backing());
                assertThat(Arrays.copyOf(after, BYTES)).containsOnly(0);
                assertThat(Arrays.copyOfRange(after, BYTES, 2 * BYTES))
                        .isEqualTo(Arrays.copyOfRange(before, BYTES, 2 * BYTES));
                TestDomain.requireDone(
                        agent.run(new DeleteVolume(UUID.randomUUID(), agent.domain(), volume, 2L)));
            }
        }
    }

    @Test
    void anAbortedZeroingIsRecordedAndTheNextOneRunsAtTheSameGeneration() throws Exception {
        UUID volume = agent.createVolumeFrom(content);
        ZeroVolume job = slowly(volume, 2);
        JobHandle handle = agent.start(job);
        while (handle.progress().bytesDone() == 0) {
            assertThat(handle.state().isActive()).isTrue();
            Thread.onSpinWait();
        }
        handle.abort();

        assertThat(TestDomain.await(handle).outcome()).isEqualTo(JobState.ABORTED);
        VolumeRecord record = agent.record(volume);
        assertThat(record.legality()).isEqualTo(Legality.ILLEGAL);
        assertThat(record.generation()).isEqualTo(2);
        Transition newest = record.transitions().getFirst();
        assertThat(newest.kind()).isEqualTo(TransitionKind.FAILED);
        assertThat(newest.failureCode()).isEqualTo(130);
        assertThat(newest.jobId()).isEqualTo(job.request().id());
        assertThat(agent.lease(volume)).isInstanceOf(LeaseState.Free.class);
        assertThat(handle.progress().fraction()).isLessThan(1);

        TestDomain.requireDone(agent.run(zero(volume, 2, ZeroVolume.Discard.NONE)));
        assertThat(agent.record(volume).legality()).isEqualTo(Legality.LEGAL);
        assertThat(Files.readAllBytes(agent.volume(volume).dataPath())).containsOnly(0);
    }

    @ParameterizedTest
    @EnumSource(
            value = DeviceEvent.Kind.class,
            names = {"ZERO", "FLUSH"})
    void aDeviceThatFailsLeavesTheVolumeIllegal(DeviceEvent.Kind kind) throws Exception {
        UUID volume = agent.createVolumeFrom(content);
        Path data = agent.volume(volume).dataPath();
        agent.devices().add(DeviceHook.failing(event -> event.is(data, kind), Errno.EIO));
        JobResult result = agent.run(zero(volume, 2, ZeroVolume.Discard.NONE));
        assertThat(Objects.requireNonNull(result.failure()).kind())
                .isEqualTo(FailureKind.OPERATION);
        assertThat(result.failure().message()).contains(data.toString()).contains("EIO");
        assertThat(agent.record(volume).legality()).isEqualTo(Legality.ILLEGAL);
        assertThat(agent.record(volume).generation()).isEqualTo(2);
    }
}
