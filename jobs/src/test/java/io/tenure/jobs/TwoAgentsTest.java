package io.tenure.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.domain.Volume;
import io.tenure.lease.LeaseState;
import io.tenure.testing.jobs.BodyJob;
import io.tenure.testing.jobs.JobChild;
import io.tenure.testing.jobs.TestDomain;
import io.tenure.testing.process.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two agents on one domain with local leases. */
class TwoAgentsTest {
    private static final int BYTES = 1 << 20;

    @TempDir Path directory;
    private Path source;
    private TestDomain a;
    private TestDomain b;

    @BeforeEach
    void open() throws Exception {
        source = TestDomain.randomFile(directory.resolve("source"), BYTES);
        Path domain = Files.createDirectory(directory.resolve("domain"));
        TestDomain.format(domain);
        a = TestDomain.open(domain, TestDomain.LIMIT);
        b = TestDomain.open(domain, TestDomain.LIMIT);
    }

    @AfterEach
    void close() throws IOException {
        a.close();
        b.close();
    }

    @Test
    @Tag("ovirt-12")
    void ofTwoJobsForOneGenerationExactlyOneIsDone() throws Exception {
        UUID volume = a.createVolume(BYTES);
        for (long generation = 1; generation <= 5; generation++) {
            JobHandle one = a.start(a.copy(source, volume, generation));
            JobHandle other = b.start(b.copy(source, volume, generation));

            List<JobResult> results = List.of(TestDomain.await(one), TestDomain.await(other));

            assertThat(results.stream().map(JobResult::outcome))
                    .containsExactlyInAnyOrder(JobState.DONE, JobState.FAILED);
            assertThat(
                            results.stream()
                                    .map(JobResult::failure)
                                    .filter(Objects::nonNull)
                                    .map(JobFailure::kind))
                    .containsExactly(FailureKind.GENERATION_MISMATCH);
            assertThat(a.record(volume).generation()).isEqualTo(generation + 1);
        }
    }

    @Test
    @Tag("ovirt-14")
    void aJobOnAVolumeThatAnotherAgentHoldsIsRefusedNamesItAndTouchesNothing() throws Exception {
        UUID volume = a.createVolumeFrom(source);
        Volume before = a.volume(volume);
        CountDownLatch holds = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Job holding =
                new BodyJob(
                        UUID.randomUUID(),
                        a.domain(),
                        volume,
                        2L,
                        c -> {
                            holds.countDown();
                            await(go);
                        });
        JobHandle holder = a.start(holding);
        await(holds);
        byte[] slot = a.slotBytes(before.slotIndex());
        try (TestDomain impatient = TestDomain.open(a.domain().path())) {
            impatient.traceDevices();

            JobResult result = impatient.run(impatient.copy(source, volume, null));

            assertThat(result.outcome()).isEqualTo(JobState.FAILED);
            JobFailure failure = Objects.requireNonNull(result.failure());
            assertThat(failure.kind()).isEqualTo(FailureKind.LEASE_HELD);
            assertThat(failure.message())
                    .contains(volume.toString())
                    .contains(holding.request().id().toString())
                    .contains("process " + ProcessHandle.current().pid());
            assertThat(impatient.trace().lines()).noneMatch(line -> line.startsWith("write"));
            assertThat(impatient.lease(volume)).isInstanceOf(LeaseState.Held.class);
            assertThat(a.slotBytes(before.slotIndex())).isEqualTo(slot);
        } finally {
            go.countDown();
        }
        TestDomain.requireDone(TestDomain.await(holder));
    }

    @Test
    @Tag("ovirt-14")
    void aJobOfAnotherProcessIsRefusedWhileThisOneHoldsTheLease() throws Exception {
        UUID volume = a.createVolume(BYTES);
        CountDownLatch holds = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        JobHandle holder =
                a.start(
                        new BodyJob(
                                UUID.randomUUID(),
                                a.domain(),
                                volume,
                                1L,
                                c -> {
                                    holds.countDown();
                                    await(go);
                                }));
        await(holds);
        try {
            ChildJvm child =
                    JobChild.run(
                            directory,
                            a.domain().path(),
                            JobChild.Work.COPY,
                            volume,
                            UUID.randomUUID(),
                            source,
                            JobChild.NEVER,
                            1);
            assertThat(child.exitCode())
                    .as(child.output())
                    .isEqualTo(FailureKind.LEASE_HELD.code());
        } finally {
            go.countDown();
        }
        TestDomain.requireDone(TestDomain.await(holder));
    }

    @Test
    @Tag("ovirt-53")
    void copiesInOppositeDirectionsDoNotBlockEachOtherForEver() throws Exception {
        UUID x = a.createVolumeFrom(source);
        UUID y = a.createVolumeFrom(source);
        int rounds = 6;
        List<JobHandle> all = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            all.add(a.start(a.copy(x, y, null)));
            all.add(b.start(b.copy(y, x, null)));
        }
        for (JobHandle handle : all) {
            TestDomain.requireDone(TestDomain.await(handle));
        }
        assertThat(a.record(x).generation()).isEqualTo(2 + rounds);
        assertThat(a.record(y).generation()).isEqualTo(2 + rounds);
        assertThat(a.lease(x)).isInstanceOf(LeaseState.Free.class);
        assertThat(a.lease(y)).isInstanceOf(LeaseState.Free.class);
    }

    @Test
    void oneSourceIsReadByTwoJobsAtOnceButNotWrittenMeanwhile() throws Exception {
        UUID shared = a.createVolumeFrom(source);
        UUID x = a.createVolume(BYTES);
        CountDownLatch working = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        JobObserver holding =
                new JobObserver() {
                    @Override
                    public void stepStarted(Job job, JobStep step) {
                        if (step == JobStep.WORK) {
                            working.countDown();
                            await(go);
                        }
                    }
                };
        JobHandle first = a.runner().submit(a.copy(shared, x, 1L), holding);
        await(working);
        UUID y = b.createVolume(BYTES);
        TestDomain.requireDone(b.run(b.copy(shared, y, 1L)));
        try (TestDomain impatient = TestDomain.open(a.domain().path())) {
            JobResult write = impatient.run(impatient.copy(source, shared, 2L));
            assertThat(Objects.requireNonNull(write.failure()).kind())
                    .isEqualTo(FailureKind.LEASE_HELD);
        } finally {
            go.countDown();
        }
        TestDomain.requireDone(TestDomain.await(first));
        assertThat(a.record(shared).generation()).isEqualTo(2);
    }

    @Test
    void twoCreationsAtOnceNeverShareASlot() throws Exception {
        List<JobHandle> all = new ArrayList<>();
        for (int i = 0; i < TestDomain.MAX_VOLUMES; i++) {
            TestDomain agent = i % 2 == 0 ? a : b;
            all.add(agent.start(agent.create(UUID.randomUUID(), 4096, Optional.empty())));
        }
        for (JobHandle handle : all) {
            TestDomain.requireDone(TestDomain.await(handle));
        }
        assertThat(a.domain().volumes().stream().map(Volume::slotIndex))
                .hasSize(TestDomain.MAX_VOLUMES)
                .doesNotHaveDuplicates();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(TestDomain.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
