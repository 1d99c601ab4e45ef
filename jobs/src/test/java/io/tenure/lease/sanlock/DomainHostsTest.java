package io.tenure.lease.sanlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.domain.Clock;
import io.tenure.domain.DeviceOpener;
import io.tenure.domain.DomainSpec;
import io.tenure.domain.InvalidRequestException;
import io.tenure.domain.RefusedException;
import io.tenure.domain.StorageDomain;
import io.tenure.format.Allocation;
import io.tenure.format.LeaseKind;
import io.tenure.io.Access;
import io.tenure.jobs.FailureKind;
import io.tenure.jobs.JobFailure;
import io.tenure.jobs.JobHandle;
import io.tenure.jobs.JobObserver;
import io.tenure.jobs.JobRunner;
import io.tenure.jobs.JobSettings;
import io.tenure.jobs.JobState;
import io.tenure.jobs.op.CreateVolume;
import io.tenure.jobs.op.VolumeSpec;
import io.tenure.jobs.sanlock.DomainLab;
import io.tenure.lease.LeaseConnection;
import io.tenure.lease.LeaseManagers;
import io.tenure.lease.LeaseMode;
import io.tenure.lease.LeaseState;
import io.tenure.lease.LeasesUnavailableException;
import io.tenure.lease.VolumeLease;
import io.tenure.lease.local.LocalLeaseManager;
import io.tenure.sanlock.HostState;
import io.tenure.sanlock.HostStatus;
import io.tenure.sanlock.LockspaceState;
import io.tenure.sanlock.Owner;
import io.tenure.sanlock.Sanlock;
import io.tenure.testing.sanlock.SanlockLab;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Joining and leaving, with real daemons that begin outside of the domain. */
class DomainHostsTest {
    private static final Duration LIMIT = Duration.ofSeconds(15);

    private SanlockLab daemons;
    private Path folder;
    private StorageDomain domain;

    @BeforeEach
    void start() throws IOException {
        daemons = SanlockLab.start(2);
        folder = Objects.requireNonNull(daemons.leaseFile("anchor", 1).getParent());
        Path path = Files.createDirectory(folder.resolve("domain"));
        DomainSpec spec = DomainLab.spec(OptionalInt.empty(), 1 << 20);
        domain = StorageDomain.create(path, spec, manager(0)::formatDomain);
    }

    @AfterEach
    void stop() throws IOException {
        domain.close();
        daemons.close();
    }

    @Test
    @Tag("ovirt-18")
    void aHostIsThereFromItsJoinToItsLeaveWhichIsRefusedWhileALeaseIsHeld() throws Exception {
        DomainHosts hosts = hosts(0, domain);
        assertThat(hosts.joined()).isEmpty();
        assertThatThrownBy(hosts::list)
                .isInstanceOf(LeasesUnavailableException.class)
                .hasMessageContaining("join it first");
        assertThatThrownBy(hosts::leave)
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("has not joined " + domain.path());

        DomainHosts other = hosts(1, domain);
        CompletableFuture<Boolean> second = CompletableFuture.supplyAsync(() -> joined(other, 2));
        hosts.join(1);
        assertThat(hosts.joined().orElseThrow().hostId()).isEqualTo(1);
        assertThat(hosts.list()).as("listed at once").isNotEmpty();
        assertThat(await(hosts, 1, status -> status.state() == HostState.LIVE).generation())
                .isEqualTo(1);

        assertThat(second.join()).isTrue();
        assertThat(await(hosts, 2, status -> status.state() == HostState.LIVE).generation())
                .isEqualTo(1);
        other.leave();
        await(hosts, 2, status -> status.state() == HostState.FREE);

        hosts.join(1); // twice is once
        assertThat(manager(0).host(domain.id()).hostGeneration()).isEqualTo(1);
        assertThatThrownBy(() -> hosts.join(2))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("as host 1 already");

        try (LeaseConnection connection = manager(0).connect("job")) {
            connection.acquire(domain.domainLease(), LeaseMode.EXCLUSIVE);
            assertThatThrownBy(hosts::leave)
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("a job of this host holds a lease");
            assertThat(hosts.joined().orElseThrow().state()).isEqualTo(LockspaceState.JOINED);
            assertThat(connection.awaitHangUp(0)).isFalse();
        }
        awaitUnused(hosts);
        assertThat(hosts.joined()).isEmpty();
        try (LeaseConnection connection = manager(0).connect("too late")) {
            assertThatThrownBy(() -> connection.acquire(domain.domainLease(), LeaseMode.EXCLUSIVE))
                    .isInstanceOf(LeasesUnavailableException.class)
                    .hasMessageContaining("this host has not joined");
        }
    }

    @Test
    @Tag("ovirt-15")
    @Tag("ovirt-16")
    void anOwnerCountsUntilItsVeryIncarnationIsKnownToBeGone() {
        Owner owner = new Owner(2, 5, 1000, io.tenure.sanlock.LeaseMode.EXCLUSIVE, 1);
        for (HostState state : HostState.values()) {
            boolean gone = state == HostState.DEAD || state == HostState.FREE;
            assertThat(mayHold(owner, seen(5, state)))
                    .as("its own host is %s", state)
                    .isEqualTo(!gone);
            assertThat(mayHold(owner, seen(6, state)))
                    .as("its host has joined anew since, and is %s", state)
                    .isFalse();
            assertThat(mayHold(owner, seen(4, state)))
                    .as("the list is older than the lease, and says %s", state)
                    .isTrue();
        }
        assertThat(mayHold(owner, Optional.empty())).isTrue();
    }

    private static boolean mayHold(Owner owner, Optional<HostStatus> host) {
        return OwnerQuery.mayHold(OwnerQuery.stateOf(owner, host));
    }

    private static Optional<HostStatus> seen(long generation, HostState state) {
        return Optional.of(new HostStatus(2, generation, 1000, 1, state));
    }

    @Test
    @Tag("ovirt-17")
    void aJobWaitsForItsHostToComeInAsLongAsForALease() throws Exception {
        DomainHosts hosts = hosts(0, domain);
        LeaseManagers leases = new LeaseManagers(List.of(manager(0)));
        try (JobRunner impatient = runner(leases, Duration.ZERO);
                JobRunner patient = runner(leases, LIMIT)) {
            CompletableFuture<Boolean> joins =
                    CompletableFuture.supplyAsync(() -> joined(hosts, 1));
            long start = System.nanoTime();
            while (hosts.joined().isEmpty()) {
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LIMIT);
                Thread.onSpinWait();
            }
            JobHandle refused = impatient.submit(create(), JobObserver.NONE);
            JobFailure failure =
                    Objects.requireNonNull(refused.await(LIMIT).orElseThrow().failure());
            assertThat(failure.kind()).isEqualTo(FailureKind.ENVIRONMENT);
            assertThat(failure.message())
                    .contains("just joining the domain " + domain.id() + " as host 1");

            JobHandle aborted = patient.submit(create(), JobObserver.NONE);
            while (aborted.step().isEmpty()) {
                Thread.onSpinWait();
            }
            aborted.abort();
            assertThat(aborted.await(LIMIT).orElseThrow().outcome()).isEqualTo(JobState.ABORTED);
            assertThat(hosts.joined().orElseThrow().state()).isEqualTo(LockspaceState.CHANGING);

            JobHandle waiting = patient.submit(create(), JobObserver.NONE);
            assertThat(waiting.await(LIMIT).orElseThrow().outcome()).isEqualTo(JobState.DONE);
            assertThat(joins.join()).isTrue();
        }
    }

    private static JobRunner runner(LeaseManagers leases, Duration leaseWait) {
        return JobRunner.start(
                leases,
                new JobSettings(
                        Clock.SYSTEM,
                        DeviceOpener.SYSTEM,
                        leaseWait,
                        Duration.ofSeconds(1),
                        JobSettings.DEFAULT_BUFFER_LIMIT_BYTES),
                1,
                1);
    }

    private CreateVolume create() throws IOException {
        return new CreateVolume(
                UUID.randomUUID(),
                domain,
                new VolumeSpec(
                        UUID.randomUUID(), 4096, Allocation.SPARSE, Optional.empty(), "test"));
    }

    @Test
    void aHostIdThatTheDomainHasNoRoomForIsRefused() throws Exception {
        int room = domain.superblock().layout().maxHosts();
        for (long hostId : new long[] {0, -1, room + 1L}) {
            assertThatThrownBy(() -> hosts(0, domain).join(hostId))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("1 to " + room);
        }
        assertThat(hosts(0, domain).joined()).isEmpty();
    }

    @Test
    void aDomainAndItsCopyAreNeverTakenForOneAnother() throws Exception {
        hosts(0, domain).join(1);
        Path copied = Files.createDirectory(folder.resolve("copy"));
        Files.copy(domain.controlPath(), copied.resolve(StorageDomain.CONTROL_FILE));
        try (StorageDomain copy = StorageDomain.open(copied, Access.READ_WRITE);
                LeaseConnection connection = manager(0).connect("job")) {
            assertThatThrownBy(() -> hosts(0, copy).join(1))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("is a copy of it");
            assertThatThrownBy(() -> hosts(0, copy).leave()).isInstanceOf(RefusedException.class);
            assertThatThrownBy(() -> connection.acquire(copy.domainLease(), LeaseMode.EXCLUSIVE))
                    .isInstanceOf(LeasesUnavailableException.class)
                    .hasMessageContaining("copy");
            VolumeLease held = connection.acquire(domain.domainLease(), LeaseMode.EXCLUSIVE);
            held.verify();
            held.release(); // closing the connection would free it too, but a moment later
        }
        // Another path to the same bytes is no copy.
        Path link = Files.createSymbolicLink(folder.resolve("link"), domain.path());
        try (StorageDomain linked = StorageDomain.open(link, Access.READ_WRITE);
                LeaseConnection connection = manager(0).connect("job")) {
            hosts(0, linked).join(1);
            connection.acquire(linked.domainLease(), LeaseMode.EXCLUSIVE).release();
            awaitUnused(hosts(0, linked));
            assertThat(hosts(0, domain).joined()).isEmpty();
        }
    }

    @Test
    void aDomainWithLocalLeasesHasNoHosts(@TempDir Path directory) throws Exception {
        try (StorageDomain local =
                StorageDomain.create(
                        directory,
                        DomainSpec.of(LeaseKind.LOCAL),
                        new LocalLeaseManager()::formatDomain)) {
            assertThatThrownBy(() -> hosts(0, local))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("has local leases");
        }
    }

    @Test
    void withoutADaemonEverythingSaysSo() throws Exception {
        DomainHosts hosts = hosts(0, domain);
        daemons.kill(0);
        for (Attempt attempt :
                List.<Attempt>of(() -> hosts.join(1), hosts::leave, hosts::list, hosts::joined)) {
            assertThatThrownBy(attempt::run)
                    .isInstanceOf(LeasesUnavailableException.class)
                    .hasMessageContaining("the sanlock daemon is not running");
        }
        assertThatThrownBy(() -> manager(0).connect("job"))
                .isInstanceOf(LeasesUnavailableException.class);
        assertThatThrownBy(() -> manager(0).host(domain.id()))
                .isInstanceOf(LeasesUnavailableException.class);
        assertThat(manager(0).inspect(domain.domainLease())).isInstanceOf(LeaseState.Unknown.class);
        UUID volume = UUID.randomUUID();
        assertThatThrownBy(() -> manager(0).format(domain.leaseArea(1, volume)))
                .isInstanceOf(LeasesUnavailableException.class);
    }

    @Test
    void aPathThatSanlockCannotTakeIsRefusedInOneLine() throws Exception {
        Path spaced = Files.createDirectory(folder.resolve("with space"));
        assertThatThrownBy(() ->
                        StorageDomain.create(
                                spaced,
                                DomainLab.spec(OptionalInt.empty(), 1 << 20),
                                manager(0)::formatDomain))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("with space");
        assertThat(spaced).isEmptyDirectory();
    }

    private static boolean joined(DomainHosts hosts, long hostId) {
        try {
            hosts.join(hostId);
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The daemon needs a moment to release what a closed connection held. */
    private static void awaitUnused(DomainHosts hosts) throws Exception {
        long start = System.nanoTime();
        while (true) {
            try {
                hosts.leave();
                return;
            } catch (RefusedException e) {
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LIMIT);
                Thread.sleep(20);
            }
        }
    }

    private static HostStatus await(DomainHosts hosts, long hostId, Predicate<HostStatus> condition)
            throws Exception {
        long start = System.nanoTime();
        while (true) {
            for (HostStatus status : hosts.list()) {
                if (status.hostId() == hostId && condition.test(status)) {
                    return status;
                }
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("waiting for host %d among %s", hostId, hosts.list())
                    .isLessThan(LIMIT);
            Thread.sleep(20);
        }
    }

    private SanlockLeaseManager manager(int host) {
        return new SanlockLeaseManager(daemons.sanlock(host));
    }

    private DomainHosts hosts(int host, StorageDomain of) throws IOException {
        Sanlock sanlock = daemons.sanlock(host);
        return new DomainHosts(sanlock, of);
    }

    /** Something that is expected to fail. */
    private interface Attempt {
        void run() throws IOException;
    }
}
