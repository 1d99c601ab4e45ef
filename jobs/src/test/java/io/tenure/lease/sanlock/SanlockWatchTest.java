package io.tenure.lease.sanlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.domain.LeaseArea;
import io.tenure.jobs.sanlock.DomainLab;
import io.tenure.jobs.sanlock.LabHost;
import io.tenure.lease.HostRenewal;
import io.tenure.lease.LeaseClaim;
import io.tenure.lease.LeaseConnection;
import io.tenure.lease.LeaseListener;
import io.tenure.lease.LeaseLook;
import io.tenure.lease.LeaseLostException;
import io.tenure.lease.LeaseMode;
import io.tenure.lease.LeaseSet;
import io.tenure.lease.LeaseWait;
import io.tenure.lease.LeaseWatch;
import io.tenure.lease.VolumeLease;
import io.tenure.sanlock.SanlockTimeouts;
import io.tenure.testing.sanlock.SanlockLab;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a watch finds out of real daemons and their storage. A test may spoil a host for good. */
class SanlockWatchTest {
    private static final Duration NEVER = Duration.ofHours(1);
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int HEALTHY = 0;
    private static final int STOPPED = 1;
    private static final List<Integer> KILLED = List.of(2, 3, 4);
    private static final AtomicInteger SLOTS = new AtomicInteger(1);

    /** A loss, and when it was told. */
    private record Loss(String why, long nanoTime) {}

    private static DomainLab lab;

    private final BlockingQueue<Loss> losses = new LinkedBlockingQueue<>();
    private final LeaseListener listener =
            new LeaseListener() {
                @Override
                public void lost(String why) {
                    losses.add(new Loss(why, System.nanoTime()));
                }

                @Override
                public void wanted(String why) {
                    losses.add(new Loss("unexpected: " + why, System.nanoTime()));
                }
            };

    @BeforeAll
    static void start() throws IOException {
        lab = DomainLab.start(5);
    }

    @AfterAll
    static void stop() throws IOException {
        lab.close();
    }

    @Test
    void theRenewalsOfThisHostAreSeenOnStorage() throws Exception {
        try (LeaseConnection connection = lab.host(HEALTHY).manager().connect("renewed")) {
            VolumeLease lease = connection.acquire(newLease(), LeaseMode.EXCLUSIVE);
            HostRenewal renewal = lease.renewal().orElseThrow();
            assertThat(renewal)
                    .isEqualTo(
                            connection
                                    .acquire(newLease(), LeaseMode.SHARED)
                                    .renewal()
                                    .orElseThrow());
            long first = renewal.read();
            long deadlineNanos = System.nanoTime() + LIMIT.toNanos();
            while (renewal.read() == first) {
                assertThat(System.nanoTime() - deadlineNanos).as("ns late").isNegative();
                Thread.sleep(10);
            }
            lease.verify();
        }
    }

    @Test
    void theGatesCloseOneIoTimeoutBeforeTheHostIdExpires() throws Exception {
        try (LeaseConnection connection = lab.host(HEALTHY).manager().connect("limit")) {
            HostRenewal renewal =
                    connection.acquire(newLease(), LeaseMode.SHARED).renewal().orElseThrow();
            assertThat(renewal.limit())
                    .hasSeconds(
                            SanlockTimeouts.failSeconds(SanlockLab.IO_TIMEOUT_SECONDS)
                                    - SanlockLab.IO_TIMEOUT_SECONDS);
        }
    }

    @Test
    void aLeaseThatIsHeldInPeaceStaysSo() throws Exception {
        LabHost host = lab.host(HEALTHY);
        try (LeaseSet set = acquire(host, newLease(), newLease());
                LeaseWatch watch = new LeaseWatch(Duration.ofMillis(20))) {
            watch.watch(set, listener);
            assertThat(losses.poll(3 * SanlockLab.IO_TIMEOUT_SECONDS, TimeUnit.SECONDS)).isNull();
        }
    }

    /** As a job's look before its commit and the watch's round do. */
    @Test
    void looksAtTheSameTimeDoNotDisturbEachOther() throws Exception {
        try (LeaseConnection connection = lab.host(HEALTHY).manager().connect("looked at");
                ExecutorService threads = Executors.newFixedThreadPool(2)) {
            VolumeLease lease = connection.acquire(newLease(), LeaseMode.EXCLUSIVE);
            Callable<Integer> looks =
                    () -> {
                        for (int look = 0; look < 200; look++) {
                            lease.verifyAtGrantor();
                        }
                        return 200;
                    };
            for (Future<Integer> looked : threads.invokeAll(List.of(looks, looks))) {
                assertThat(looked.get()).isEqualTo(200);
            }
        }
    }

    @Test
    void aDaemonThatIsStoppedIsFoundOutBeforeItsHostIdExpires() throws Exception {
        LabHost host = lab.host(STOPPED);
        LeaseSet set = acquire(host, newLease());
        try (LeaseWatch watch = new LeaseWatch(NEVER)) {
            watch.watch(set, listener);
            long stoppedNanos = System.nanoTime();
            lab.daemons().stop(STOPPED);
            Loss loss = losses.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
            assertThat(loss).isNotNull();
            assertThat(loss.why()).contains("no renewal of this host's id was seen");
            assertThat(Duration.ofNanos(loss.nanoTime() - stoppedNanos))
                    .isLessThan(
                            Duration.ofSeconds(
                                    SanlockTimeouts.failSeconds(SanlockLab.IO_TIMEOUT_SECONDS)));
        } finally {
            // Not to go on: it would find its lockspace failed, and kill this process.
            lab.daemons().kill(STOPPED);
            assertThatThrownBy(set::close).isInstanceOf(IOException.class);
        }
    }

    /** The best of three, since other work of the machine may hold one up. */
    @Test
    void theDeathOfADaemonIsToldWithinATenthOfASecond() throws Exception {
        long bestNanos = Long.MAX_VALUE;
        for (int index : KILLED) {
            LabHost host = lab.host(index);
            LeaseSet set = acquire(host, newLease());
            try (LeaseWatch watch = new LeaseWatch(NEVER)) {
                watch.watch(set, listener);
                long killedNanos = System.nanoTime();
                lab.daemons().kill(index);
                Loss loss = losses.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
                assertThat(loss).isNotNull();
                assertThat(loss.why()).contains("hung up");
                bestNanos = Math.min(bestNanos, loss.nanoTime() - killedNanos);
            } finally {
                assertThatThrownBy(set::close).isInstanceOf(IOException.class);
            }
        }
        assertThat(Duration.ofNanos(bestNanos)).isLessThan(Duration.ofMillis(100));
    }

    @Test
    void aLeaseIsReadWithoutTheDaemon() throws Exception {
        LabHost host = lab.host(HEALTHY);
        for (LeaseMode mode : LeaseMode.values()) {
            LeaseArea area = newLease();
            try (LeaseConnection connection = host.manager().connect("read")) {
                VolumeLease lease = connection.acquire(area, mode);
                lab.daemons().stop(HEALTHY);
                try {
                    assertThat(lease.verifyOnStorage()).isEqualTo(LeaseLook.OURS);
                } finally {
                    lab.daemons().cont(HEALTHY);
                }
            }
        }
    }

    @Test
    void theDaemonIsAskedOfASharedLeaseTooAndLetsNobodyElseIn() throws Exception {
        LeaseArea area = newLease();
        try (LeaseConnection connection = lab.host(HEALTHY).manager().connect("shared")) {
            VolumeLease lease = connection.acquire(area, LeaseMode.SHARED);
            lease.verifyAtGrantor();
            lease.verifyAtGrantor();
            lease.verify();
            lease.release();
            assertThatThrownBy(lease::verifyAtGrantor).isInstanceOf(LeaseLostException.class);
        }
        assertThat(lab.host(HEALTHY).manager().inspect(area).toString()).isEqualTo("Free[]");
    }

    private static LeaseSet acquire(LabHost host, LeaseArea... areas) throws IOException {
        return LeaseSet.acquire(
                host.leases(),
                List.of(areas).stream()
                        .map(area -> new LeaseClaim(area, LeaseMode.EXCLUSIVE))
                        .toList(),
                "watched",
                LeaseWait.NONE);
    }

    private static LeaseArea newLease() throws IOException {
        LabHost host = lab.host(HEALTHY);
        LeaseArea area = host.domain().leaseArea(SLOTS.getAndIncrement(), UUID.randomUUID());
        host.manager().format(area);
        return area;
    }
}
