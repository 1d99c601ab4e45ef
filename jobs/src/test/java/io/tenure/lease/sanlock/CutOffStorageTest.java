package io.tenure.lease.sanlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.domain.LeaseArea;
import io.tenure.format.LeaseKind;
import io.tenure.lease.LeaseClaim;
import io.tenure.lease.LeaseConnection;
import io.tenure.lease.LeaseListener;
import io.tenure.lease.LeaseManagers;
import io.tenure.lease.LeaseMode;
import io.tenure.lease.LeaseSet;
import io.tenure.lease.LeaseState;
import io.tenure.lease.LeaseWait;
import io.tenure.lease.LeaseWatch;
import io.tenure.lease.VolumeLease;
import io.tenure.sanlock.Lockspace;
import io.tenure.sanlock.SanlockTimeouts;
import io.tenure.testing.device.Fault;
import io.tenure.testing.sanlock.CutDisk;
import io.tenure.testing.sanlock.SanlockLab;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A host is cut off from its storage while it holds a lease. */
class CutOffStorageTest {
    private static final int MIB = 1 << 20;
    private static final int SECTOR_BYTES = 512;
    private static final Duration OFTEN = Duration.ofMillis(100);
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static final UUID DOMAIN = UUID.randomUUID();
    private static SanlockLab lab;
    private static CutDisk disk;
    private static SanlockLeaseManager healthy;

    private final BlockingQueue<String> losses = new LinkedBlockingQueue<>();
    private final BlockingQueue<Long> lossNanos = new LinkedBlockingQueue<>();

    @BeforeAll
    static void start() throws IOException {
        lab = SanlockLab.start(3);
        healthy = new SanlockLeaseManager(lab.sanlock(0));
        disk = lab.cutFile("leases", 8L * MIB);
        Lockspace lockspace =
                new Lockspace(DOMAIN.toString(), 1, disk.path(0).toString(), 0, SECTOR_BYTES, MIB);
        lab.writeAndJoin(host -> disk.asHost(lockspace, host));
    }

    @AfterAll
    static void stop() {
        lab.close();
    }

    @Test
    @Tag("ovirt-22")
    void storageThatHangsClosesTheGatesBeforeTheHostIdExpires() throws Exception {
        assertCutOff(1, Fault.HANGS);
    }

    @Test
    @Tag("ovirt-22")
    void storageThatFailsClosesTheGatesBeforeTheHostIdExpires() throws Exception {
        assertCutOff(2, Fault.FAILS);
    }

    @Test
    void storageThatFailsForAMomentDoesNotKeepALease() throws Exception {
        UUID volume = UUID.randomUUID();
        LeaseArea area = lease(volume, 0, 3);
        healthy.format(area);
        try (LeaseConnection connection = healthy.connect("released late")) {
            VolumeLease lease = connection.acquire(area, LeaseMode.EXCLUSIVE);
            disk.cut(0, Fault.FAILS);
            try (var healer = Executors.newSingleThreadScheduledExecutor()) {
                Future<Boolean> healed =
                        healer.schedule(
                                () -> {
                                    disk.cut(0, Fault.NONE);
                                    return true;
                                },
                                300,
                                TimeUnit.MILLISECONDS);
                lease.release();
                assertThat(healed.isDone()).isTrue();
            } finally {
                disk.cut(0, Fault.NONE);
            }
            assertThat(healthy.inspect(area)).isEqualTo(new LeaseState.Free());
        }
    }

    private void assertCutOff(int host, Fault fault) throws Exception {
        UUID volume = UUID.randomUUID();
        try (LeaseManagers cutOff = managers(host);
                LeaseWatch watch = new LeaseWatch(OFTEN)) {
            healthy.format(lease(volume, 0, host));
            LeaseSet set =
                    LeaseSet.acquire(
                            cutOff,
                            List.of(new LeaseClaim(lease(volume, host, host), LeaseMode.EXCLUSIVE)),
                            "cut off",
                            LeaseWait.NONE);
            try {
                watch.watch(set, listener());
                long cutNanos = System.nanoTime();
                disk.cut(host, fault);
                assertThat(losses.poll(LIMIT.toSeconds(), TimeUnit.SECONDS))
                        .contains("no renewal of this host's id was seen");
                assertThat(Duration.ofNanos(lossNanos.take() - cutNanos))
                        .isLessThan(
                                Duration.ofSeconds(
                                        SanlockTimeouts.failSeconds(
                                                SanlockLab.IO_TIMEOUT_SECONDS)));
                // Nobody else may have it yet: that takes a minute more.
                assertThat(healthy.inspect(lease(volume, 0, host)))
                        .isInstanceOf(LeaseState.Held.class);
            } finally {
                disk.cut(host, Fault.NONE);
                lab.kill(host);
                assertThatThrownBy(set::close).isInstanceOf(IOException.class);
            }
        }
    }

    /** Of an agent that lives on: the daemons would end this process otherwise. */
    private static LeaseManagers managers(int host) {
        return new LeaseManagers(
                List.of(new SanlockLeaseManager(lab.sanlock(host), OnTermination.LIVE_ON)));
    }

    private static LeaseArea lease(UUID volume, int seenBy, int slot) {
        return new LeaseArea(
                LeaseKind.SANLOCK,
                DOMAIN,
                volume,
                disk.path(seenBy),
                (long) slot * MIB,
                SECTOR_BYTES,
                MIB);
    }

    private LeaseListener listener() {
        return new LeaseListener() {
            @Override
            public void lost(String why) {
                lossNanos.add(System.nanoTime());
                losses.add(why);
            }

            @Override
            public void wanted(String why) {
                losses.add("unexpected: " + why);
            }
        };
    }
}
