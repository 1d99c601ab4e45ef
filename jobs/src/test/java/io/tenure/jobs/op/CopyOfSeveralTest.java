package io.tenure.jobs.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.bindings.Errno;
import io.tenure.domain.Clock;
import io.tenure.domain.InvalidRequestException;
import io.tenure.format.Legality;
import io.tenure.format.TransitionKind;
import io.tenure.format.VolumeRecord;
import io.tenure.io.copy.CopyPlan;
import io.tenure.jobs.FailureKind;
import io.tenure.jobs.JobFailure;
import io.tenure.jobs.JobHandle;
import io.tenure.jobs.JobProgress;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobState;
import io.tenure.jobs.JobStep;
import io.tenure.jobs.JobTarget;
import io.tenure.jobs.VolumeResult;
import io.tenure.lease.LeaseState;
import io.tenure.recon.HolderRequests;
import io.tenure.recon.ReconOutcome;
import io.tenure.recon.ReconQuestion;
import io.tenure.recon.ReconSettings;
import io.tenure.recon.Reconnaissance;
import io.tenure.testing.jobs.DeviceEvent;
import io.tenure.testing.jobs.DeviceHook;
import io.tenure.testing.jobs.JobChild;
import io.tenure.testing.jobs.TestDomain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One copy that writes several volumes: together up to the commits, each by itself in these. */
class CopyOfSeveralTest {
    private static final int BYTES = 1 << 20;

    @TempDir Path directory;
    private Path source;
    private TestDomain agent;
    private UUID first;
    private UUID second;

    @BeforeEach
    void open() throws Exception {
        source = TestDomain.randomFile(directory.resolve("source"), BYTES);
        Path domain = Files.createDirectory(directory.resolve("domain"));
        TestDomain.format(domain);
        agent = TestDomain.open(domain, Duration.ofSeconds(20));
        first = agent.createVolume(BYTES);
        second = agent.createVolume(BYTES);
    }

    @AfterEach
    void close() throws IOException {
        agent.close();
    }

    @Test
    @Tag("ovirt-10")
    void allAreMarkedBeforeTheFirstByteAndFlushedBeforeTheFirstCommit() throws Exception {
        agent.traceDevices();
        agent.trace().clear();

        JobHandle handle = agent.start(copy(fromFile(first, 1L), fromFile(second, 1L)));
        JobResult result = TestDomain.await(handle);

        TestDomain.requireDone(result);
        List<String> told =
                agent.trace().lines().stream()
                        .filter(line ->
                                line.startsWith("record ")
                                        || line.equals("flush data")
                                        || line.equals("write data"))
                        .toList();
        assertThat(told).startsWith("record ILLEGAL 1", "record ILLEGAL 1", "write data");
        assertThat(told).endsWith("flush data", "record LEGAL 2", "record LEGAL 2");
        assertThat(agent.recordsWritten()).isEqualTo(4);
        for (UUID volume : List.of(first, second)) {
            assertThat(Files.mismatch(source, agent.volume(volume).dataPath())).isEqualTo(-1);
            assertThat(agent.record(volume).transitions().getFirst().jobId())
                    .isEqualTo(result.jobId());
        }
        assertThat(result.volumes()).containsExactly(committed(first), committed(second));
        assertThat(result.bytesCopied()).isEqualTo(2L * BYTES);
        assertThat(handle.progress()).isEqualTo(new JobProgress(2L * BYTES, 2L * BYTES));
        assertFree();
    }

    @Test
    void oneSourceIsReadOnceForThoseOfOneSize() throws Exception {
        UUID larger = agent.createVolume(2 * BYTES);
        List<DeviceEvent> reads = Collections.synchronizedList(new ArrayList<>());
        agent.devices()
                .add(
                        new DeviceHook() {
                            @Override
                            public void before(DeviceEvent event) {
                                if (event.is(source, DeviceEvent.Kind.READ)) {
                                    reads.add(event);
                                }
                            }
                        });
        for (CopyPlan.Check check : List.of(CopyPlan.Check.NONE, CopyPlan.Check.VERIFY)) {
            reads.clear();
            JobResult result =
                    agent.run(
                            CopyVolume.ofSeveral(
                                    UUID.randomUUID(),
                                    List.of(
                                            fromFile(first, null),
                                            fromFile(larger, null),
                                            fromFile(second, null)),
                                    TestDomain.SMALL_REQUESTS.withCheck(check)));
            TestDomain.requireDone(result);
            assertThat(reads.stream().mapToLong(DeviceEvent::lengthBytes).sum())
                    .isEqualTo(2L * BYTES); // once for the two, and once for the larger
            assertThat(result.bytesCopied()).isEqualTo(3L * BYTES);
            assertThat(result.data().bytesVerified())
                    .isEqualTo(check == CopyPlan.Check.NONE ? 0 : 4L * BYTES);
            byte[] content = Files.readAllBytes(source);
            for (UUID volume : List.of(first, second, larger)) {
                Path data = agent.volume(volume).dataPath();
                assertThat(data).hasBinaryContent(Arrays.copyOf(content, (int) Files.size(data)));
            }
        }
    }

    @Test
    @Tag("ovirt-48")
    @Tag("ovirt-50")
    void theSourceOfSeveralIsClaimedOnceAndAllLeasesAreTakenInOneOrder() throws Exception {
        UUID third = agent.createVolumeFrom(source);
        agent.trace().clear();

        TestDomain.requireDone(
                agent.run(copy(fromVolume(third, second, 1L), fromVolume(third, first, 1L))));

        assertThat(linesOf("acquire"))
                .containsExactly(
                        "acquire EXCLUSIVE " + first,
                        "acquire EXCLUSIVE " + second,
                        "acquire SHARED " + third);
        assertThat(linesOf("release"))
                .containsExactly("release " + third, "release " + second, "release " + first);
    }

    @Test
    @Tag("ovirt-51")
    void aVolumeThatIsSourceAndDestinationIsRefusedBeforeAnythingIsAcquired() throws Exception {
        agent.trace().clear();
        JobFailure failure =
                failureOf(agent.run(copy(fromFile(first, 1L), fromVolume(first, second, 1L))));
        assertThat(failure.step()).isEqualTo(JobStep.ACQUIRE);
        assertThat(failure.message()).contains("source and destination must differ");
        assertThat(linesOf("acquire")).isEmpty();
        assertThat(agent.record(second).generation()).isEqualTo(1);
    }

    @Test
    void aVolumeThatIsWrittenTwiceIsNoCopy() {
        assertThatThrownBy(() -> copy(fromFile(first, 1L), fromFile(first, 1L)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(first.toString());
        assertThatThrownBy(this::copy).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    @Tag("ovirt-53")
    void twoCopiesThatReadWhatTheOtherWritesBothEnd() throws Exception {
        JobHandle there = agent.start(copy(fromVolume(first, second, null)));
        JobHandle back = agent.start(copy(fromVolume(second, first, null)));
        TestDomain.requireDone(TestDomain.await(there));
        TestDomain.requireDone(TestDomain.await(back));
    }

    @Test
    void nothingIsWrittenIfOneOfThemIsNotAsExpected() throws Exception {
        byte[] control = Files.readAllBytes(agent.domain().controlPath());
        agent.traceDevices();
        JobResult result = agent.run(copy(fromFile(first, 1L), fromFile(second, 7L)));
        assertThat(failureOf(result).kind()).isEqualTo(FailureKind.GENERATION_MISMATCH);
        assertThat(failureOf(result).message()).contains(second.toString());
        assertThat(agent.trace().lines()).doesNotContain("write record", "write data");
        assertThat(Files.readAllBytes(agent.domain().controlPath())).isEqualTo(control);
        assertThat(result.volumes()).noneMatch(VolumeResult::committed);
        assertFree();
    }

    @Test
    void aWriteErrorInTheSecondCommitsNone() throws Exception {
        Path data = agent.volume(second).dataPath();
        agent.devices()
                .add(
                        DeviceHook.failing(
                                event -> event.is(data, DeviceEvent.Kind.WRITE), Errno.EIO));

        JobResult result = agent.run(copy(fromFile(first, 1L), fromFile(second, 1L)));

        assertThat(failureOf(result).step()).isEqualTo(JobStep.WORK);
        for (UUID volume : List.of(first, second)) {
            assertFailed(volume);
        }
        assertThat(result.volumes()).containsExactly(failed(first), failed(second));
        assertFree();
    }

    @Test
    void aCommitThatFailsLeavesTheOneBeforeItAndTheResultTellsOfEach() throws Exception {
        agent.devices().add(DeviceHook.failing(recordSector(7), Errno.EIO));

        JobResult result = agent.run(copy(fromFile(first, 1L), fromFile(second, 1L)));

        assertThat(result.outcome()).isEqualTo(JobState.FAILED);
        assertThat(failureOf(result).step()).isEqualTo(JobStep.COMMIT);
        assertThat(failureOf(result).message()).contains("committed all the same", "" + first);
        assertThat(result.volumes()).containsExactly(committed(first), failed(second));
        assertThat(result.needsReconnaissance()).isFalse();
        assertThat(agent.record(first).legality()).isEqualTo(Legality.LEGAL);
        assertThat(Files.mismatch(source, agent.volume(first).dataPath())).isEqualTo(-1);
        assertFailed(second);
        assertFree();
    }

    @Test
    void aCommitOfWhichNothingIsKnownIsToldOfThatVolumeAlone() throws Exception {
        Path control = agent.domain().controlPath();
        boolean[] broken = new boolean[1];
        agent.devices().add(DeviceHook.calling(recordSector(7), () -> broken[0] = true));
        agent.devices()
                .add(
                        DeviceHook.failing(
                                event -> broken[0] && event.path().equals(control), Errno.EIO));

        JobResult result = agent.run(copy(fromFile(first, 1L), fromFile(second, 1L)));

        broken[0] = false;
        assertThat(failureOf(result).message()).contains("not known", "committed all the same");
        assertThat(result.needsReconnaissance()).isTrue();
        assertThat(result.volumes().getFirst()).isEqualTo(committed(first));
        assertThat(result.volumes().getLast().generationAfter()).isNull();
        assertThat(result.volumes().getLast().committed()).isFalse();
    }

    @Test
    void killedBetweenTwoCommitsOneIsCompletedAndTheOtherInterrupted() throws Exception {
        UUID job = UUID.randomUUID();
        assertThat(
                        JobChild.run(
                                        directory,
                                        agent.domain().path(),
                                        JobChild.Work.COPY_TO_ALL,
                                        first,
                                        job,
                                        source,
                                        "record LEGAL",
                                        1)
                                .exitCode())
                .isEqualTo(JobChild.KILLED);

        assertThat(ask(first, job)).isInstanceOf(ReconOutcome.Completed.class);
        assertThat(ask(second, job)).isInstanceOf(ReconOutcome.Interrupted.class);
        assertThat(Files.mismatch(source, agent.volume(first).dataPath())).isEqualTo(-1);
        assertThat(agent.record(first).legality()).isEqualTo(Legality.LEGAL);
        assertThat(agent.record(second).legality()).isEqualTo(Legality.ILLEGAL);
    }

    private ReconOutcome ask(UUID volume, UUID job) throws InterruptedException {
        return new Reconnaissance(agent.managers(), HolderRequests.NONE, Clock.SYSTEM)
                .ask(new ReconQuestion(agent.domain(), volume, job, 1), ReconSettings.DEFAULT);
    }

    private CopyVolume copy(Transfer... transfers) throws InvalidRequestException {
        return CopyVolume.ofSeveral(
                UUID.randomUUID(), List.of(transfers), TestDomain.SMALL_REQUESTS);
    }

    private Transfer fromFile(UUID volume, @Nullable Long generation) {
        return new Transfer(
                new CopySource.Outside(source), new JobTarget(agent.domain(), volume, generation));
    }

    private Transfer fromVolume(UUID from, UUID volume, @Nullable Long generation) {
        return new Transfer(
                new CopySource.OfVolume(agent.domain(), from),
                new JobTarget(agent.domain(), volume, generation));
    }

    /** The n-th sector of a record that is written from now on; each record has two. */
    private Predicate<DeviceEvent> recordSector(int number) {
        Path control = agent.domain().controlPath();
        return DeviceHook.nth(number, event -> event.is(control, DeviceEvent.Kind.WRITE));
    }

    private VolumeResult committed(UUID volume) {
        return new VolumeResult(agent.domain().id(), volume, 1L, 2L, true);
    }

    private VolumeResult failed(UUID volume) {
        return new VolumeResult(agent.domain().id(), volume, 1L, 1L, false);
    }

    private List<String> linesOf(String what) {
        return agent.trace().lines().stream().filter(line -> line.startsWith(what)).toList();
    }

    private void assertFailed(UUID volume) throws IOException {
        VolumeRecord record = agent.record(volume);
        assertThat(record.legality()).isEqualTo(Legality.ILLEGAL);
        assertThat(record.generation()).isEqualTo(1);
        assertThat(record.activeJob()).isEmpty();
        assertThat(record.transitions().getFirst().kind()).isEqualTo(TransitionKind.FAILED);
    }

    private void assertFree() throws IOException {
        for (UUID volume : List.of(first, second)) {
            assertThat(agent.lease(volume)).isInstanceOf(LeaseState.Free.class);
        }
    }

    private static JobFailure failureOf(JobResult result) {
        return Objects.requireNonNull(result.failure());
    }
}
