package io.tenure.jobs.sanlock;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.domain.Clock;
import io.tenure.format.ActiveJob;
import io.tenure.format.Legality;
import io.tenure.format.Quarantine;
import io.tenure.format.VolumeRecord;
import io.tenure.jobs.FailureKind;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobFailure;
import io.tenure.jobs.JobObserver;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobSettings;
import io.tenure.jobs.JobState;
import io.tenure.lease.HostIdentity;
import io.tenure.lease.LeaseConnection;
import io.tenure.lease.LeaseManager;
import io.tenure.lease.LeaseManagers;
import io.tenure.lease.LeaseMode;
import io.tenure.lease.LeaseState;
import io.tenure.lease.sanlock.SanlockSectors;
import io.tenure.lease.sanlock.StoredLease;
import io.tenure.recon.HolderRequests;
import io.tenure.recon.ReconOutcome;
import io.tenure.recon.ReconQuestion;
import io.tenure.recon.ReconSettings;
import io.tenure.recon.Reconnaissance;
import io.tenure.testing.jobs.TestDomain;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What one host finds out of the jobs of another, which is alive, killed, or dead. */
final class ReconnaissanceOnTwoHostsTest {
    private static final int BYTES = 1 << 20;
    private static final int KILLED = 137;
    private static final int ROUNDS = Integer.getInteger("tenure.recon.rounds", 12);
    private static final ReconSettings PATIENT =
            ReconSettings.DEFAULT.with(ReconSettings.Pressure.NONE, Duration.ofSeconds(20));

    private static DomainLab lab;

    @BeforeAll
    static void start() throws IOException {
        lab = DomainLab.start(2);
    }

    @AfterAll
    static void stop() throws IOException {
        lab.close();
    }

    @Test
    @Tag("ovirt-62")
    void aLiveHolderIsRunningAndIsNamed() throws Exception {
        UUID volume = lab.createVolume(BYTES);
        UUID job = UUID.randomUUID();
        try (LeaseConnection connection = lab.host(1).manager().connect("holder")) {
            connection.acquire(lab.lease(volume), LeaseMode.EXCLUSIVE);
            Instant since = mark(volume, job);
            byte[] metadata = lab.metadata();
            assertThat(lab.host(0).ask(volume, job, 1, ReconSettings.DEFAULT))
                    .isInstanceOfSatisfying(
                            ReconOutcome.Running.class,
                            it -> {
                                assertThat(it.host().hostId()).isEqualTo(2);
                                assertThat(it.since()).contains(since);
                                assertThat(it.description()).contains("host 2").contains("LIVE");
                            });
            assertThat(lab.metadata()).isEqualTo(metadata);
        }
    }

    @Test
    @Tag("ovirt-35")
    void aKilledHolderWasInterruptedAndLeavesNoQuarantine() throws Exception {
        UUID volume = lab.createVolume(BYTES);
        UUID job = HolderChild.run(lab, 1, volume, HolderChild.End.KILLED_IN_THE_DATA, KILLED);
        assertThat(lab.host(0).ask(volume, job, 1, PATIENT))
                .isInstanceOfSatisfying(
                        ReconOutcome.Interrupted.class,
                        it -> {
                            assertThat(it.job().orElseThrow().hostId()).isEqualTo(2);
                            assertThat(it.fenced()).isTrue();
                            assertThat(it.quarantine()).isEmpty();
                        });
        VolumeRecord record = lab.record(volume);
        assertThat(record.generation()).isEqualTo(2);
        assertThat(record.legality()).isEqualTo(Legality.ILLEGAL);
        assertThat(copy(0, volume, 2).outcome()).isEqualTo(JobState.DONE);
    }

    @Test
    @Tag("ovirt-36")
    @Tag("ovirt-63")
    void aHolderKilledAfterItsCommitIsDone() throws Exception {
        UUID volume = lab.createVolume(BYTES);
        UUID job =
                HolderChild.run(lab, 1, volume, HolderChild.End.KILLED_BEFORE_THE_RELEASE, KILLED);
        assertThat(lab.host(0).ask(volume, job, 1, PATIENT))
                .isInstanceOf(ReconOutcome.Completed.class);
        assertThat(lab.record(volume).generation()).isEqualTo(2);
    }

    @Test
    @Tag("ovirt-74")
    void aJobThatEndsAfterItsLeaseWasSeenHeldIsCompletedAndIsNotFenced() throws Exception {
        UUID volume = lab.createVolume(BYTES);
        LabHost worker = lab.host(1);
        Job job = DomainLab.copy(worker, lab.sourceFile(BYTES, 4), volume, 1L);
        CountDownLatch working = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        JobObserver holdsOn =
                new JobObserver() {
                    @Override
                    public void recordWritten(Job written, VolumeRecord record) {
                        if (record.activeJob().isPresent()) {
                            working.countDown();
                            await(mayEnd);
                        }
                    }
                };
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<JobResult> running =
                    thread.submit(() -> worker.run(job, holdsOn, JobSettings.DEFAULT));
            await(working);
            LeaseManager looking =
                    afterInspection(
                            lab.host(0).manager(),
                            seen -> {
                                assertThat(seen).isInstanceOf(LeaseState.Held.class);
                                mayEnd.countDown();
                                assertThat(running.get().outcome()).isEqualTo(JobState.DONE);
                            });
            Reconnaissance recon =
                    new Reconnaissance(
                            new LeaseManagers(List.of(looking)), HolderRequests.NONE, Clock.SYSTEM);
            ReconQuestion question =
                    new ReconQuestion(lab.host(0).domain(), volume, job.request().id(), 1);
            assertThat(recon.ask(question, ReconSettings.DEFAULT))
                    .isInstanceOf(ReconOutcome.Completed.class);
        } finally {
            mayEnd.countDown();
        }
        assertThat(lab.record(volume).generation()).isEqualTo(2);
    }

    /** What happens between the first look at a lease and its answer. */
    private interface Event {
        void happen(Object seen) throws Exception;
    }

    private static LeaseManager afterInspection(LeaseManager real, Event event) {
        AtomicBoolean first = new AtomicBoolean(true);
        return (LeaseManager)
                Proxy.newProxyInstance(
                        LeaseManager.class.getClassLoader(),
                        new Class<?>[] {LeaseManager.class},
                        (_, method, arguments) -> {
                            Object seen;
                            try {
                                seen = method.invoke(real, arguments);
                            } catch (InvocationTargetException e) {
                                throw Objects.requireNonNull(e.getCause());
                            }
                            if (method.getName().equals("inspect") && first.getAndSet(false)) {
                                event.happen(seen);
                            }
                            return seen;
                        });
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @Tag("ovirt-34")
    @Tag("ovirt-64")
    @Tag("ovirt-65")
    void aHolderKilledBeforeItsWorkNeverBegins() throws Exception {
        UUID volume = lab.createVolume(BYTES);
        UUID job = HolderChild.run(lab, 1, volume, HolderChild.End.KILLED_BEFORE_THE_WORK, KILLED);
        assertThat(lab.host(0).ask(volume, job, 1, PATIENT))
                .isEqualTo(new ReconOutcome.NotStarted(true));
        byte[] metadata = lab.metadata();
        JobResult late = copy(1, volume, 1);
        assertThat(failure(late).kind()).isEqualTo(FailureKind.GENERATION_MISMATCH);
        assertThat(lab.metadata()).isEqualTo(metadata);
    }

    /**
     * In every sixth round or so the loser writes the leader in the winner's name after the winner
     * has gone. More rounds: {@code -Dtenure.recon.rounds=50}.
     */
    @Test
    @Tag("ovirt-71")
    void twoHostsAtOnceCloseAGenerationOnceAndLeaveTheLeaseFree() throws Exception {
        UUID volume = lab.createVolume(4096);
        SanlockSectors sectors = new SanlockSectors(lab.host(0).domain());
        CyclicBarrier together = new CyclicBarrier(2);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (long generation = 1; generation <= ROUNDS; generation++) {
                UUID job = UUID.randomUUID();
                List<Future<ReconOutcome>> answers = new ArrayList<>();
                for (int i = 0; i < 2; i++) {
                    int host = i;
                    long expected = generation;
                    answers.add(
                            threads.submit(() -> {
                                together.await();
                                return lab.host(host).ask(volume, job, expected, PATIENT);
                            }));
                }
                for (Future<ReconOutcome> answer : answers) {
                    assertThat(answer.get()).isEqualTo(new ReconOutcome.NotStarted(true));
                }
                String round = "round " + generation;
                for (int host = 0; host < 2; host++) {
                    assertThat(lab.host(host).manager().inspect(lab.lease(volume)))
                            .as(round)
                            .isEqualTo(new LeaseState.Free());
                }
                assertThat(sectors.lease(lab.lease(volume), sectors.hosts()).state())
                        .as(round)
                        .isEqualTo(StoredLease.State.FREE);
                assertThat(lab.record(volume).generation()).as(round).isEqualTo(generation + 1);
            }
        }
    }

    @Test
    @Tag("ovirt-19")
    @Tag("ovirt-75")
    void aLeaseThatIsGoneIsUnknownAndNeverFree() throws Exception {
        UUID volume = lab.createVolume(4096);
        lab.host(0).manager().clear(lab.lease(volume));
        byte[] metadata = lab.metadata();
        assertThat(lab.host(0).ask(volume, UUID.randomUUID(), 1, ReconSettings.DEFAULT))
                .isInstanceOf(ReconOutcome.Unknown.class);
        assertThat(lab.metadata()).isEqualTo(metadata);
    }

    @Test
    @Tag("ovirt-15")
    void aHostThatRebootedIsGoneWithItsLease() throws Exception {
        UUID volume = lab.createVolume(BYTES);
        UUID job = UUID.randomUUID();
        try (LeaseConnection connection = lab.host(1).manager().connect("holder")) {
            connection.acquire(lab.lease(volume), LeaseMode.EXCLUSIVE);
            mark(volume, job);
            lab.daemons().kill(1);
            assertThat(lab.host(0).ask(volume, job, 1, ReconSettings.DEFAULT))
                    .isInstanceOf(ReconOutcome.Running.class);
            lab.revive(1);
            assertThat(lab.host(0).ask(volume, job, 1, PATIENT))
                    .isInstanceOfSatisfying(
                            ReconOutcome.Interrupted.class,
                            it -> assertThat(it.quarantine()).isEmpty());
        }
        lab.daemons().awaitAllLive(lab.host(0).domain().id().toString());
    }

    @Test
    @Tag("ovirt-15")
    void aHostThatIsDeadLeavesItsVolumeInQuarantineUntilItIsBack() throws Exception {
        try (DomainLab fast = DomainLab.startWithClock(2, 10)) {
            UUID volume = fast.createVolume(BYTES);
            UUID job = UUID.randomUUID();
            HostIdentity dead = fast.host(1).manager().host(fast.host(1).domain().id());
            try (LeaseConnection connection = fast.host(1).manager().connect("holder")) {
                connection.acquire(fast.lease(volume), LeaseMode.EXCLUSIVE);
                mark(fast, volume, job);
                fast.daemons().kill(1);
                assertThat(fast.host(0).ask(volume, job, 1, ReconSettings.DEFAULT))
                        .isInstanceOf(ReconOutcome.Running.class);
                assertThat(
                                fast.host(0)
                                        .ask(
                                                volume,
                                                job,
                                                1,
                                                ReconSettings.DEFAULT.with(
                                                        ReconSettings.Pressure.NONE,
                                                        Duration.ofSeconds(30))))
                        .isInstanceOfSatisfying(
                                ReconOutcome.Interrupted.class,
                                it ->
                                        assertThat(it.quarantine())
                                                .contains(
                                                        new Quarantine(
                                                                dead.hostId(),
                                                                dead.hostGeneration())));
            }
            assertThat(fast.record(volume).quarantine()).isPresent();
            byte[] metadata = fast.metadata();
            JobResult refused = copy(fast, 0, volume, 2);
            assertThat(failure(refused).message())
                    .contains("host 2 (host generation 1)")
                    .contains("quarantine");
            assertThat(fast.metadata()).isEqualTo(metadata);

            fast.revive(1);
            assertThat(copy(fast, 0, volume, 2).outcome()).isEqualTo(JobState.DONE);
            assertThat(fast.record(volume).quarantine()).isEmpty();
        }
    }

    private static Instant mark(UUID volume, UUID job) throws IOException {
        return mark(lab, volume, job);
    }

    /** Names a job of host 1 as working, as that host would under its lease. */
    private static Instant mark(DomainLab in, UUID volume, UUID job) throws IOException {
        HostIdentity host = in.host(1).manager().host(in.host(1).domain().id());
        ActiveJob active = new ActiveJob(job, host.hostId(), host.hostGeneration(), Instant.now());
        VolumeRecord record = in.record(volume).started(active);
        TestDomain.put(in.host(1).domain(), record);
        return active.start();
    }

    private static JobResult copy(int host, UUID volume, long generation) throws Exception {
        return copy(lab, host, volume, generation);
    }

    private static JobResult copy(DomainLab in, int host, UUID volume, long generation)
            throws Exception {
        Path source = in.sourceFile(BYTES, 3);
        return in.host(host).run(DomainLab.copy(in.host(host), source, volume, generation));
    }

    private static JobFailure failure(JobResult result) {
        return Objects.requireNonNull(result.failure());
    }
}
