package io.tenure.lease.sanlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.domain.DomainSpec;
import io.tenure.domain.InvalidRequestException;
import io.tenure.domain.LeaseArea;
import io.tenure.domain.RefusedException;
import io.tenure.domain.StorageDomain;
import io.tenure.format.LeaseKind;
import io.tenure.format.sanlock.PaxosLeader;
import io.tenure.format.sanlock.RequestRecord;
import io.tenure.format.sanlock.SanlockAreaLayout;
import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.io.BlockDevices;
import io.tenure.jobs.sanlock.DomainLab;
import io.tenure.jobs.sanlock.LabHost;
import io.tenure.lease.LeaseConnection;
import io.tenure.lease.LeaseHeldException;
import io.tenure.lease.LeaseMode;
import io.tenure.lease.LeaseState;
import io.tenure.lease.VolumeLease;
import io.tenure.lease.local.LocalLeaseManager;
import io.tenure.sanlock.HostStatus;
import io.tenure.sanlock.RequestMode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What storage alone tells, beside what the real daemons do. */
class SanlockSectorsTest {
    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final int WRITER_ID_OFFSET = 176;

    private static DomainLab lab;
    private static SanlockSectors sectors;
    private static int nextSlot = 1;

    @BeforeAll
    static void start() throws IOException {
        lab = DomainLab.start(2);
        sectors = new SanlockSectors(lab.host(0).domain());
    }

    @AfterAll
    static void stop() throws IOException {
        lab.close();
    }

    @Test
    void aLeaseIsHeldByWhoWasGrantedItUntilItIsReleased() throws Exception {
        LeaseArea area = newLease();
        assertThat(read(area).state()).isEqualTo(StoredLease.State.FREE);
        try (LeaseConnection connection = lab.host(1).manager().connect("test")) {
            VolumeLease lease = connection.acquire(area, LeaseMode.EXCLUSIVE);
            StoredLease held = read(area);
            assertThat(held.state()).isEqualTo(StoredLease.State.HELD);
            assertThat(held.holders()).hasSize(1);
            assertThat(held.holders().getFirst().hostId()).isEqualTo(2);
            assertThat(held.holders().getFirst().hostGeneration()).isEqualTo(1);
            assertThat(leader(held).lver()).isEqualTo(1);
            assertThat(
                            sectors.hosts()
                                    .heldSecondsAtRenewal(held.holders().getFirst())
                                    .orElseThrow())
                    .isBetween(0L, 60L);
            lease.release();
        }
        assertThat(read(area).state()).isEqualTo(StoredLease.State.FREE);
        assertThat(leader(read(area)).ownerId()).as("the last owner is still told").isEqualTo(2);
    }

    /**
     * As it is left when two hosts came for it at once: the loser has completed the winner's grant,
     * after the winner had released it, or after it had had it once more: that takes the version
     * back. Only the winner's ballot tells.
     */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aLeaseWhoseLeaderNamesAnOwnerThatHasReleasedItIsFree(int grantsSince) throws Exception {
        LeaseArea area = newLease();
        byte[] granted;
        try (LeaseConnection connection = lab.host(1).manager().connect("winner")) {
            VolumeLease lease = connection.acquire(area, LeaseMode.EXCLUSIVE);
            granted = DomainLab.bytes(area.path(), area.offsetBytes(), area.sectorBytes());
            lease.release();
            for (int grant = 0; grant < grantsSince; grant++) {
                connection.acquire(area, LeaseMode.EXCLUSIVE).release();
            }
        }
        granted[WRITER_ID_OFFSET] = 1; // of the loser; no part of the checksum
        write(area, 0, granted);
        assertThat(leader(read(area)).isOwnedBy(2, 1, 1)).isTrue();

        assertThat(read(area).state()).isEqualTo(StoredLease.State.FREE);
        for (int host = 0; host < 2; host++) {
            assertThat(lab.host(host).manager().inspect(area)).isEqualTo(new LeaseState.Free());
        }
        assertThatThrownBy(() ->
                        new LeaseRequests(lab.host(0).sanlock(), lab.host(0).domain())
                                .send(area, RequestMode.FORCE, OptionalLong.empty()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("nobody holds");
        try (LeaseConnection connection = lab.host(0).manager().connect("next")) {
            if (grantsSince > 0) {
                // Its daemon finds a ballot of that version, completes it and refuses.
                assertThatThrownBy(() -> connection.acquire(area, LeaseMode.EXCLUSIVE))
                        .isInstanceOf(LeaseHeldException.class)
                        .hasMessageContaining("try again later");
            }
            connection.acquire(area, LeaseMode.EXCLUSIVE).verify();
            assertThat(leader(read(area)).isOwnedBy(1, 1, 2 + grantsSince)).isTrue();
            assertThat(lab.host(1).manager().inspect(area)).isInstanceOf(LeaseState.Held.class);
        }
    }

    @Test
    void allHostsThatShareALeaseAreTold() throws Exception {
        LeaseArea area = newLease();
        try (LeaseConnection first = lab.host(0).manager().connect("first");
                LeaseConnection second = lab.host(1).manager().connect("second")) {
            first.acquire(area, LeaseMode.SHARED);
            VolumeLease leaving = second.acquire(area, LeaseMode.SHARED);
            StoredLease shared = read(area);
            assertThat(shared.state()).isEqualTo(StoredLease.State.SHARED);
            assertThat(shared.holders())
                    .extracting(StoredLease.Holder::hostId)
                    .containsExactly(1L, 2L);
            assertThat(shared.holders()).allMatch(holder -> holder.sinceSeconds() > 0);
            leaving.release();
            assertThat(read(area).holders())
                    .extracting(StoredLease.Holder::hostId)
                    .containsExactly(1L);
        }
    }

    @Test
    void aLeaseThatIsClearedMisnamedOrDamagedIsBrokenAndNeverFree() throws Exception {
        LabHost host = lab.host(0);
        LeaseArea cleared = newLease();
        host.manager().clear(cleared);
        assertBroken(cleared, "cleared");
        LeaseArea area = newLease();
        LeaseArea other =
                host.domain().leaseArea(nextSlot - 1, UUID.randomUUID()); // the same place
        assertBroken(other, "the lease of " + area.resourceId() + " stands there instead");
        overwrite(area, 0, 0);
        assertBroken(area, "all bytes are zero");
        LeaseArea ballot = newLease();
        overwrite(ballot, SanlockAreaLayout.hostOffset(ballot.sectorBytes(), 1), 0x5a);
        assertBroken(ballot, "host 1: ballot: checksum is");
    }

    @Test
    void aRequestOfAnotherHostIsSeen() throws Exception {
        LeaseArea area = newLease();
        assertThat(request(area).isPending()).isFalse();
        // a process of its own, since sanlock will end it
        Process holder = holder(area);
        try {
            awaitState(area, StoredLease.State.HELD);
            lab.host(1).sanlock().request(SanlockLeaseManager.resource(area), RequestMode.GRACEFUL);
            assertThat(request(area)).isEqualTo(new RequestRecord(2, RequestRecord.GRACEFUL));
        } finally {
            holder.destroyForcibly().waitFor();
        }
        awaitState(area, StoredLease.State.FREE);
    }

    @Test
    void hostsAreReadAsTheDaemonKnowsThem() throws Exception {
        StoredHosts hosts = sectors.hosts();
        assertThat(hosts.all()).hasSize(lab.host(0).domain().superblock().layout().maxHosts());
        assertThat(hosts.used()).extracting(StoredHost::hostId).startsWith(1, 2);
        for (int hostId = 1; hostId <= 2; hostId++) {
            StoredHost host = hosts.host(hostId).orElseThrow();
            HostStatus known =
                    lab.host(0)
                            .sanlock()
                            .host(lab.host(0).domain().id().toString(), hostId)
                            .orElseThrow();
            var leader = Objects.requireNonNull(host.leader());
            assertThat(host.isTaken()).isTrue();
            assertThat(leader.generation()).isEqualTo(known.generation());
            assertThat(leader.ioTimeoutSeconds()).isEqualTo(known.ioTimeoutSeconds());
            assertThat(leader.timestampSeconds()).isGreaterThanOrEqualTo(known.timestamp());
            assertThat(leader.hostName()).isNotEmpty();
            assertThat(hosts.mayHold(hostId, known.generation())).isTrue();
            assertThat(hosts.mayHold(hostId, known.generation() - 1)).isFalse();
            assertThat(hosts.mayHold(hostId, known.generation() + 1)).as("in doubt").isTrue();
        }
        assertThat(hosts.host(3).orElseThrow().isTaken()).isFalse();
        assertThat(hosts.mayHold(2001, 1)).as("in doubt").isTrue();
    }

    @Test
    void manyLeasesAreReadInTheirOrder() throws Exception {
        List<LeaseArea> areas = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            LeaseArea area = lab.host(0).domain().leaseArea(20 + i, UUID.randomUUID());
            lab.host(0).manager().format(area);
            areas.add(area);
        }
        List<StoredLease> leases = sectors.leases(areas, sectors.hosts());
        assertThat(leases).extracting(StoredLease::area).isEqualTo(areas);
        assertThat(leases).allMatch(lease -> lease.state() == StoredLease.State.FREE);
        assertThat(sectors.leases(List.of(), sectors.hosts())).isEmpty();
    }

    @Test
    void aLeaseOfAHostThatHasJoinedAnewIsLeftBehindAsTheDaemonSays() throws Exception {
        try (DomainLab own = DomainLab.start(2)) {
            StorageDomain domain = own.host(0).domain();
            SanlockSectors sectors = new SanlockSectors(domain);
            LeaseArea area = domain.leaseArea(1, UUID.randomUUID());
            own.host(0).manager().format(area);
            try (LeaseConnection lost = own.host(1).manager().connect("lost")) {
                lost.acquire(area, LeaseMode.EXCLUSIVE);
                own.daemons().kill(1);
                assertThat(sectors.lease(area, sectors.hosts()).state())
                        .as("storage does not tell the dead")
                        .isEqualTo(StoredLease.State.HELD);
                own.revive(1);
            }
            StoredLease left = sectors.lease(area, sectors.hosts());
            assertThat(left.state()).isEqualTo(StoredLease.State.LEFT);
            assertThat(left.holders()).isEmpty();
            await(() -> own.host(0).manager().inspect(area).equals(new LeaseState.Free()));
        }
    }

    @Test
    void aDomainOfLocalLeasesIsRefused(@TempDir Path folder) throws Exception {
        Path path = Files.createDirectory(folder.resolve("domain"));
        var spec =
                new DomainSpec(
                        UUID.randomUUID(),
                        LeaseKind.LOCAL,
                        OptionalInt.empty(),
                        1 << 20,
                        OptionalInt.of(1),
                        0);
        try (LocalLeaseManager local = new LocalLeaseManager();
                StorageDomain domain = StorageDomain.create(path, spec, local::formatDomain)) {
            assertThatThrownBy(() -> new SanlockSectors(domain))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("local leases");
        }
    }

    private static Process holder(LeaseArea area) throws IOException {
        String resource =
                "%s:%s:%s:%d"
                        .formatted(
                                area.domainId(),
                                area.resourceId(),
                                area.path(),
                                area.offsetBytes());
        ProcessBuilder command =
                new ProcessBuilder(
                        "sanlock", "client", "command", "-r", resource, "-c", "/bin/sleep", "60");
        command.environment().putAll(lab.daemons().environment(0));
        return command.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static void awaitState(LeaseArea area, StoredLease.State state) throws Exception {
        await(() -> read(area).state() == state);
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            Thread.sleep(10);
        }
    }

    private static LeaseArea newLease() throws IOException {
        LeaseArea area = lab.host(0).domain().leaseArea(nextSlot++, UUID.randomUUID());
        lab.host(0).manager().format(area);
        return area;
    }

    private static StoredLease read(LeaseArea area) throws IOException {
        return sectors.lease(area, sectors.hosts());
    }

    private static PaxosLeader leader(StoredLease lease) {
        return Objects.requireNonNull(lease.leader());
    }

    private static RequestRecord request(LeaseArea area) throws IOException {
        return Objects.requireNonNull(read(area).request());
    }

    private static void assertBroken(LeaseArea area, String problem) throws IOException {
        StoredLease lease = read(area);
        assertThat(lease.state()).isEqualTo(StoredLease.State.BROKEN);
        assertThat(lease.holders()).isEmpty();
        assertThat(lease.problem()).contains(problem);
    }

    private static void overwrite(LeaseArea area, long offset, int value) throws IOException {
        byte[] sector = new byte[area.sectorBytes()];
        Arrays.fill(sector, (byte) value);
        write(area, offset, sector);
    }

    private static void write(LeaseArea area, long offset, byte[] sector) throws IOException {
        try (BlockDevice device = BlockDevices.open(area.path(), Access.READ_WRITE);
                Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(sector.length, 4096);
            bytes.copyFrom(MemorySegment.ofArray(sector));
            device.write(area.offsetBytes() + offset, bytes);
        }
    }
}
