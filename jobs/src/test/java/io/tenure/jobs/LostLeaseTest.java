package io.tenure.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.domain.Clock;
import io.tenure.domain.LeaseArea;
import io.tenure.domain.Volume;
import io.tenure.domain.VolumeStore;
import io.tenure.format.ActiveJob;
import io.tenure.format.Legality;
import io.tenure.format.LocalLeaseCodec;
import io.tenure.format.LocalLeaseRecord;
import io.tenure.format.VolumeRecord;
import io.tenure.format.VolumeSlot;
import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.io.BlockDevices;
import io.tenure.jobs.op.DeleteVolume;
import io.tenure.testing.jobs.BodyJob;
import io.tenure.testing.jobs.DeviceEvent;
import io.tenure.testing.jobs.DeviceHook;
import io.tenure.testing.jobs.TestDomain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Once a lease is lost nothing is written any more, and nothing is committed. */
class LostLeaseTest {
    private static final int BYTES = 4 << 20;

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
    @Tag("ovirt-22")
    void nothingIsWrittenAfterAnotherHolderStandsInTheLease() throws Exception {
        Volume before = agent.volume(volume);
        lostAmidTheCopy(() -> overwriteLease(before), "another holder");
    }

    @Test
    @Tag("ovirt-22")
    void nothingIsWrittenAfterTheLeaseWasWiped() throws Exception {
        Volume before = agent.volume(volume);
        LeaseArea area = agent.domain().leaseArea(before.slotIndex(), volume);
        lostAmidTheCopy(
                () -> {
                    try {
                        agent.leases().clear(area);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                "overwritten");
    }

    @Test
    @Tag("ovirt-20")
    void nothingIsWrittenAfterTheLeaseConnectionHungUp() throws Exception {
        lostAmidTheCopy(() -> agent.leases().hangUp(), "hung up");
    }

    @Test
    void aLeaseThatAnotherHostAsksForEndsTheJobInOrder() throws Exception {
        JobContext[] surroundings = new JobContext[1];
        Job copy = new SpiedJob(agent.copy(source, volume, 1L), surroundings);
        JobResult result = interrupted(copy, () -> agent.leases().want(), surroundings);

        assertThat(result.outcome()).isEqualTo(JobState.ABORTED);
        JobFailure failure = Objects.requireNonNull(result.failure());
        assertThat(failure.kind()).isEqualTo(FailureKind.ABORTED);
        assertThat(failure.message()).contains("another host asks for", volume.toString());
        assertThat(agent.trace().lines()).doesNotContain("write data");
        VolumeRecord record = agent.record(volume);
        assertThat(record.legality()).isEqualTo(Legality.ILLEGAL);
        assertThat(record.generation()).isEqualTo(1);
        assertThat(record.activeJob()).isEmpty();
        assertThat(record.transitions().getFirst().failureCode())
                .isEqualTo(FailureKind.ABORTED.code());
    }

    private void lostAmidTheCopy(Runnable loss, String reason) throws Exception {
        JobContext[] surroundings = new JobContext[1];
        Job copy = new SpiedJob(agent.copy(source, volume, 1L), surroundings);
        JobResult result = interrupted(copy, loss, surroundings);

        assertThat(result.outcome()).isEqualTo(JobState.FAILED);
        JobFailure failure = Objects.requireNonNull(result.failure());
        assertThat(failure.kind()).isEqualTo(FailureKind.LEASE_LOST);
        assertThat(failure.message()).contains(reason);
        assertThat(agent.trace().lines())
                .doesNotContain("write data", "write record", "flush data");
        VolumeRecord record = agent.record(volume);
        assertThat(record.legality()).isEqualTo(Legality.ILLEGAL);
        assertThat(record.generation()).isEqualTo(1);
        assertThat(record.activeJob().orElseThrow().jobId()).isEqualTo(copy.request().id());
    }

    /** Something happens at the fifth data write, which is held until the gate is closed. */
    private JobResult interrupted(Job copy, Runnable event, JobContext[] surroundings)
            throws Exception {
        Path data = agent.volume(volume).dataPath();
        CountDownLatch noticed = new CountDownLatch(1);
        int[] writes = new int[1];
        agent.traceDevices();
        agent.devices()
                .add(
                        new DeviceHook() {
                            @Override
                            public void before(DeviceEvent request) throws IOException {
                                boolean fifth;
                                synchronized (this) {
                                    fifth =
                                            request.is(data, DeviceEvent.Kind.WRITE)
                                                    && ++writes[0] == 5;
                                }
                                if (fifth) {
                                    event.run();
                                    awaitClosed(surroundings[0]);
                                    agent.trace().clear();
                                    noticed.countDown();
                                }
                            }
                        });
        JobResult result = agent.run(copy);
        assertThat(noticed.getCount()).isZero();
        return result;
    }

    @Test
    void aLossThatTheWatchDidNotSeeYetIsSeenBeforeTheCommit() throws Exception {
        Volume before = agent.volume(volume);
        try (JobRunner runner =
                JobRunner.start(
                        agent.managers(),
                        new JobSettings(
                                Clock.SYSTEM,
                                agent.devices(),
                                Duration.ZERO,
                                Duration.ofHours(1),
                                JobSettings.DEFAULT_BUFFER_LIMIT_BYTES),
                        1,
                        1)) {
            Job job = body(context -> overwriteLease(before));

            JobResult result = TestDomain.await(runner.submit(job, agent.tracer()));

            assertThat(result.outcome()).isEqualTo(JobState.FAILED);
            assertThat(Objects.requireNonNull(result.failure()).kind())
                    .isEqualTo(FailureKind.LEASE_LOST);
            assertThat(result.failure().step()).isEqualTo(JobStep.COMMIT);
            assertThat(agent.trace().lines()).doesNotContain("record LEGAL 2");
            assertThat(agent.record(volume).generation()).isEqualTo(1);
        }
    }

    @Test
    void aCommitThatFindsItsLeaseLostBetweenTheCopiesIsNotKnownToItsJob() throws Exception {
        Volume before = agent.volume(volume);
        Path control = agent.domain().controlPath();
        agent.devices()
                .add(
                        DeviceHook.calling(
                                DeviceHook.nth(
                                        3, event -> event.is(control, DeviceEvent.Kind.WRITE)),
                                () -> overwriteLease(before)));

        JobResult result = agent.run(body(context -> {}));

        JobFailure failure = Objects.requireNonNull(result.failure());
        assertThat(failure.kind()).isEqualTo(FailureKind.LEASE_LOST);
        assertThat(failure.message()).contains("not known whether the commit is on storage");
        assertThat(result.generationAfter()).isNull();
        VolumeSlot slot = agent.domain().store().read(before.slotIndex());
        assertThat(slot.record().orElseThrow().generation()).isEqualTo(2);
        assertThat(slot.isWhole()).isFalse();
    }

    @Test
    void aBodyThatGoesOnAfterTheLossWritesNoRecord() throws Exception {
        Job job =
                body(context -> {
                    agent.leases().hangUp();
                    awaitClosed(context);
                    VolumeRecord now = agent.record(volume);
                    VolumeStore store = context.store();
                    store.write(
                            store.read(context.slotIndex()),
                            now.withDescription("too late"),
                            () -> {});
                });

        JobResult result = agent.run(job);

        assertThat(Objects.requireNonNull(result.failure()).kind())
                .isEqualTo(FailureKind.LEASE_LOST);
        assertThat(agent.record(volume).description()).isNotEqualTo("too late");
    }

    @Test
    void aRecordThatSomebodyElseChangedIsNotCommittedOver() throws Exception {
        Job job =
                body(context -> {
                    VolumeRecord now = agent.record(volume);
                    TestDomain.put(agent.domain(), now.fenced(UUID.randomUUID(), 7, Instant.now()));
                });

        JobResult result = agent.run(job);

        assertThat(Objects.requireNonNull(result.failure()).kind())
                .isEqualTo(FailureKind.LEASE_LOST);
        assertThat(agent.record(volume).generation()).isEqualTo(2);
        assertThat(agent.record(volume).legality()).isEqualTo(Legality.ILLEGAL);
    }

    @Test
    void theRecordOfAnotherJobAtTheSameGenerationIsNotCommittedAsItsWork() throws Exception {
        UUID thief = UUID.randomUUID();
        Job job =
                body(context -> {
                    VolumeRecord now = agent.record(volume);
                    VolumeRecord taken =
                            now.failed(FailureKind.INTERRUPTED.code(), Instant.now())
                                    .started(new ActiveJob(thief, 7, 1, Instant.now()));
                    TestDomain.put(agent.domain(), taken);
                });

        JobResult result = agent.run(job);

        assertThat(Objects.requireNonNull(result.failure()).kind())
                .isEqualTo(FailureKind.LEASE_LOST);
        assertThat(agent.record(volume).generation()).isEqualTo(1);
        assertThat(agent.record(volume).activeJob().orElseThrow().jobId()).isEqualTo(thief);
    }

    @Test
    void nothingIsClearedAwayAfterALeaseWasLostAlthoughTheJobIsCommitted() throws Exception {
        Path data = agent.volume(volume).dataPath();
        JobContext[] surroundings = new JobContext[1];
        agent.trace()
                .listen(line -> {
                    if (line.startsWith("record REMOVED")) {
                        agent.leases().hangUp();
                        awaitClosed(surroundings[0]);
                    }
                });
        Job delete = new DeleteVolume(UUID.randomUUID(), agent.domain(), volume, 1L);

        JobResult result = agent.run(new SpiedJob(delete, surroundings));

        TestDomain.requireDone(result);
        assertThat(result.warnings()).singleElement().asString().contains("hung up");
        assertThat(data).exists();
        assertThat(agent.trace().lines()).doesNotContain("clear " + volume);
    }

    private BodyJob body(BodyJob.Body body) {
        return new BodyJob(UUID.randomUUID(), agent.domain(), volume, 1L, body);
    }

    private void overwriteLease(Volume held) {
        LeaseArea area = agent.domain().leaseArea(held.slotIndex(), volume);
        try (BlockDevice device = BlockDevices.open(area.path(), Access.READ_WRITE);
                Arena arena = Arena.ofConfined()) {
            MemorySegment sector = arena.allocate(area.sectorBytes(), 4096);
            device.read(area.offsetBytes(), sector);
            LocalLeaseRecord now = LocalLeaseCodec.decode(sector);
            LocalLeaseCodec.encode(
                    now.granted(1, Instant.now(), "a thief", UUID.randomUUID()), sector);
            device.write(area.offsetBytes(), sector);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitClosed(JobContext context) {
        long deadlineNanos = System.nanoTime() + TestDomain.LIMIT.toNanos();
        while (context.gate().closedReason().isEmpty()) {
            assertThat(System.nanoTime() - deadlineNanos).as("nanoseconds late").isNegative();
            Thread.onSpinWait();
        }
    }
}
