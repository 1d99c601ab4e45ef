package io.tenure.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.tenure.domain.Clock;
import io.tenure.domain.LeaseArea;
import io.tenure.domain.StorageDomain;
import io.tenure.io.Access;
import io.tenure.lease.local.LocalLeaseManager;
import io.tenure.testing.jobs.TestDomain;
import io.tenure.testing.jobs.TestLeases;
import io.tenure.testing.jobs.Trace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All the leases of a job: their order, and all or none. */
class LeaseSetTest {
    private static final int LEASES = TestDomain.MAX_VOLUMES;

    @TempDir Path directory;
    private final Trace trace = new Trace();
    private final TestLeases leases = new TestLeases(trace);
    private final LeaseManagers managers = new LeaseManagers(List.of(leases));
    private final List<LeaseArea> first = new ArrayList<>();
    private final List<LeaseArea> second = new ArrayList<>();

    @BeforeEach
    void makeTwoDomainsWithLeases() throws IOException {
        List<List<LeaseArea>> domains = new ArrayList<>();
        for (String name : List.of("one", "other")) {
            Path path = Files.createDirectory(directory.resolve(name));
            TestDomain.format(path);
            List<LeaseArea> areas = new ArrayList<>();
            try (StorageDomain domain = StorageDomain.open(path, Access.READ_WRITE)) {
                for (int slot = 1; slot <= LEASES; slot++) {
                    // Ids against the order of the slots: the place counts, not the name.
                    LeaseArea area = domain.leaseArea(slot, new UUID(LEASES - slot, 1));
                    leases.format(area);
                    areas.add(area);
                }
            }
            domains.add(areas);
        }
        domains.sort((x, y) -> x.getFirst().compareTo(y.getFirst()));
        first.addAll(domains.get(0));
        second.addAll(domains.get(1));
        trace.clear();
    }

    @AfterEach
    void everyLeaseIsFree() {
        for (LeaseArea area : first) {
            assertThat(leases.inspect(area)).isInstanceOf(LeaseState.Free.class);
        }
        for (LeaseArea area : second) {
            assertThat(leases.inspect(area)).isInstanceOf(LeaseState.Free.class);
        }
        managers.close();
    }

    @Test
    @Tag("ovirt-48")
    void leasesAreTakenByDomainAndPlaceAndGivenBackInReverse() throws IOException {
        List<LeaseClaim> claims =
                List.of(
                        exclusive(second.get(2)),
                        shared(first.get(1)),
                        exclusive(second.get(0)),
                        exclusive(first.get(0)));
        try (LeaseSet set = acquire(claims)) {
            set.verify();
        }
        assertThat(trace.linesWithout("verify"))
                .containsExactly(
                        "acquire EXCLUSIVE " + first.get(0).resourceId(),
                        "acquire SHARED " + first.get(1).resourceId(),
                        "acquire EXCLUSIVE " + second.get(0).resourceId(),
                        "acquire EXCLUSIVE " + second.get(2).resourceId(),
                        "release " + second.get(2).resourceId(),
                        "release " + second.get(0).resourceId(),
                        "release " + first.get(1).resourceId(),
                        "release " + first.get(0).resourceId());
    }

    @Test
    @Tag("ovirt-48")
    void theOrderIsTheSameForEveryOrderOfTheClaims() throws IOException {
        List<LeaseClaim> claims = new ArrayList<>();
        first.forEach(area -> claims.add(exclusive(area)));
        second.forEach(area -> claims.add(exclusive(area)));
        List<LeaseClaim> sorted = LeaseClaim.inOrder(claims);
        Random random = new Random(48);
        for (int i = 0; i < 20; i++) {
            Collections.shuffle(claims, random);
            assertThat(LeaseClaim.inOrder(claims)).isEqualTo(sorted);
        }
    }

    @Test
    @Tag("ovirt-49")
    @Tag("ovirt-50")
    void aLeaseThatIsClaimedTwiceIsTakenOnce() throws IOException {
        acquire(List.of(exclusive(first.get(0)), exclusive(first.get(0)))).close();
        assertThat(trace.linesWithout("verify"))
                .containsExactly(
                        "acquire EXCLUSIVE " + first.get(0).resourceId(),
                        "release " + first.get(0).resourceId());
    }

    @Test
    @Tag("ovirt-51")
    void aLeaseThatIsClaimedInTwoModesIsRefusedBeforeAnythingIsTaken() {
        List<LeaseClaim> claims =
                List.of(exclusive(first.get(0)), exclusive(first.get(1)), shared(first.get(1)));
        assertThatThrownBy(() -> acquire(claims))
                .isInstanceOf(LeaseConflictException.class)
                .hasMessageContaining(first.get(1).resourceId().toString());
        assertThat(trace.linesWithout("verify")).isEmpty();
    }

    @Test
    @Tag("ovirt-52")
    void whenTheThirdIsRefusedTheFirstTwoAreGivenBackInReverseAndTheErrorIsKept() {
        IOException refusal = new IOException("the third is refused");
        leases.failAcquire(first.get(2).resourceId(), refusal);
        leases.failRelease(first.get(1).resourceId());

        Throwable thrown =
                catchThrowable(() ->
                        acquire(
                                List.of(
                                        exclusive(first.get(2)),
                                        exclusive(first.get(0)),
                                        exclusive(first.get(1)),
                                        exclusive(first.get(3)))));

        assertThat(thrown).isSameAs(refusal);
        assertThat(thrown.getSuppressed())
                .singleElement()
                .isInstanceOf(LeaseReleaseException.class);
        assertThat(trace.linesWithout("verify"))
                .containsExactly(
                        "acquire EXCLUSIVE " + first.get(0).resourceId(),
                        "acquire EXCLUSIVE " + first.get(1).resourceId(),
                        "release " + first.get(1).resourceId(),
                        "release " + first.get(0).resourceId());
    }

    @Test
    void allAreReleasedThoughOneReleaseFails() throws IOException {
        LeaseSet set = acquire(List.of(exclusive(first.get(0)), exclusive(first.get(1))));
        leases.failRelease(first.get(1).resourceId());
        assertThatThrownBy(set::close).isInstanceOf(LeaseReleaseException.class);
        assertThat(trace.linesWithout("verify"))
                .last()
                .isEqualTo("release " + first.get(0).resourceId());
    }

    @Test
    void aLeaseThatIsReleasedBeforeTheOthersIsNotReleasedAgain() throws IOException {
        LeaseSet set = acquire(List.of(exclusive(first.get(0)), exclusive(first.get(1))));
        set.release(first.get(0));
        set.release(first.get(0));
        assertThat(leases.inspect(first.get(0))).isInstanceOf(LeaseState.Free.class);
        assertThat(leases.inspect(first.get(1))).isInstanceOf(LeaseState.Held.class);
        set.close();
        assertThat(trace.linesWithout("verify"))
                .containsOnlyOnce("release " + first.get(0).resourceId())
                .containsOnlyOnce("release " + first.get(1).resourceId());
    }

    @Test
    void nothingIsHeldBetweenTwoTries() throws IOException {
        List<String> heldWhileWaiting = new ArrayList<>();
        LeaseSet blocker = acquire(List.of(exclusive(first.get(1))));
        AtomicBoolean released = new AtomicBoolean();
        Clock releasing =
                new StoppedClock() {
                    @Override
                    public void sleep(Duration duration) {
                        if (leases.inspect(first.get(0)) instanceof LeaseState.Held) {
                            heldWhileWaiting.add("first");
                        }
                        if (released.compareAndSet(false, true)) {
                            close(blocker);
                        }
                    }
                };
        LeaseWait wait =
                new LeaseWait(Duration.ofSeconds(1), Duration.ofMillis(1), releasing, () -> false);
        try (LeaseSet set =
                LeaseSet.acquire(
                        managers,
                        List.of(exclusive(first.get(0)), exclusive(first.get(1))),
                        "waits",
                        wait)) {
            set.verify();
        }
        assertThat(heldWhileWaiting).isEmpty();
        assertThat(released).isTrue();
    }

    @Test
    void theWaitEndsAtItsLimitWithTheHolderNamed() throws IOException {
        try (LeaseSet blocker = acquire(List.of(exclusive(first.get(0))))) {
            blocker.sign();
            long[] nowNanos = new long[1];
            List<Duration> slept = new ArrayList<>();
            Clock clock =
                    new StoppedClock() {
                        @Override
                        public long nanoTime() {
                            return nowNanos[0];
                        }

                        @Override
                        public void sleep(Duration duration) {
                            slept.add(duration);
                            nowNanos[0] += duration.toNanos();
                        }
                    };
            LeaseWait wait =
                    new LeaseWait(
                            Duration.ofSeconds(1), Duration.ofMillis(300), clock, () -> false);
            assertThatThrownBy(() ->
                            LeaseSet.acquire(
                                    managers, List.of(shared(first.get(0))), "waits", wait))
                    .isInstanceOf(LeaseHeldException.class)
                    .hasMessageContaining("(test, ");
            assertThat(slept).hasSize(4);
        }
    }

    @Test
    void whoHasWaitedLongestGetsTheLeaseFirst() throws Exception {
        int waiters = 6;
        List<Integer> granted = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        LeaseSet blocker = acquire(List.of(exclusive(first.get(0))));
        for (int i = 0; i < waiters; i++) {
            int number = i;
            Waiting waiting = new Waiting();
            threads.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                // The later it came, the more often it looks.
                                LeaseWait wait = waiting.within(waiters - number);
                                try (LeaseSet set =
                                        LeaseSet.acquire(
                                                managers,
                                                List.of(exclusive(first.get(0))),
                                                "waiter " + number,
                                                wait)) {
                                    granted.add(number);
                                    set.verify();
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                            }));
            waiting.awaitBegin();
        }
        assertThatThrownBy(() -> acquire(List.of(shared(first.get(0)))))
                .isInstanceOf(LeaseHeldException.class)
                .hasMessageContaining("waited for by an earlier job");
        blocker.close();
        for (Thread thread : threads) {
            thread.join(TestDomain.LIMIT);
        }
        assertThat(granted).containsExactly(0, 1, 2, 3, 4, 5);
    }

    @Test
    void whoWaitsForTwoLeasesIsNotOvertakenAtTheFreeOne() throws Exception {
        LeaseSet blocker = acquire(List.of(exclusive(first.get(1))));
        Waiting waiting = new Waiting();
        Thread waiter =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                LeaseSet.acquire(
                                                managers,
                                                List.of(
                                                        shared(first.get(0)),
                                                        exclusive(first.get(1))),
                                                "waits for two",
                                                waiting.within(1))
                                        .close();
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        });
        waiting.awaitBegin();
        assertThatThrownBy(() -> acquire(List.of(exclusive(first.get(0)))))
                .isInstanceOf(LeaseHeldException.class)
                .hasMessageContaining(first.get(0).toString())
                .hasMessageContaining("waited for by an earlier job");
        acquire(List.of(shared(first.get(0)))).close(); // takes nothing from it
        acquire(List.of(exclusive(first.get(2)))).close();
        blocker.close();
        waiter.join(TestDomain.LIMIT);
        acquire(List.of(exclusive(first.get(0)))).close();
    }

    @Test
    void whoGivesUpIsWaitedForNoLonger() throws Exception {
        AtomicBoolean cancelled = new AtomicBoolean();
        try (LeaseSet blocker = acquire(List.of(exclusive(first.get(1))))) {
            assertThat(blocker.connections()).hasSize(1);
            LeaseWait cancellable =
                    new LeaseWait(
                            TestDomain.LIMIT,
                            Duration.ofMillis(1),
                            new StoppedClock() {
                                @Override
                                public void sleep(Duration duration) {
                                    cancelled.set(true);
                                }
                            },
                            cancelled::get);
            assertThatThrownBy(() ->
                            LeaseSet.acquire(
                                    managers,
                                    List.of(exclusive(first.get(0)), exclusive(first.get(1))),
                                    "gives up",
                                    cancellable))
                    .isInstanceOf(LeaseHeldException.class);
            acquire(List.of(exclusive(first.get(0)))).close();
        }
    }

    /** Tells when a wait has begun. */
    private static final class Waiting {
        private final CountDownLatch begun = new CountDownLatch(1);

        LeaseWait within(int intervalMillis) {
            Clock clock =
                    new StoppedClock() {
                        @Override
                        public void sleep(Duration duration) {
                            begun.countDown();
                            try {
                                Thread.sleep(duration);
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        }
                    };
            return new LeaseWait(
                    TestDomain.LIMIT, Duration.ofMillis(intervalMillis), clock, () -> false);
        }

        void awaitBegin() throws InterruptedException {
            assertThat(begun.await(TestDomain.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aSetNamesTheFilesThatHoldItsLeasesOrNoneAtAll() throws IOException {
        List<LeaseClaim> claims = List.of(exclusive(first.get(0)), shared(first.get(1)));
        try (LeaseManagers real = new LeaseManagers(List.of(new LocalLeaseManager()));
                LeaseSet set = LeaseSet.acquire(real, claims, "test", LeaseWait.NONE)) {
            assertThat(set.descriptors()).hasSize(2);
        }
        try (LeaseSet set = acquire(claims)) { // these connections do not know theirs
            assertThat(set.descriptors()).isEmpty();
        }
    }

    @Test
    @Tag("ovirt-54")
    void randomSetsOnEightThreadsAllGetTheirTurnAndExcludeEachOther() throws Exception {
        int threads = 8;
        int rounds = 25;
        LeaseManagers plain = new LeaseManagers(List.of(new LocalLeaseManager()));
        AtomicIntegerArray writers = new AtomicIntegerArray(LEASES);
        AtomicIntegerArray readers = new AtomicIntegerArray(LEASES);
        LeaseWait wait =
                new LeaseWait(TestDomain.LIMIT, Duration.ofMillis(1), Clock.SYSTEM, () -> false);
        List<Future<?>> all = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            for (int t = 0; t < threads; t++) {
                Random random = new Random(5400 + t);
                all.add(
                        pool.submit(() -> {
                            for (int round = 0; round < rounds; round++) {
                                holdSome(plain, random, wait, writers, readers);
                            }
                            return null;
                        }));
            }
            for (Future<?> one : all) {
                one.get(2 * TestDomain.LIMIT.toSeconds(), TimeUnit.SECONDS);
            }
        }
    }

    private void holdSome(
            LeaseManagers plain,
            Random random,
            LeaseWait wait,
            AtomicIntegerArray writers,
            AtomicIntegerArray readers)
            throws IOException {
        List<LeaseClaim> claims = new ArrayList<>();
        List<Integer> exclusive = new ArrayList<>();
        List<Integer> shared = new ArrayList<>();
        for (int i = 0; i < LEASES; i++) {
            switch (random.nextInt(6)) {
                case 0 -> {
                    claims.add(exclusive(first.get(i)));
                    exclusive.add(i);
                }
                case 1, 2 -> {
                    claims.add(shared(first.get(i)));
                    shared.add(i);
                }
                default -> {}
            }
        }
        Collections.shuffle(claims, random);
        try (LeaseSet set = LeaseSet.acquire(plain, claims, "random", wait)) {
            for (int i : exclusive) {
                assertThat(writers.incrementAndGet(i)).isEqualTo(1);
                assertThat(readers.get(i)).isZero();
            }
            for (int i : shared) {
                readers.incrementAndGet(i);
                assertThat(writers.get(i)).isZero();
            }
            set.verify();
            exclusive.forEach(writers::decrementAndGet);
            shared.forEach(readers::decrementAndGet);
        }
    }

    private LeaseSet acquire(List<LeaseClaim> claims) throws IOException {
        return LeaseSet.acquire(managers, claims, "test", LeaseWait.NONE);
    }

    private static LeaseClaim exclusive(LeaseArea area) {
        return new LeaseClaim(area, LeaseMode.EXCLUSIVE);
    }

    private static LeaseClaim shared(LeaseArea area) {
        return new LeaseClaim(area, LeaseMode.SHARED);
    }

    private static void close(LeaseSet set) {
        try {
            set.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static class StoppedClock implements Clock {
        @Override
        public Instant now() {
            return Instant.EPOCH;
        }

        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {}
    }
}
