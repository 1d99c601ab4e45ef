package io.tenure.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.domain.LeaseArea;
import io.tenure.domain.StorageDomain;
import io.tenure.io.Access;
import io.tenure.testing.jobs.TestDomain;
import io.tenure.testing.jobs.TestLeases;
import io.tenure.testing.jobs.Trace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a lease counts as lost. */
class LeaseWatchTest {
    private static final Duration OFTEN = Duration.ofMillis(5);
    private static final Duration NEVER = Duration.ofHours(1);

    @TempDir Path directory;
    private final Trace trace = new Trace();
    private final TestLeases leases = new TestLeases(trace);
    private final BlockingQueue<String> losses = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> wishes = new LinkedBlockingQueue<>();
    private final LeaseListener listener =
            new LeaseListener() {
                @Override
                public void lost(String why) {
                    losses.add(why);
                }

                @Override
                public void wanted(String why) {
                    wishes.add(why);
                }
            };
    private LeaseArea area;
    private LeaseSet set;

    @BeforeEach
    void acquire() throws IOException {
        Path path = Files.createDirectory(directory.resolve("domain"));
        TestDomain.format(path);
        try (StorageDomain domain = StorageDomain.open(path, Access.READ_WRITE)) {
            area = domain.leaseArea(1, UUID.randomUUID());
        }
        leases.format(area);
        set =
                LeaseSet.acquire(
                        new LeaseManagers(List.of(leases)),
                        List.of(new LeaseClaim(area, LeaseMode.EXCLUSIVE)),
                        "watched",
                        LeaseWait.NONE);
    }

    @AfterEach
    void release() throws IOException {
        set.close();
    }

    @Test
    void aLeaseOfAnotherHolderIsReportedOnce() throws Exception {
        try (LeaseWatch watch = watch(OFTEN)) {
            leases.format(area);
            assertThat(nextLoss()).contains(area.resourceId().toString());
            awaitNothing(watch);
        }
    }

    @Test
    @Tag("ovirt-20")
    void aConnectionThatHangsUpIsReportedOnce() throws Exception {
        try (LeaseWatch watch = watch(NEVER)) {
            leases.hangUp();
            assertThat(nextLoss()).contains("hung up");
            awaitNothing(watch);
        }
    }

    @Test
    void storageThatCannotBeReadForAWhileIsNoLoss() throws Exception {
        leases.failVerify(new IOException("storage does not answer: ordered by the test"));
        try (LeaseWatch watch = watch(OFTEN)) {
            awaitLooks(3);
            awaitNothing(watch);
        }
    }

    @Test
    void aLookThatFailsInAnUnknownWayCountsAsALoss() throws Exception {
        leases.failVerify(new IllegalStateException("a fault in the look itself"));
        try (LeaseWatch watch = watch(OFTEN)) {
            assertThat(nextLoss()).contains("a fault in the look itself");
            awaitNothing(watch);
        }
    }

    @Test
    void aLookThatEndsInAnErrorOfTheJvmCountsAsALoss() throws Exception {
        leases.failVerify(new AssertionError("nothing goes on as it should"));
        try (LeaseWatch watch = watch(OFTEN)) {
            assertThat(nextLoss()).contains("nothing goes on as it should");
            awaitNothing(watch);
        }
    }

    @Test
    void nothingIsReportedAfterTheWatchIsClosed() throws Exception {
        LeaseWatch watch = watch(OFTEN);
        awaitLooks(1);
        watch.close();
        watch.close();
        leases.format(area);
        leases.hangUp();
        int looks = trace.lines().size();
        assertThat(losses).isEmpty();
        assertNoThreads();
        assertThat(trace.lines()).hasSize(looks);
    }

    @Test
    void theThreadsEndWithTheLastJobAndBeginWithTheNext() throws Exception {
        try (LeaseWatch watch = new LeaseWatch(OFTEN)) {
            WatchedLeases watched = watch.watch(set, listener);
            awaitLooks(1);
            watched.close();
            awaitNoThreads();
            watch.watch(set, listener);
            leases.hangUp();
            assertThat(nextLoss()).contains("hung up");
            awaitNoThreads();
        }
    }

    @Test
    void allJobsShareTheThreads() throws Exception {
        try (LeaseWatch watch = new LeaseWatch(OFTEN)) {
            for (int i = 0; i < 20; i++) {
                watch.watch(set, listener);
            }
            awaitLooks(1);
            assertThat(threads()).isEqualTo(3);
        }
    }

    @Test
    void aHostIdThatIsNotRenewedAnyMoreIsALossWithinItsLimit() throws Exception {
        leases.expireWith(new Renewal(() -> 7));
        long startNanos = System.nanoTime();
        try (LeaseWatch watch = watch(NEVER)) {
            assertThat(nextLoss()).contains("no renewal of this host's id");
            assertThat(System.nanoTime() - startNanos).isGreaterThan(Renewal.LIMIT.toNanos());
            awaitNothing(watch);
        }
    }

    @Test
    void aHostIdThatIsRenewedKeepsTheLeases() throws Exception {
        AtomicLong renewals = new AtomicLong();
        leases.expireWith(new Renewal(renewals::incrementAndGet));
        try (LeaseWatch watch = watch(NEVER)) {
            long startNanos = System.nanoTime();
            while (System.nanoTime() - startNanos < 2 * Renewal.LIMIT.toNanos()) {
                Thread.sleep(10);
            }
            assertThat(renewals).hasPositiveValue();
            awaitNothing(watch);
        }
    }

    @Test
    void aHostIdThatIsSomebodyElsesIsALoss() throws Exception {
        leases.expireWith(
                new Renewal(() -> {
                    throw new LeaseLostException("host id 1 was joined anew since");
                }));
        try (LeaseWatch watch = watch(NEVER)) {
            assertThat(nextLoss()).contains("joined anew");
            awaitNothing(watch);
        }
    }

    @Test
    void storageThatHangsIsALossAndBlindsNobodyForAHangUp() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        leases.expireWith(
                new Renewal(() -> {
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    return 1;
                }));
        try (LeaseWatch watch = watch(OFTEN)) {
            assertThat(nextLoss()).contains("no renewal of this host's id");
            watch.watch(set, listener);
            leases.hangUp();
            assertThat(nextLoss()).contains("hung up");
            never.countDown();
            awaitNothing(watch);
        }
    }

    @Test
    void aLeaseThatAnotherHostAsksForIsToldOnceAndIsNoLoss() throws Exception {
        leases.want();
        try (LeaseWatch watch = watch(OFTEN)) {
            assertThat(wishes.poll(TestDomain.LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .contains(area.toString());
            awaitLooks(3);
            awaitNothing(watch);
            assertThat(wishes).isEmpty();
        }
    }

    /** What a test says storage shows. */
    private interface Sight {
        long see() throws IOException;
    }

    /** A host id on the storage of the test. */
    private final class Renewal implements HostRenewal {
        static final Duration LIMIT = Duration.ofMillis(400);
        private final Sight sight;

        Renewal(Sight sight) {
            this.sight = sight;
        }

        @Override
        public Path path() {
            return area.path();
        }

        @Override
        public long read() throws IOException {
            return sight.see();
        }

        @Override
        public Duration limit() {
            return LIMIT;
        }
    }

    private LeaseWatch watch(Duration interval) {
        LeaseWatch watch = new LeaseWatch(interval);
        watch.watch(set, listener);
        return watch;
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("tenure-lease-"))
                .count();
    }

    private static void awaitNoThreads() throws InterruptedException {
        long deadlineNanos = System.nanoTime() + TestDomain.LIMIT.toNanos();
        while (threads() > 0) {
            assertThat(System.nanoTime() - deadlineNanos).as("nanoseconds late").isNegative();
            Thread.sleep(1);
        }
    }

    private static void assertNoThreads() {
        assertThat(threads()).isZero();
    }

    private @Nullable String nextLoss() throws InterruptedException {
        return losses.poll(TestDomain.LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    /** Closing waits for the threads, so what they report is there afterwards. */
    private void awaitNothing(LeaseWatch watch) {
        watch.close();
        assertThat(losses).isEmpty();
    }

    private void awaitLooks(int number) {
        long deadlineNanos = System.nanoTime() + TestDomain.LIMIT.toNanos();
        while (trace.lines().stream().filter(line -> line.startsWith("verify")).count() < number) {
            assertThat(System.nanoTime() - deadlineNanos).as("nanoseconds late").isNegative();
            Thread.onSpinWait();
        }
    }
}
