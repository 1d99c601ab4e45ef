package io.tenure.jobs.sanlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.tenure.domain.Clock;
import io.tenure.domain.DeviceOpener;
import io.tenure.domain.LeaseArea;
import io.tenure.format.Legality;
import io.tenure.format.VolumeRecord;
import io.tenure.jobs.FailureKind;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobObserver;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobRunner;
import io.tenure.jobs.JobSettings;
import io.tenure.jobs.JobState;
import io.tenure.jobs.JobStep;
import io.tenure.jobs.op.CopySource;
import io.tenure.jobs.op.CopyVolume;
import io.tenure.lease.HostIdentity;
import io.tenure.lease.LeaseConnection;
import io.tenure.lease.LeaseHeldException;
import io.tenure.lease.LeaseLostException;
import io.tenure.lease.LeaseMode;
import io.tenure.lease.LeaseReleaseException;
import io.tenure.lease.LeasesUnavailableException;
import io.tenure.lease.VolumeLease;
import io.tenure.testing.jobs.TestDomain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What a job does when its lease is lost at each point of its life: nothing more. Each test may
 * spoil one host of the lab for good.
 */
class LostLeaseTest {
    private static final int REQUEST_BYTES = 64 << 10;
    private static final int REQUESTS = 64;
    private static final int BYTES = REQUESTS * REQUEST_BYTES;
    private static final int EVENTFUL_WRITE = 20;
    private static final Duration OFTEN = Duration.ofMillis(100);
    private static final Duration NEVER = Duration.ofHours(1);

    /** Stands for all who want the volume next; stays whole. */
    private static final int OTHER = 0;

    private static final int HOSTS = 12;

    private static DomainLab lab;
    private static int spoiled;

    @BeforeAll
    static void start() throws IOException {
        lab = DomainLab.start(HOSTS);
    }

    @AfterAll
    static void stop() throws IOException {
        lab.close();
    }

    private static LabHost next() {
        spoiled++;
        return lab.host(spoiled);
    }

    @Test
    @Tag("ovirt-20")
    void nothingIsWrittenAnyMoreOnceTheDaemonIsDead() throws Exception {
        nothingIsWrittenAfterDeath(1);
    }

    @Test
    @Tag("ovirt-20")
    void withManyInFlightOnlyThoseLandThatWereUnderWay() throws Exception {
        nothingIsWrittenAfterDeath(8);
    }

    private static void nothingIsWrittenAfterDeath(int depth) throws Exception {
        LabHost host = next();
        HostIdentity identity = host.manager().host(host.domain().id());
        UUID volume = lab.createVolume(BYTES);
        WatchedCopy[] self = new WatchedCopy[1];
        WatchedCopy copy =
                watched(
                        host,
                        volume,
                        depth,
                        () -> {
                            lab.daemons().kill(host.index());
                            self[0].awaitGateClosed();
                        });
        self[0] = copy;
        JobResult result = host.run(copy, JobObserver.NONE, settings(copy, NEVER));
        byte[] atEnd = Files.readAllBytes(lab.volume(volume).dataPath());
        byte[] metadata = lab.metadata();

        assertThat(result.outcome()).isEqualTo(JobState.FAILED);
        assertThat(Objects.requireNonNull(result.failure()).kind())
                .isEqualTo(FailureKind.LEASE_LOST);
        assertThat(result.failure().step()).isEqualTo(JobStep.WORK);
        // Who had passed the gate may still have been on the way to the device.
        assertThat(copy.writes()).isBetween(EVENTFUL_WRITE, EVENTFUL_WRITE + depth - 1);
        assertThat(copy.writesAtClose()).isPositive();
        assertMarkedBy(copy, identity);

        Thread.sleep(300); // time for what must not come
        assertThat(lab.volume(volume).dataPath()).hasBinaryContent(atEnd);
        assertThat(lab.metadata()).isEqualTo(metadata);
    }

    @Test
    void aDaemonThatDiesBeforeTheWorkLeavesEveryByteAsItWas() throws Exception {
        LabHost host = next();
        UUID volume = lab.createVolume(BYTES);
        byte[] metadata = lab.metadata();
        byte[] data = Files.readAllBytes(lab.volume(volume).dataPath());
        WatchedCopy copy = watched(host, volume, 1, () -> {});
        JobResult result = host.run(copy, killsAt(JobStep.WORK, host, copy), settings(copy, NEVER));
        assertThat(Objects.requireNonNull(result.failure()).kind())
                .isEqualTo(FailureKind.LEASE_LOST);
        assertThat(lab.metadata()).isEqualTo(metadata);
        assertThat(lab.volume(volume).dataPath()).hasBinaryContent(data);
    }

    @Test
    void aDaemonThatDiesBeforeTheCommitLeavesTheVolumeMarkedAndTheGenerationAsItWas()
            throws Exception {
        LabHost host = next();
        HostIdentity identity = host.manager().host(host.domain().id());
        UUID volume = lab.createVolume(BYTES);
        WatchedCopy copy = watched(host, volume, 1, () -> {});
        JobResult result =
                host.run(copy, killsAt(JobStep.COMMIT, host, copy), settings(copy, NEVER));
        assertThat(Objects.requireNonNull(result.failure()).kind())
                .isEqualTo(FailureKind.LEASE_LOST);
        assertThat(result.failure().step()).isEqualTo(JobStep.COMMIT);
        assertThat(result.generationAfter()).isEqualTo(1);
        assertMarkedBy(copy, identity);
    }

    @Test
    @Tag("ovirt-23")
    void aDaemonThatDiesRightAfterTheCommitMakesAWarningNotAFailure() throws Exception {
        LabHost host = next();
        UUID volume = lab.createVolume(BYTES);
        WatchedCopy copy = watched(host, volume, 1, () -> {});
        JobObserver killer =
                new JobObserver() {
                    @Override
                    public void recordWritten(Job job, VolumeRecord record) {
                        if (record.legality() == Legality.LEGAL) {
                            lab.daemons().kill(host.index());
                        }
                    }
                };
        JobResult result = host.run(copy, killer, settings(copy, NEVER));
        assertThat(result.outcome()).isEqualTo(JobState.DONE);
        assertThat(result.generationAfter()).isEqualTo(2);
        assertThat(result.warnings())
                .anySatisfy(warning ->
                        assertThat(warning)
                                .contains("releasing", lab.lease(volume).toString(), "daemon"));
        assertThat(lab.record(volume).generation()).isEqualTo(2);
        assertThat(lab.record(volume).legality()).isEqualTo(Legality.LEGAL);
    }

    @Test
    void aDaemonThatBeganAnewHoldsNothingForTheOldConnection() throws Exception {
        LabHost host = next();
        LeaseArea area = lab.lease(lab.createVolume(BYTES));
        try (LeaseConnection connection = host.manager().connect("old")) {
            VolumeLease lease = connection.acquire(area, LeaseMode.EXCLUSIVE);
            lease.verify();
            lab.daemons().restart(host.index());
            // On storage it is still the owner.
            assertThatThrownBy(lease::verify)
                    .isInstanceOf(LeaseLostException.class)
                    .hasMessageContaining("hung up");
            assertThat(connection.awaitHangUp(0)).isTrue();
            assertThatThrownBy(lease::release).isInstanceOf(LeaseReleaseException.class);
        }
    }

    @Test
    @Tag("ovirt-20")
    void aJobOfSeveralLeasesStopsWithTheOneConnectionThatHeldThem() throws Exception {
        LabHost host = next();
        HostIdentity identity = host.manager().host(host.domain().id());
        UUID from = lab.createVolume(BYTES);
        UUID volume = lab.createVolume(BYTES);
        Path filled = lab.sourceFile(BYTES, 21);
        JobResult done = lab.host(OTHER).run(DomainLab.copy(lab.host(OTHER), filled, from, 1L));
        assertThat(done.outcome()).isEqualTo(JobState.DONE);
        WatchedCopy[] self = new WatchedCopy[1];
        WatchedCopy.Event death =
                () -> {
                    lab.daemons().kill(host.index());
                    self[0].awaitGateClosed();
                };
        WatchedCopy copy =
                watched(host, new CopySource.OfVolume(host.domain(), from), volume, 1, death);
        self[0] = copy;
        List<JobStep> steps = new ArrayList<>();
        JobObserver observer =
                new JobObserver() {
                    @Override
                    public void stepStarted(Job job, JobStep step) {
                        steps.add(step);
                    }
                };
        VolumeRecord source = lab.record(from);

        JobResult result = host.run(copy, observer, settings(copy, NEVER));

        assertThat(result.outcome()).isEqualTo(JobState.FAILED);
        assertThat(Objects.requireNonNull(result.failure()).kind())
                .isEqualTo(FailureKind.LEASE_LOST);
        assertThat(copy.writes()).isEqualTo(EVENTFUL_WRITE);
        // Nothing was tried again.
        assertThat(steps)
                .containsExactly(JobStep.ACQUIRE, JobStep.VALIDATE, JobStep.WORK, JobStep.RELEASE);
        assertMarkedBy(copy, identity);
        assertThat(lab.record(from)).isEqualTo(source);
    }

    @Test
    @Tag("ovirt-21")
    void anAgentWhoseDaemonWasAwayWhileItHeldNothingGoesOnWithTheNextJob() throws Exception {
        LabHost host = next();
        UUID volume = lab.createVolume(4096);
        Path source = lab.sourceFile(4096, 22);
        try (JobRunner agent = JobRunner.start(host.leases(), JobSettings.DEFAULT, 1, 1)) {
            assertThat(end(agent, DomainLab.copy(host, source, volume, 1L)).outcome())
                    .isEqualTo(JobState.DONE);
            lab.daemons().kill(host.index());
            JobResult without = end(agent, DomainLab.copy(host, source, volume, 2L));
            assertThat(Objects.requireNonNull(without.failure()).kind())
                    .isEqualTo(FailureKind.ENVIRONMENT);
            lab.revive(host.index());
            JobResult after = end(agent, DomainLab.copy(host, source, volume, 2L));
            assertThat(after.outcome()).as("%s", after).isEqualTo(JobState.DONE);
        }
        assertThat(lab.record(volume).generation()).isEqualTo(3);
    }

    private static JobResult end(JobRunner agent, Job job) throws Exception {
        return agent.submit(job, JobObserver.NONE).await(TestDomain.LIMIT).orElseThrow();
    }

    @Test
    void aDaemonThatDoesNotAnswerIsNotWaitedForWithoutALimit() throws Exception {
        LabHost host = next();
        LeaseArea area = lab.lease(lab.createVolume(BYTES));
        try (LeaseConnection connection = host.manager().connect("frozen")) {
            VolumeLease lease = connection.acquire(area, LeaseMode.EXCLUSIVE);
            lab.daemons().stop(host.index());
            try {
                CompletableFuture<Throwable> asked =
                        CompletableFuture.supplyAsync(
                                () -> catchThrowable(() -> host.hosts().joined()));
                assertThatThrownBy(lease::verify)
                        .isInstanceOf(LeaseLostException.class)
                        .hasMessageContaining("has not answered for");
                // Asked through two layers with a limit of ten seconds each: either may be first.
                assertThat(asked.join())
                        .isInstanceOf(LeasesUnavailableException.class)
                        .hasMessageContaining("has not answered ");
            } finally {
                // Not to go on: it would find its lockspace failed, and kill this process.
                lab.daemons().kill(host.index());
            }
        }
    }

    @Test
    @Tag("ovirt-22")
    void aTakeoverIsFoundOutDuringTheWork() throws Exception {
        LabHost host = next();
        HostIdentity identity = host.manager().host(host.domain().id());
        UUID volume = lab.createVolume(BYTES);
        LeaseArea area = lab.lease(volume);
        try (LeaseConnection thief = lab.host(OTHER).manager().connect("thief")) {
            WatchedCopy[] self = new WatchedCopy[1];
            WatchedCopy copy =
                    watched(
                            host,
                            volume,
                            1,
                            () -> {
                                takeOver(thief, area);
                                self[0].awaitGateClosed();
                            });
            self[0] = copy;
            JobResult result = host.run(copy, JobObserver.NONE, settings(copy, OFTEN));
            assertThat(Objects.requireNonNull(result.failure()).kind())
                    .isEqualTo(FailureKind.LEASE_LOST);
            assertThat(result.failure().message())
                    .contains(area.toString(), "host 1 (host generation 1");
            assertThat(copy.writes()).isEqualTo(copy.writesAtClose());
            assertMarkedBy(copy, identity);
        }
    }

    @Test
    @Tag("ovirt-22")
    void aTakeoverIsFoundOutBeforeTheCommit() throws Exception {
        LabHost host = lab.host(HOSTS - 1);
        HostIdentity identity = host.manager().host(host.domain().id());
        UUID volume = lab.createVolume(BYTES);
        LeaseArea area = lab.lease(volume);
        try (LeaseConnection thief = lab.host(OTHER).manager().connect("thief")) {
            WatchedCopy copy = watched(host, volume, 1, () -> {});
            JobObserver observer =
                    new JobObserver() {
                        @Override
                        public void stepStarted(Job job, JobStep step) {
                            if (step == JobStep.COMMIT) {
                                unchecked(() -> takeOver(thief, area));
                            }
                        }
                    };
            JobResult result = host.run(copy, observer, settings(copy, NEVER));
            assertThat(Objects.requireNonNull(result.failure()).kind())
                    .isEqualTo(FailureKind.LEASE_LOST);
            assertThat(result.failure().step()).isEqualTo(JobStep.COMMIT);
            assertMarkedBy(copy, identity);
        }
    }

    @Test
    void aJobThatFailsAfterATakeoverRecordsNothing() throws Exception {
        LabHost host = lab.host(HOSTS - 1);
        UUID volume = lab.createVolume(BYTES);
        LeaseArea area = lab.lease(volume);
        byte[][] metadata = new byte[1][];
        try (LeaseConnection thief = lab.host(OTHER).manager().connect("thief")) {
            WatchedCopy copy =
                    watched(
                            host,
                            volume,
                            1,
                            () -> {
                                takeOver(thief, area);
                                metadata[0] = lab.metadata();
                                throw new IOException("the disk is broken");
                            });
            JobResult result = host.run(copy, JobObserver.NONE, settings(copy, NEVER));
            assertThat(result.outcome()).isEqualTo(JobState.FAILED);
            assertThat(Objects.requireNonNull(result.failure()).kind())
                    .isEqualTo(FailureKind.LEASE_LOST);
            assertThat(result.failure().message()).contains("the disk is broken");
            assertThat(lab.metadata()).isEqualTo(metadata[0]);
        }
    }

    /** Makes another host the owner on storage, while the daemon of the first knows nothing. */
    private static void takeOver(LeaseConnection thief, LeaseArea area) throws IOException {
        assertThatThrownBy(() -> thief.acquire(area, LeaseMode.EXCLUSIVE))
                .isInstanceOf(LeaseHeldException.class);
        lab.host(OTHER).manager().format(area);
        thief.acquire(area, LeaseMode.EXCLUSIVE);
    }

    private static JobObserver killsAt(JobStep doomed, LabHost host, WatchedCopy copy) {
        return new JobObserver() {
            @Override
            public void stepStarted(Job job, JobStep step) {
                if (step == doomed) {
                    lab.daemons().kill(host.index());
                    unchecked(copy::awaitGateClosed);
                }
            }
        };
    }

    private static void unchecked(WatchedCopy.Event event) {
        try {
            event.happen();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static WatchedCopy watched(
            LabHost host, UUID volume, int depth, WatchedCopy.Event event) throws IOException {
        Path source = lab.sourceFile(BYTES, volume.getLeastSignificantBits());
        return watched(host, new CopySource.Outside(source), volume, depth, event);
    }

    private static WatchedCopy watched(
            LabHost host, CopySource source, UUID volume, int depth, WatchedCopy.Event event)
            throws IOException {
        CopyVolume copy =
                new CopyVolume(
                        UUID.randomUUID(),
                        source,
                        host.domain(),
                        volume,
                        1L,
                        TestDomain.requests(REQUEST_BYTES, depth));
        return new WatchedCopy(copy, lab.volume(volume).dataPath(), EVENTFUL_WRITE, event);
    }

    private static JobSettings settings(DeviceOpener devices, Duration verifyInterval) {
        return new JobSettings(
                Clock.SYSTEM,
                devices,
                Duration.ZERO,
                verifyInterval,
                JobSettings.DEFAULT_BUFFER_LIMIT_BYTES);
    }

    private static void assertMarkedBy(Job job, HostIdentity host) throws IOException {
        VolumeRecord record = lab.record(job.request().volumeId());
        assertThat(record.generation()).isEqualTo(1);
        assertThat(record.legality()).isEqualTo(Legality.ILLEGAL);
        assertThat(record.activeJob())
                .hasValueSatisfying(active -> {
                    assertThat(active.jobId()).isEqualTo(job.request().id());
                    assertThat(active.hostId()).isEqualTo(host.hostId());
                    assertThat(active.hostGeneration()).isEqualTo(host.hostGeneration());
                });
    }
}
