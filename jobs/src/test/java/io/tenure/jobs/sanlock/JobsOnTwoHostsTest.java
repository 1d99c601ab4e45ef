package io.tenure.jobs.sanlock;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.domain.Clock;
import io.tenure.domain.DeviceOpener;
import io.tenure.domain.LeaseArea;
import io.tenure.domain.StorageDomain;
import io.tenure.format.Legality;
import io.tenure.format.VolumeRecord;
import io.tenure.jobs.FailureKind;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobFailure;
import io.tenure.jobs.JobObserver;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobSettings;
import io.tenure.jobs.JobState;
import io.tenure.jobs.JobTarget;
import io.tenure.jobs.VolumeResult;
import io.tenure.jobs.op.CopySettings;
import io.tenure.jobs.op.CopySource;
import io.tenure.jobs.op.CopyVolume;
import io.tenure.jobs.op.Transfer;
import io.tenure.jobs.op.UpdateVolume;
import io.tenure.lease.LeaseConnection;
import io.tenure.lease.LeaseMode;
import io.tenure.lease.LeaseState;
import io.tenure.testing.sanlock.SanlockLab;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What two hosts may do to one volume, with real daemons. */
class JobsOnTwoHostsTest {
    private static final int BYTES = 4 << 20;
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final JobSettings PATIENT =
            new JobSettings(
                    Clock.SYSTEM,
                    DeviceOpener.SYSTEM,
                    LIMIT,
                    Duration.ofSeconds(1),
                    JobSettings.DEFAULT_BUFFER_LIMIT_BYTES);

    /** A host that one test may do anything to. */
    private static final int SACRIFICED = 2;

    private static DomainLab lab;

    @BeforeAll
    static void start() throws IOException {
        lab = DomainLab.start(3);
    }

    @AfterAll
    static void stop() throws IOException {
        lab.close();
    }

    @Test
    @Tag("ovirt-12")
    void ofTwoJobsAgainstOneGenerationExactlyOneIsDone() throws Exception {
        UUID volume = lab.createVolume(BYTES);
        List<Path> sources = List.of(lab.sourceFile(BYTES, 1), lab.sourceFile(BYTES, 2));
        List<JobResult> results =
                atOnce(
                        PATIENT,
                        DomainLab.copy(lab.host(0), sources.get(0), volume, 1L),
                        DomainLab.copy(lab.host(1), sources.get(1), volume, 1L));
        assertThat(results.stream().map(JobResult::outcome))
                .containsExactlyInAnyOrder(JobState.DONE, JobState.FAILED);
        int winner = results.get(0).outcome() == JobState.DONE ? 0 : 1;
        assertThat(failure(results.get(1 - winner)).kind())
                .isEqualTo(FailureKind.GENERATION_MISMATCH);
        VolumeRecord record = lab.record(volume);
        assertThat(record.generation()).isEqualTo(2);
        assertThat(record.legality()).isEqualTo(Legality.LEGAL);
        assertThat(record.transitions().getFirst().jobId()).isEqualTo(results.get(winner).jobId());
        assertThat(record.transitions().getFirst().hostId()).isEqualTo(lab.host(winner).hostId());
        assertThat(lab.volume(volume).dataPath()).hasSameBinaryContentAs(sources.get(winner));
    }

    @Test
    @Tag("ovirt-48")
    @Tag("ovirt-53")
    void copiesOfSeveralThatReadWhatTheOthersWriteEndOnTwoHostsInSomeOrder() throws Exception {
        UUID one = lab.createVolume(BYTES);
        UUID two = lab.createVolume(BYTES);
        List<UUID> others = List.of(lab.createVolume(BYTES), lab.createVolume(BYTES));
        List<JobResult> results =
                atOnce(
                        PATIENT,
                        copyToBoth(lab.host(0), one, List.of(two, others.get(0))),
                        copyToBoth(lab.host(1), two, List.of(others.get(1), one)));
        assertThat(results.stream().map(JobResult::outcome)).containsOnly(JobState.DONE);
        for (JobResult result : results) {
            assertThat(result.volumes()).hasSize(2).allMatch(VolumeResult::committed);
        }
        for (UUID volume : List.of(one, two, others.get(0), others.get(1))) {
            assertThat(lab.host(0).manager().inspect(lab.lease(volume)))
                    .isInstanceOf(LeaseState.Free.class);
        }
        assertThat(lab.record(one).generation()).isEqualTo(2);
        assertThat(lab.record(two).generation()).isEqualTo(2);
    }

    private static CopyVolume copyToBoth(LabHost host, UUID source, List<UUID> volumes)
            throws IOException {
        List<Transfer> transfers =
                volumes.stream()
                        .map(volume ->
                                new Transfer(
                                        new CopySource.OfVolume(host.domain(), source),
                                        new JobTarget(host.domain(), volume, 1L)))
                        .toList();
        return CopyVolume.ofSeveral(UUID.randomUUID(), transfers, CopySettings.DEFAULT);
    }

    @Test
    @Tag("ovirt-14")
    void aVolumeThatAnotherHostWorksOnIsRefusedByNameAndLeftUntouched() throws Exception {
        UUID volume = lab.createVolume(BYTES);
        Path source = lab.sourceFile(BYTES, 3);
        CountDownLatch working = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        JobObserver holdsOn =
                new JobObserver() {
                    @Override
                    public void recordWritten(Job job, VolumeRecord record) {
                        if (record.activeJob().isPresent()) {
                            working.countDown();
                            await(mayGoOn);
                        }
                    }
                };
        try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
            Future<JobResult> first =
                    executor.submit(() ->
                            lab.host(1)
                                    .run(
                                            DomainLab.copy(lab.host(1), source, volume, 1L),
                                            holdsOn,
                                            JobSettings.DEFAULT));
            try {
                await(working);
                byte[] metadata = lab.metadata();
                byte[] data = Files.readAllBytes(lab.volume(volume).dataPath());
                JobResult second =
                        lab.host(0)
                                .run(
                                        DomainLab.copy(
                                                lab.host(0), lab.sourceFile(BYTES, 4), volume, 1L));
                assertThat(second.outcome()).isEqualTo(JobState.FAILED);
                assertThat(failure(second).kind()).isEqualTo(FailureKind.LEASE_HELD);
                assertThat(failure(second).message())
                        .contains(lab.lease(volume).toString())
                        .contains("host 2 (host generation 1, LIVE)");
                assertThat(lab.metadata()).isEqualTo(metadata);
                assertThat(lab.volume(volume).dataPath()).hasBinaryContent(data);
            } finally {
                mayGoOn.countDown();
            }
            assertThat(first.get(LIMIT.toSeconds(), TimeUnit.SECONDS).outcome())
                    .isEqualTo(JobState.DONE);
        }
        assertThat(lab.volume(volume).dataPath()).hasSameBinaryContentAs(source);
    }

    @Test
    @Tag("ovirt-15")
    void aLeaseOfADeadHostIsHeldUntilThatHostHasJoinedAnew() throws Exception {
        UUID volume = lab.createVolume(BYTES);
        LeaseArea area = lab.lease(volume);
        LabHost lost = lab.host(SACRIFICED);
        try (LeaseConnection holder = lost.manager().connect("lost")) {
            holder.acquire(area, LeaseMode.EXCLUSIVE);
            lab.daemons().kill(SACRIFICED);
            assertThat(holder.awaitHangUp(1000)).isTrue();
            // Its host may still live, for all that storage says: never free.
            assertThat(lab.host(0).manager().inspect(area)).isInstanceOf(LeaseState.Held.class);
            Path source = lab.sourceFile(BYTES, 5);
            JobResult refused = lab.host(0).run(DomainLab.copy(lab.host(0), source, volume, 1L));
            assertThat(failure(refused).kind()).isEqualTo(FailureKind.LEASE_HELD);
            assertThat(failure(refused).message()).contains("host 3 (host generation 1");

            lab.revive(SACRIFICED);
            JobResult done =
                    lab.host(0)
                            .run(
                                    DomainLab.copy(lab.host(0), source, volume, 1L),
                                    JobObserver.NONE,
                                    PATIENT);
            assertThat(done.outcome()).as("%s", done).isEqualTo(JobState.DONE);
            assertThat(lab.volume(volume).dataPath()).hasSameBinaryContentAs(source);
        }
    }

    @Test
    @Tag("ovirt-18")
    void withoutMembershipAJobFailsAtOnceAndSaysWhatToDo() throws Exception {
        UUID volume = lab.createVolume(BYTES);
        byte[] metadata = lab.metadata();
        try (SanlockLab outside = SanlockLab.start(1);
                LabHost stranger =
                        new LabHost(9, outside.sanlock(0), lab.host(0).domain().path())) {
            JobResult result =
                    stranger.run(
                            DomainLab.copy(stranger, lab.sourceFile(BYTES, 6), volume, 1L),
                            JobObserver.NONE,
                            PATIENT);
            assertThat(failure(result).kind()).isEqualTo(FailureKind.ENVIRONMENT);
            assertThat(failure(result).message())
                    .contains("this host has not joined the domain " + stranger.domain().id())
                    .contains("tenure host join");

            outside.kill(0);
            JobResult noDaemon =
                    stranger.run(DomainLab.copy(stranger, lab.sourceFile(BYTES, 6), volume, 1L));
            assertThat(failure(noDaemon).kind()).isEqualTo(FailureKind.ENVIRONMENT);
            assertThat(failure(noDaemon).message())
                    .contains("the sanlock daemon is not running or went away; start it");
        }
        assertThat(lab.metadata()).isEqualTo(metadata);
    }

    @ParameterizedTest
    @Tag("ovirt-19")
    @EnumSource
    void aBrokenLeaseFailsTheJobAndIsNeverTakenForFree(Damage damage) throws Exception {
        UUID volume = lab.createVolume(BYTES);
        damage.doTo(lab.lease(volume));
        byte[] metadata = lab.metadata();
        byte[] data = Files.readAllBytes(lab.volume(volume).dataPath());
        for (LabHost host : List.of(lab.host(0), lab.host(1))) {
            JobResult result = host.run(DomainLab.copy(host, lab.sourceFile(BYTES, 7), volume, 1L));
            assertThat(result.outcome()).isEqualTo(JobState.FAILED);
            assertThat(failure(result).kind()).isEqualTo(FailureKind.METADATA_INVALID);
            assertThat(failure(result).message()).contains("needs repair");
            assertThat(host.manager().inspect(lab.lease(volume)))
                    .isInstanceOf(LeaseState.Unknown.class);
        }
        assertThat(lab.metadata()).isEqualTo(metadata);
        assertThat(lab.volume(volume).dataPath()).hasBinaryContent(data);
    }

    /** What can happen to a lease area. */
    enum Damage {
        CLEARED {
            @Override
            void doTo(LeaseArea area) throws IOException {
                lab.host(1).manager().clear(area);
            }
        },
        NAMED_OTHERWISE {
            @Override
            void doTo(LeaseArea area) throws IOException {
                lab.host(1)
                        .manager()
                        .format(
                                new LeaseArea(
                                        area.kind(),
                                        area.domainId(),
                                        UUID.randomUUID(),
                                        area.path(),
                                        area.offsetBytes(),
                                        area.sectorBytes(),
                                        area.alignBytes()));
            }
        },
        OVERWRITTEN {
            @Override
            void doTo(LeaseArea area) throws IOException {
                byte[] garbage = new byte[area.alignBytes()];
                new Random(8).nextBytes(garbage);
                write(area, garbage);
            }
        },
        ZEROED {
            @Override
            void doTo(LeaseArea area) throws IOException {
                write(area, new byte[area.alignBytes()]);
            }
        };

        abstract void doTo(LeaseArea area) throws IOException;

        private static void write(LeaseArea area, byte[] bytes) throws IOException {
            try (RandomAccessFile file = new RandomAccessFile(area.path().toFile(), "rw")) {
                file.seek(area.offsetBytes());
                file.write(bytes);
            }
        }
    }

    @Test
    @Tag("ovirt-53")
    void copiesInOppositeDirectionsOnTwoHostsNeverWaitForEachOtherForEver() throws Exception {
        UUID one = lab.createVolume(BYTES);
        UUID two = lab.createVolume(BYTES);
        for (int round = 0; round < 3; round++) {
            List<JobResult> results =
                    atOnce(
                            PATIENT,
                            volumeCopy(lab.host(0), one, two),
                            volumeCopy(lab.host(1), two, one));
            assertThat(results)
                    .allSatisfy(result ->
                            assertThat(result.outcome()).as("%s", result).isEqualTo(JobState.DONE));
        }
        assertThat(lab.record(one).generation()).isEqualTo(4);
        assertThat(lab.record(two).generation()).isEqualTo(4);
    }

    @Test
    void hostsThatUpdateOneVolumeAtOnceCountEveryGeneration() throws Exception {
        UUID volume = lab.createVolume(BYTES);
        List<Job> jobs = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            LabHost host = lab.host(i % 2);
            jobs.add(
                    new UpdateVolume(
                            UUID.randomUUID(), host.domain(), volume, null, "update " + i));
        }
        List<JobResult> results = atOnce(PATIENT, jobs.toArray(Job[]::new));
        assertThat(results)
                .allSatisfy(result ->
                        assertThat(result.outcome()).as("%s", result).isEqualTo(JobState.DONE));
        assertThat(results.stream().map(JobResult::generationAfter))
                .containsExactlyInAnyOrder(2L, 3L, 4L, 5L, 6L, 7L);
        assertThat(lab.record(volume).generation()).isEqualTo(7);
    }

    private static CopyVolume volumeCopy(LabHost host, UUID from, UUID to) {
        StorageDomain domain = host.domain();
        return new CopyVolume(
                UUID.randomUUID(),
                new CopySource.OfVolume(domain, from),
                domain,
                to,
                null,
                CopySettings.DEFAULT);
    }

    /** Runs jobs that begin at the same moment, each by the host whose domain it names. */
    private static List<JobResult> atOnce(JobSettings settings, Job... jobs) throws Exception {
        CyclicBarrier start = new CyclicBarrier(jobs.length);
        try (ExecutorService executor = Executors.newFixedThreadPool(jobs.length)) {
            List<Future<JobResult>> running = new ArrayList<>();
            for (Job job : jobs) {
                LabHost host =
                        Stream.of(lab.host(0), lab.host(1))
                                .filter(each -> each.domain() == job.request().domain())
                                .findFirst()
                                .orElseThrow();
                running.add(
                        executor.submit(() -> {
                            start.await();
                            return host.run(job, JobObserver.NONE, settings);
                        }));
            }
            List<JobResult> results = new ArrayList<>();
            for (Future<JobResult> future : running) {
                results.add(future.get());
            }
            return results;
        }
    }

    private static JobFailure failure(JobResult result) {
        assertThat(result.failure()).as("%s", result).isNotNull();
        return Objects.requireNonNull(result.failure());
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("waited too long");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
