package io.tenure.jobs.sanlock;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.domain.Clock;
import io.tenure.domain.LeaseArea;
import io.tenure.domain.StorageDomain;
import io.tenure.format.Transition;
import io.tenure.format.TransitionKind;
import io.tenure.format.VolumeRecord;
import io.tenure.io.Access;
import io.tenure.jobs.FailureKind;
import io.tenure.jobs.JobFailure;
import io.tenure.jobs.JobResult;
import io.tenure.lease.LeaseOwner;
import io.tenure.lease.LeaseState;
import io.tenure.recon.HolderRequests;
import io.tenure.recon.ReconOutcome;
import io.tenure.recon.ReconQuestion;
import io.tenure.recon.ReconSettings;
import io.tenure.recon.Reconnaissance;
import io.tenure.sanlock.HostState;
import io.tenure.testing.jobs.DeviceEvent;
import io.tenure.testing.jobs.DeviceHook;
import io.tenure.testing.jobs.TestDevices;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A host that dies while it fences the job of another, and what the others see of it meanwhile. */
final class DyingHostsTest {
    private static final int WITNESS = 0;
    private static final int FENCING = 1;
    private static final int LATECOMER = 2;
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final ReconSettings UNTIL_IT_IS_DEAD =
            ReconSettings.DEFAULT.with(ReconSettings.Pressure.NONE, LIMIT);

    private static DomainLab lab;

    private final UUID job = UUID.randomUUID();
    private final CountDownLatch over = new CountDownLatch(1);

    @BeforeAll
    static void start() throws IOException {
        lab = DomainLab.startWithClock(3, 10);
    }

    @AfterAll
    static void stop() throws IOException {
        lab.close();
    }

    @Test
    @Tag("ovirt-16")
    @Tag("ovirt-72")
    void itsLeasesAreHeldWhileItFailsOrIsUnknownAndAreSettledOnceWhenItIsDead() throws Exception {
        UUID unfenced = lab.createVolume(4096);
        UUID fenced = lab.createVolume(4096);
        lab.host(LATECOMER).hosts().leave();
        try (Fencing before = new Fencing(unfenced, true);
                Fencing after = new Fencing(fenced, false)) {
            before.await();
            after.await();
            lab.daemons().kill(FENCING);
            assertThat(ask(unfenced, ReconSettings.DEFAULT))
                    .isInstanceOf(ReconOutcome.Running.class);
            assertThat(ask(fenced, ReconSettings.DEFAULT)).isInstanceOf(ReconOutcome.Running.class);

            awaitState(WITNESS, HostState.FAIL);
            isHeld(WITNESS, unfenced, HostState.FAIL, "FAIL");
            // Who comes now never saw it alive.
            lab.host(LATECOMER).hosts().join(lab.host(LATECOMER).hostId());
            awaitState(LATECOMER, HostState.UNKNOWN);
            isHeld(LATECOMER, unfenced, HostState.UNKNOWN, "state unknown");

            assertThat(ask(unfenced, UNTIL_IT_IS_DEAD))
                    .isEqualTo(new ReconOutcome.NotStarted(true));
            assertThat(ask(fenced, UNTIL_IT_IS_DEAD))
                    .isInstanceOfSatisfying(
                            ReconOutcome.NotStarted.class, it -> assertThat(it.fenced()).isTrue());
            isFencedOnceBy(lab.host(WITNESS), unfenced);
            isFencedOnceBy(lab.host(FENCING), fenced);
            over.countDown();
            assertThat(before.outcome()).isInstanceOf(ReconOutcome.Unknown.class);
            isFencedOnceBy(lab.host(WITNESS), unfenced);
        } finally {
            over.countDown();
        }
    }

    private ReconOutcome ask(UUID volume, ReconSettings settings) throws Exception {
        return ask(lab.host(WITNESS), lab.host(WITNESS).domain(), volume, settings);
    }

    private ReconOutcome ask(
            LabHost host, StorageDomain domain, UUID volume, ReconSettings settings)
            throws InterruptedException {
        return new Reconnaissance(host.leases(), HolderRequests.NONE, Clock.SYSTEM)
                .ask(new ReconQuestion(domain, volume, job, 1), settings);
    }

    private static void awaitState(int seenBy, HostState wanted) throws Exception {
        long deadlineNanos = System.nanoTime() + LIMIT.toNanos();
        while (lab.host(seenBy).hosts().list().stream()
                .noneMatch(status ->
                        status.hostId() == lab.host(FENCING).hostId()
                                && status.state() == wanted)) {
            assertThat(System.nanoTime() - deadlineNanos).as("ns late").isNegative();
            Thread.sleep(10);
        }
    }

    private static void isHeld(int seenBy, UUID volume, HostState state, String words)
            throws Exception {
        LabHost host = lab.host(seenBy);
        LeaseArea area = lab.lease(volume);
        assertThat(host.manager().inspect(area))
                .isInstanceOfSatisfying(
                        LeaseState.Held.class,
                        held ->
                                assertThat(held.owners())
                                        .singleElement()
                                        .extracting(LeaseOwner::state)
                                        .isEqualTo(state));
        byte[] metadata = lab.metadata();
        JobResult refused = host.run(DomainLab.copy(host, lab.sourceFile(4096, 1), volume, 1L));
        JobFailure failure = Objects.requireNonNull(refused.failure());
        assertThat(failure.kind()).isEqualTo(FailureKind.LEASE_HELD);
        assertThat(failure.message()).contains("host 2 (host generation 1, " + words + ")");
        assertThat(lab.metadata()).isEqualTo(metadata);
    }

    private void isFencedOnceBy(LabHost host, UUID volume) throws IOException {
        VolumeRecord record = lab.record(volume);
        assertThat(record.generation()).isEqualTo(2);
        Transition newest = record.transitions().getFirst();
        assertThat(newest.kind()).isEqualTo(TransitionKind.FENCED);
        assertThat(newest.jobId()).isEqualTo(job);
        assertThat(newest.hostId()).isEqualTo(host.hostId());
    }

    /** A reconnaissance that stands still before, or right after, its first write of the fence. */
    private final class Fencing implements AutoCloseable {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final StorageDomain domain;
        private final ExecutorService thread = Executors.newSingleThreadExecutor();
        private final Future<ReconOutcome> outcome;

        Fencing(UUID volume, boolean before) throws IOException {
            TestDevices devices = new TestDevices();
            domain =
                    StorageDomain.open(
                            lab.host(FENCING).domain().path(), Access.READ_WRITE, devices);
            Path control = domain.controlPath();
            devices.add(
                    new DeviceHook() {
                        @Override
                        public void before(DeviceEvent event) throws IOException {
                            standStill(before && event.is(control, DeviceEvent.Kind.WRITE));
                        }

                        @Override
                        public void after(DeviceEvent event) throws IOException {
                            standStill(!before && event.is(control, DeviceEvent.Kind.WRITE));
                        }
                    });
            outcome = thread.submit(() -> ask(lab.host(FENCING), domain, volume, UNTIL_IT_IS_DEAD));
        }

        private void standStill(boolean here) throws IOException {
            if (!here) {
                return;
            }
            reached.countDown();
            try {
                over.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            throw new IOException("the host is dead: ordered by the test");
        }

        void await() throws InterruptedException {
            assertThat(reached.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }

        ReconOutcome outcome() throws Exception {
            return outcome.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }

        @Override
        public void close() throws IOException {
            over.countDown();
            thread.close();
            domain.close();
        }
    }
}
