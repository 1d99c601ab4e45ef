package io.tenure.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.domain.Volume;
import io.tenure.format.Legality;
import io.tenure.format.TransitionKind;
import io.tenure.format.VolumeRecord;
import io.tenure.format.VolumeSlot;
import io.tenure.io.engine.IoGate;
import io.tenure.jobs.op.CreateVolume;
import io.tenure.jobs.op.UpdateVolume;
import io.tenure.lease.LeaseState;
import io.tenure.testing.jobs.BodyJob;
import io.tenure.testing.jobs.TestDomain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a job writes, in which order, and what the generation has to do with it. */
class OrderOfWritesTest {
    private static final int BYTES = 300 << 10;

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
    void noLeaseIsReleasedBeforeTheLastRequestHasComeBack() throws Exception {
        UUID volume = agent.createVolume(BYTES);
        AtomicReference<IoGate> gate = new AtomicReference<>();
        JobHandle handle =
                agent.start(
                        new BodyJob(
                                UUID.randomUUID(),
                                agent.domain(),
                                volume,
                                1L,
                                context -> {
                                    context.gate().enter(); // in flight when the body returns
                                    gate.set(context.gate());
                                }));
        long deadlineNanos = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (handle.step().orElse(JobStep.ACQUIRE) != JobStep.RELEASE) {
            assertThat(System.nanoTime()).isLessThan(deadlineNanos);
            Thread.onSpinWait();
        }

        assertThat(handle.await(Duration.ofMillis(200))).isEmpty();
        assertThat(agent.lease(volume)).isInstanceOf(LeaseState.Held.class);
        Objects.requireNonNull(gate.get()).exit();

        TestDomain.requireDone(TestDomain.await(handle));
        assertThat(agent.lease(volume)).isInstanceOf(LeaseState.Free.class);
    }

    @Test
    @Tag("ovirt-1")
    @Tag("ovirt-10")
    void aCopyAcquiresReadsMarksIllegalWritesDataFlushesCommitsOnceAndReleases() throws Exception {
        UUID volume = agent.createVolumeFrom(source);
        agent.setGeneration(volume, 5);
        agent.trace().clear();
        agent.traceDevices();

        JobResult result = agent.run(agent.copy(source, volume, 5L));

        TestDomain.requireDone(result);
        assertThat(verifyOnlyBeforeAWrite(agent.trace().steps(), volume))
                .containsExactly(
                        "read record", // to find the lease
                        "acquire EXCLUSIVE " + volume,
                        "flush record", // what is read is durable, whoever wrote it
                        "read record",
                        "sign " + volume,
                        "flush record", // the newer copy is durable before the older is touched
                        "verify " + volume,
                        "write record",
                        "flush record",
                        "verify " + volume,
                        "write record",
                        "flush record",
                        "record ILLEGAL 5",
                        "write data",
                        "flush data",
                        "read record",
                        "flush record",
                        "verify " + volume,
                        "write record",
                        "flush record",
                        "verify " + volume,
                        "write record",
                        "flush record",
                        "record LEGAL 6",
                        "release " + volume);
        assertThat(agent.recordsWritten()).isEqualTo(2);
        assertThat(result.generationBefore()).isEqualTo(5);
        assertThat(result.generationAfter()).isEqualTo(6);
        assertThat(Files.mismatch(source, agent.volume(volume).dataPath())).isEqualTo(-1);
    }

    @Test
    @Tag("ovirt-10")
    void aJobThatDoesNotRewriteTheDataWritesOneRecord() throws Exception {
        agent.traceDevices();
        UUID volume = agent.createVolume(BYTES);
        assertThat(agent.recordsWritten()).isEqualTo(1);

        agent.trace().clear();
        TestDomain.requireDone(agent.run(update(volume, 1L, "new")));
        assertThat(agent.recordsWritten()).isEqualTo(1);
        assertThat(agent.trace().lines()).contains("record LEGAL 2");
    }

    @Test
    @Tag("ovirt-2")
    void anotherGenerationThanTheExpectedOneLeavesEveryByteAsItWas() throws Exception {
        UUID volume = agent.createVolumeFrom(source);
        agent.setGeneration(volume, 5);
        Volume before = agent.volume(volume);
        // With the records and the leases.
        byte[] control = Files.readAllBytes(agent.domain().controlPath());
        byte[] data = Files.readAllBytes(before.dataPath());
        Path other = TestDomain.randomFile(directory.resolve("other"), BYTES);
        agent.traceDevices();
        for (long expected : new long[] {4, 6, 0, Long.MAX_VALUE}) {
            agent.trace().clear();

            JobResult result = agent.run(agent.copy(other, volume, expected));

            assertThat(result.outcome()).isEqualTo(JobState.FAILED);
            assertThat(failureOf(result).kind()).isEqualTo(FailureKind.GENERATION_MISMATCH);
            assertThat(failureOf(result).step()).isEqualTo(JobStep.VALIDATE);
            assertThat(failureOf(result).message())
                    .contains("generation 5")
                    .contains("" + expected);
            assertThat(result.generationAfter()).isEqualTo(5);
            assertThat(agent.trace().lines()).noneMatch(line -> line.startsWith("write"));
            assertThat(agent.trace().lines()).last().isEqualTo("release " + volume);
            assertThat(Arrays.equals(Files.readAllBytes(agent.domain().controlPath()), control))
                    .isTrue();
            assertThat(Files.readAllBytes(before.dataPath())).isEqualTo(data);
            assertThat(agent.lease(volume)).isInstanceOf(LeaseState.Free.class);
        }
    }

    @Test
    @Tag("ovirt-3")
    void aJobWithoutAnExpectedGenerationRunsAgainstAny() throws Exception {
        UUID volume = agent.createVolume(BYTES);
        agent.setGeneration(volume, 5);
        TestDomain.requireDone(agent.run(agent.copy(source, volume, null)));
        assertThat(agent.record(volume).generation()).isEqualTo(6);
    }

    @ParameterizedTest
    @ValueSource(longs = {998, 999, 1000, Integer.MAX_VALUE, Long.MAX_VALUE - 1})
    @Tag("ovirt-4")
    @Tag("ovirt-5")
    void theGenerationGrowsByOneWhereverItStandsAndDoesNotWrap(long before) throws Exception {
        UUID volume = agent.createVolume(BYTES);
        agent.setGeneration(volume, before);
        TestDomain.requireDone(agent.run(agent.copy(source, volume, before)));
        assertThat(agent.record(volume).generation()).isEqualTo(before + 1);
    }

    @Test
    @Tag("ovirt-6")
    void aNewVolumeIsAtGenerationOneAndNoJobFindsItAtZero() throws Exception {
        UUID volume = agent.createVolume(BYTES);
        assertThat(agent.record(volume).generation()).isEqualTo(1);
        assertThat(agent.record(volume).transitions().getFirst().fromGeneration()).isZero();
        byte[] slot = agent.slotBytes(agent.volume(volume).slotIndex());

        JobResult result = agent.run(agent.copy(source, volume, 0L));

        assertThat(failureOf(result).kind()).isEqualTo(FailureKind.GENERATION_MISMATCH);
        assertThat(agent.slotBytes(agent.volume(volume).slotIndex())).isEqualTo(slot);
    }

    @Test
    @Tag("ovirt-4")
    void theLastGenerationIsNeverLeftAndTheVolumeIsNotTouched() throws Exception {
        UUID volume = agent.createVolume(BYTES);
        agent.setGeneration(volume, Long.MAX_VALUE);
        byte[] slot = agent.slotBytes(agent.volume(volume).slotIndex());

        JobResult result = agent.run(agent.copy(source, volume, Long.MAX_VALUE));

        assertThat(result.outcome()).isEqualTo(JobState.FAILED);
        assertThat(failureOf(result).message()).contains("the last one");
        assertThat(agent.slotBytes(agent.volume(volume).slotIndex())).isEqualTo(slot);
    }

    @Test
    @Tag("ovirt-8")
    void aNegativeExpectedGenerationIsRejectedAtOnceAndTheJobIsNotKept() throws Exception {
        UUID volume = agent.createVolume(BYTES);
        Job job = agent.copy(source, volume, -1L);
        assertThatThrownBy(() -> agent.start(job))
                .isInstanceOf(JobRejectedException.class)
                .hasMessageContaining("-1");
        assertThat(agent.runner().find(job.request().id())).isEmpty();
    }

    @Test
    @Tag("ovirt-9")
    void whatTheWorkChangedInTheRecordIsThereAfterTheCommitToo() throws Exception {
        UUID volume = agent.createVolume(BYTES);
        Job job =
                body(
                        volume,
                        context -> {
                            VolumeSlot slot = context.store().read(context.slotIndex());
                            VolumeRecord now = slot.record().orElseThrow();
                            context.store()
                                    .write(
                                            slot,
                                            now.withDescription("changed by the work"),
                                            context.leases()::verify);
                        });
        TestDomain.requireDone(agent.run(job));
        assertThat(agent.record(volume).description()).isEqualTo("changed by the work");
        assertThat(agent.record(volume).generation()).isEqualTo(2);
        assertThat(agent.record(volume).legality()).isEqualTo(Legality.LEGAL);
    }

    @Test
    @Tag("ovirt-11")
    void aJobThatDoesNotRewriteTheDataKeepsAnIllegalVolumeIllegal() throws Exception {
        UUID volume = agent.createVolume(BYTES);
        agent.run(body(volume, context -> fail("the work fails")));
        assertThat(agent.record(volume).legality()).isEqualTo(Legality.ILLEGAL);

        TestDomain.requireDone(agent.run(update(volume, 1L, "still not whole")));

        VolumeRecord record = agent.record(volume);
        assertThat(record.legality()).isEqualTo(Legality.ILLEGAL);
        assertThat(record.generation()).isEqualTo(2);
        assertThat(record.description()).isEqualTo("still not whole");
        assertThat(record.transitions().getFirst().kind()).isEqualTo(TransitionKind.UPDATED);
    }

    @Test
    void theMarkNamesTheJobAndTheCommitSaysWhoCompletedIt() throws Exception {
        UUID volume = agent.createVolume(BYTES);
        VolumeRecord[] during = new VolumeRecord[1];
        Job job = body(volume, context -> during[0] = agent.record(volume));

        TestDomain.requireDone(agent.run(job));

        assertThat(during[0].legality()).isEqualTo(Legality.ILLEGAL);
        assertThat(during[0].generation()).isEqualTo(1);
        assertThat(during[0].activeJob().orElseThrow().jobId()).isEqualTo(job.request().id());
        VolumeRecord after = agent.record(volume);
        assertThat(after.activeJob()).isEmpty();
        assertThat(after.transitions().getFirst().jobId()).isEqualTo(job.request().id());
        assertThat(after.transitions().getFirst().fromGeneration()).isEqualTo(1);
        assertThat(after.transitions().getFirst().kind()).isEqualTo(TransitionKind.COMPLETED);
    }

    @Test
    void createWritesDataThenLeaseThenRecord() throws Exception {
        UUID volume = UUID.randomUUID();
        agent.traceDevices();
        CreateVolume create = agent.create(volume, BYTES, Optional.empty());
        Path data = agent.domain().path().resolve("volumes").resolve(volume + ".raw");
        boolean[] dataAtLease = new boolean[1];
        JobObserver observer =
                new JobObserver() {
                    @Override
                    public void stepFinished(Job job, JobStep step) {
                        if (step == JobStep.WORK) {
                            dataAtLease[0] = Files.exists(data);
                            agent.trace().add("work done");
                        }
                    }
                };
        TestDomain.requireDone(TestDomain.await(agent.runner().submit(create, observer)));
        assertThat(dataAtLease[0]).isTrue();
        assertThat(agent.trace().steps())
                .containsSubsequence(
                        List.of(
                                "acquire EXCLUSIVE " + agent.domain().id(),
                                "format " + volume,
                                "work done",
                                "write record",
                                "release " + agent.domain().id()));
    }

    /** The watch looks at the lease too, whenever it wants. */
    private static List<String> verifyOnlyBeforeAWrite(List<String> steps, UUID volume) {
        String verify = "verify " + volume;
        List<String> kept = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            boolean look = steps.get(i).equals(verify);
            boolean last = i + 1 < steps.size() && steps.get(i + 1).equals("write record");
            boolean repeated = !kept.isEmpty() && kept.getLast().equals(steps.get(i));
            if ((last || !look) && !repeated) {
                kept.add(steps.get(i));
            }
        }
        return kept;
    }

    private Job body(UUID volume, BodyJob.Body body) {
        return new BodyJob(UUID.randomUUID(), agent.domain(), volume, null, body);
    }

    private UpdateVolume update(UUID volume, long generation, String description) {
        return new UpdateVolume(UUID.randomUUID(), agent.domain(), volume, generation, description);
    }

    private static void fail(String why) throws IOException {
        throw new IOException(why);
    }

    private static JobFailure failureOf(JobResult result) {
        return Objects.requireNonNull(result.failure());
    }
}
