package io.tenure.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.tenure.domain.LeaseArea;
import io.tenure.sanlock.HostState;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/**
 * What every lease manager promises, whatever stands behind it. Its methods are public so that
 * JUnit may call them from wherever the subclass lies.
 */
@SuppressWarnings("exports") // of JUnit's annotations, to nobody
public abstract class LeaseManagerContract {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /**
     * The manager under test.
     *
     * @return the same at each call
     */
    protected abstract LeaseManager manager();

    /**
     * A manager of somebody else: another host where there can be one, or another process.
     *
     * @return the same at each call
     */
    protected abstract LeaseManager other();

    /**
     * Makes a free lease that no other test uses.
     *
     * @return where it lies
     * @throws IOException if it cannot be made
     */
    protected abstract LeaseArea newLease() throws IOException;

    /**
     * Makes somebody else the owner of a lease on storage, behind the back of its holder.
     *
     * @param area the lease
     * @return the new owner's host
     * @throws IOException if it cannot be done
     */
    protected abstract HostIdentity takeOver(LeaseArea area) throws IOException;

    @Test
    public void aFreshLeaseIsFree() throws Exception {
        LeaseArea area = newLease();
        assertThat(manager().inspect(area)).isEqualTo(new LeaseState.Free());
        assertThat(other().inspect(area)).isEqualTo(new LeaseState.Free());
    }

    @Test
    public void anAcquiredLeaseIsHeldByThisHostUntilItIsReleased() throws Exception {
        LeaseArea area = newLease();
        try (LeaseConnection connection = manager().connect("one")) {
            VolumeLease lease = connection.acquire(area, LeaseMode.EXCLUSIVE);
            assertThat(lease.area()).isEqualTo(area);
            assertThat(lease.mode()).isEqualTo(LeaseMode.EXCLUSIVE);
            lease.verify();
            HostIdentity host = manager().host(area.domainId());
            for (LeaseManager asked : new LeaseManager[] {manager(), other()}) {
                assertThat(asked.inspect(area))
                        .isInstanceOfSatisfying(
                                LeaseState.Held.class,
                                held ->
                                        assertThat(held.owners())
                                                .extracting(LeaseOwner::host, LeaseOwner::state)
                                                .containsExactly(tuple(host, HostState.LIVE)));
            }
            lease.release();
            assertThat(other().inspect(area)).isEqualTo(new LeaseState.Free());
        }
    }

    @Test
    public void anExclusiveLeaseExcludesEverybodyElse() throws Exception {
        LeaseArea area = newLease();
        try (LeaseConnection holder = manager().connect("holder");
                LeaseConnection sameHost = manager().connect("same host");
                LeaseConnection otherHost = other().connect("other host")) {
            VolumeLease lease = holder.acquire(area, LeaseMode.EXCLUSIVE);
            for (LeaseMode mode : LeaseMode.values()) {
                assertThatThrownBy(() -> sameHost.acquire(area, mode))
                        .isInstanceOf(LeaseHeldException.class)
                        .hasMessageContaining(area.toString());
                assertThatThrownBy(() -> otherHost.acquire(area, mode))
                        .isInstanceOf(LeaseHeldException.class)
                        .hasMessageContaining(area.toString());
            }
            lease.verify();
        }
    }

    @Test
    public void sharedHoldersStandTogetherAndKeepAnExclusiveOneOut() throws Exception {
        LeaseArea area = newLease();
        try (LeaseConnection first = manager().connect("first");
                LeaseConnection second = manager().connect("second");
                LeaseConnection third = other().connect("third");
                LeaseConnection writer = other().connect("writer")) {
            VolumeLease one = first.acquire(area, LeaseMode.SHARED);
            VolumeLease two = second.acquire(area, LeaseMode.SHARED);
            VolumeLease three = third.acquire(area, LeaseMode.SHARED);
            one.verify();
            two.verify();
            three.verify();
            assertThat(owners(area))
                    .extracting(LeaseOwner::host)
                    .containsOnly(manager().host(area.domainId()), other().host(area.domainId()));
            one.release();
            three.release();
            assertThat(owners(area))
                    .extracting(LeaseOwner::host)
                    .containsOnly(manager().host(area.domainId()));
            two.verify();
            assertThatThrownBy(() -> writer.acquire(area, LeaseMode.EXCLUSIVE))
                    .isInstanceOf(LeaseHeldException.class);
            two.verify();
            two.release();
            writer.acquire(area, LeaseMode.EXCLUSIVE).verify();
        }
    }

    @Test
    public void aReleasedLeaseCanBeAcquiredAgainByAnybody() throws Exception {
        LeaseArea area = newLease();
        try (LeaseConnection one = manager().connect("one");
                LeaseConnection two = other().connect("two")) {
            one.acquire(area, LeaseMode.EXCLUSIVE).release();
            one.acquire(area, LeaseMode.EXCLUSIVE).release();
            VolumeLease lease = two.acquire(area, LeaseMode.EXCLUSIVE);
            lease.verify();
            lease.release();
            one.acquire(area, LeaseMode.SHARED).verify();
        }
    }

    @Test
    public void closingAConnectionFreesItsLeasesAndNoOthers() throws Exception {
        LeaseArea area = newLease();
        LeaseArea second = newLease();
        LeaseArea kept = newLease();
        try (LeaseConnection stays = manager().connect("stays")) {
            VolumeLease keptLease = stays.acquire(kept, LeaseMode.EXCLUSIVE);
            LeaseConnection goes = manager().connect("goes");
            goes.acquire(area, LeaseMode.EXCLUSIVE);
            goes.acquire(second, LeaseMode.SHARED);
            goes.close();
            goes.close();
            awaitFree(area);
            awaitFree(second);
            keptLease.verify();
            assertThat(other().inspect(kept)).isInstanceOf(LeaseState.Held.class);
            assertThat(stays.awaitHangUp(0)).isFalse();
        }
    }

    @Test
    public void aRefusedAcquireLeavesTheConnectionAndWhatItHoldsAsTheyWere() throws Exception {
        LeaseArea held = newLease();
        LeaseArea mine = newLease();
        LeaseArea next = newLease();
        try (LeaseConnection holder = other().connect("holder");
                LeaseConnection connection = manager().connect("refused")) {
            holder.acquire(held, LeaseMode.EXCLUSIVE);
            VolumeLease lease = connection.acquire(mine, LeaseMode.EXCLUSIVE);
            assertThatThrownBy(() -> connection.acquire(held, LeaseMode.EXCLUSIVE))
                    .isInstanceOf(LeaseHeldException.class);
            lease.verify();
            connection.acquire(next, LeaseMode.EXCLUSIVE).verify();
        }
    }

    @Test
    public void aClearedLeaseIsBrokenAndNeverFree() throws Exception {
        LeaseArea area = newLease();
        manager().clear(area);
        assertBroken(area);
    }

    @Test
    public void aLeaseOfAnotherNameIsBrokenAndNeverFree() throws Exception {
        LeaseArea area = newLease();
        manager().format(renamed(area));
        assertBroken(area);
    }

    @Test
    public void aLeaseOfAnotherDomainIsBrokenAndNeverFree() throws Exception {
        LeaseArea area = newLease();
        manager()
                .format(
                        new LeaseArea(
                                area.kind(),
                                UUID.randomUUID(),
                                area.resourceId(),
                                area.path(),
                                area.offsetBytes(),
                                area.sectorBytes(),
                                area.alignBytes()));
        assertBroken(area);
    }

    @Test
    public void anOverwrittenLeaseIsBrokenAndNeverFree() throws Exception {
        LeaseArea area = newLease();
        overwrite(area);
        assertBroken(area);
    }

    @Test
    public void oneFlippedBitInALeaseBreaksIt() throws Exception {
        LeaseArea area = newLease();
        try (RandomAccessFile file = new RandomAccessFile(area.path().toFile(), "rw")) {
            file.seek(area.offsetBytes() + FLIPPED_BYTE);
            int before = file.read();
            file.seek(area.offsetBytes() + FLIPPED_BYTE);
            file.write(before ^ 1);
            file.getFD().sync();
        }
        assertBroken(area);
    }

    /** In sanlock's leader the count of hosts, in a local lease the domain's id: no name's byte. */
    private static final int FLIPPED_BYTE = 17;

    @Test
    public void aHolderFindsOutThatItsLeaseWasCleared() throws Exception {
        assertLost(area -> manager().clear(area));
    }

    @Test
    public void aHolderFindsOutThatItsLeaseWasFormattedAnew() throws Exception {
        assertLost(area -> manager().format(area));
    }

    @Test
    public void aHolderFindsOutThatAnotherLeaseStandsInItsPlace() throws Exception {
        assertLost(area -> manager().format(renamed(area)));
    }

    @Test
    public void aHolderFindsOutThatItsLeaseWasOverwritten() throws Exception {
        assertLost(LeaseManagerContract::overwrite);
    }

    @Test
    public void aHolderIsToldWhoHasItsLeaseNow() throws Exception {
        for (LeaseMode mode : LeaseMode.values()) {
            LeaseArea area = newLease();
            try (LeaseConnection connection = manager().connect("loses")) {
                VolumeLease lease = connection.acquire(area, mode);
                lease.sign();
                HostIdentity now = takeOver(area);
                for (ThrowingCallable look : looks(lease)) {
                    assertThatThrownBy(look)
                            .isInstanceOfSatisfying(
                                    LeaseLostException.class,
                                    e -> assertThat(e.owner().map(LeaseOwner::host)).contains(now));
                }
            }
        }
    }

    private static List<ThrowingCallable> looks(VolumeLease lease) {
        return List.of(lease::verify, lease::verifyOnStorage);
    }

    @Test
    public void aLookAtAHeldLeaseChangesNothingOnStorage() throws Exception {
        for (LeaseMode mode : LeaseMode.values()) {
            LeaseArea area = newLease();
            try (LeaseConnection connection = manager().connect("looks")) {
                VolumeLease lease = connection.acquire(area, mode);
                lease.sign();
                byte[] before = bytes(area);
                assertThat(lease.verifyOnStorage()).isEqualTo(LeaseLook.OURS);
                lease.verifyAtGrantor();
                lease.verify();
                assertThat(bytes(area)).isEqualTo(before);
            }
        }
    }

    @Test
    public void aLeaseThatWasLetGoIsNotOursAnyMore() throws Exception {
        LeaseArea area = newLease();
        try (LeaseConnection connection = manager().connect("releases")) {
            VolumeLease lease = connection.acquire(area, LeaseMode.EXCLUSIVE);
            lease.sign();
            lease.release();
            assertThatThrownBy(lease::verifyOnStorage).isInstanceOf(IOException.class);
        }
    }

    @Test
    public void aLongLabelIsCutAndNotRefused() throws Exception {
        LeaseArea area = newLease();
        try (LeaseConnection connection = manager().connect("ä".repeat(100))) {
            connection.acquire(area, LeaseMode.EXCLUSIVE).verify();
        }
    }

    @Test
    public void theOtherEndOfAConnectionStaysWhileItIsOpen() throws Exception {
        try (LeaseConnection connection = manager().connect("watched")) {
            assertThat(connection.awaitHangUp(20)).isFalse();
        }
    }

    private void assertBroken(LeaseArea area) throws IOException {
        for (LeaseManager asked : new LeaseManager[] {manager(), other()}) {
            assertThat(asked.inspect(area)).isInstanceOf(LeaseState.Unknown.class);
            try (LeaseConnection connection = asked.connect("broken")) {
                for (LeaseMode mode : LeaseMode.values()) {
                    assertThatThrownBy(() -> connection.acquire(area, mode))
                            .isInstanceOf(LeaseBrokenException.class)
                            .hasMessageContaining(area.toString());
                }
            }
        }
    }

    private void assertLost(Damage damage) throws IOException {
        for (LeaseMode mode : LeaseMode.values()) {
            LeaseArea area = newLease();
            try (LeaseConnection connection = manager().connect("loses")) {
                VolumeLease lease = connection.acquire(area, mode);
                lease.sign();
                lease.verify();
                damage.doTo(area);
                assertThatThrownBy(lease::verify)
                        .isInstanceOf(LeaseLostException.class)
                        .hasMessageContaining(area.toString());
            }
        }
    }

    private List<LeaseOwner> owners(LeaseArea area) {
        LeaseState state = other().inspect(area);
        assertThat(state).isInstanceOf(LeaseState.Held.class);
        return ((LeaseState.Held) state).owners();
    }

    private static byte[] bytes(LeaseArea area) throws IOException {
        byte[] bytes = new byte[area.alignBytes()];
        try (RandomAccessFile file = new RandomAccessFile(area.path().toFile(), "r")) {
            file.seek(area.offsetBytes());
            file.readFully(bytes);
        }
        return bytes;
    }

    private static void overwrite(LeaseArea area) throws IOException {
        byte[] garbage = new byte[area.alignBytes()];
        new Random(1).nextBytes(garbage);
        try (RandomAccessFile file = new RandomAccessFile(area.path().toFile(), "rw")) {
            file.seek(area.offsetBytes());
            file.write(garbage);
            file.getFD().sync();
        }
    }

    private static LeaseArea renamed(LeaseArea area) {
        return new LeaseArea(
                area.kind(),
                area.domainId(),
                UUID.randomUUID(),
                area.path(),
                area.offsetBytes(),
                area.sectorBytes(),
                area.alignBytes());
    }

    private void awaitFree(LeaseArea area) throws InterruptedException {
        long start = System.nanoTime();
        while (!other().inspect(area).equals(new LeaseState.Free())) {
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("waiting for %s to be free: %s", area, other().inspect(area))
                    .isLessThan(LIMIT);
            Thread.sleep(5);
        }
    }

    /** Something bad that happens to a lease on storage. */
    private interface Damage {
        void doTo(LeaseArea area) throws IOException;
    }
}
