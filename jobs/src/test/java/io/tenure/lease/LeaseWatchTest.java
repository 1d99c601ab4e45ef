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
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a lease counts as lost. */
class LeaseWatchTest {
    private static final Duration OFTEN = Duration.ofMillis(5);

    @TempDir Path directory;
    private final Trace trace = new Trace();
    private final TestLeases leases = new TestLeases(trace);
    private final BlockingQueue<String> losses = new LinkedBlockingQueue<>();
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
        try (LeaseWatch watch = LeaseWatch.start(set, OFTEN, losses::add)) {
            leases.format(area);
            assertThat(nextLoss()).contains(area.resourceId().toString());
            awaitNothing(watch);
        }
    }

    // case 20
    @Test
    void aConnectionThatHangsUpIsReportedOnce() throws Exception {
        try (LeaseWatch watch = LeaseWatch.start(set, Duration.ofHours(1), losses::add)) {
            leases.hangUp();
            assertThat(nextLoss()).contains("hung up");
            awaitNothing(watch);
        }
    }

    @Test
    void storageThatCannotBeReadForAWhileIsNoLoss() throws Exception {
        leases.failVerify(new IOException("storage does not answer: ordered by the test"));
        try (LeaseWatch watch = LeaseWatch.start(set, OFTEN, losses::add)) {
            awaitLooks(3);
            awaitNothing(watch);
        }
    }

    @Test
    void aLookThatFailsInAnUnknownWayCountsAsALoss() throws Exception {
        leases.failVerify(new IllegalStateException("a fault in the look itself"));
        try (LeaseWatch watch = LeaseWatch.start(set, OFTEN, losses::add)) {
            assertThat(nextLoss()).contains("a fault in the look itself");
            awaitNothing(watch);
        }
    }

    @Test
    void aLookThatEndsInAnErrorOfTheJvmCountsAsALoss() throws Exception {
        leases.failVerify(new AssertionError("nothing goes on as it should"));
        try (LeaseWatch watch = LeaseWatch.start(set, OFTEN, losses::add)) {
            assertThat(nextLoss()).contains("nothing goes on as it should");
            awaitNothing(watch);
        }
    }

    @Test
    void nothingIsReportedAfterTheWatchIsClosed() throws Exception {
        LeaseWatch watch = LeaseWatch.start(set, OFTEN, losses::add);
        awaitLooks(1);
        watch.close();
        watch.close();
        leases.format(area);
        leases.hangUp();
        int looks = trace.lines().size();
        assertThat(losses).isEmpty();
        assertThat(Thread.getAllStackTraces().keySet().stream().map(Thread::getName))
                .doesNotContain("tenure-lease-hangup", "tenure-lease-verify");
        assertThat(trace.lines()).hasSize(looks);
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
