package io.tenure.sanlock;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.testing.device.Fault;
import io.tenure.testing.process.ChildJvm;
import io.tenure.testing.process.ChildProcess;
import io.tenure.testing.sanlock.CutDisk;
import io.tenure.testing.sanlock.SanlockLab;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * What becomes of a lease whose host loses its storage or its daemon, or is asked for it by another
 * host. Time passes ten times faster. Each host that a test spoils is spoiled for good.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class CutOffHostTest {
    private static final int MIB = 1 << 20;
    private static final int FACTOR = 10;
    private static final int KILLED = 137;
    private static final int TERMINATED = 143;

    /** More than a takeover takes, as sanlock counts time. */
    private static final int TAKEOVER_SECONDS = 100;

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int SURVIVOR = 0;
    private static final AtomicInteger NEXT_SLOT = new AtomicInteger(1);

    private static SanlockLab lab;
    private static CutDisk disk;

    private Resource resource;

    @BeforeAll
    static void join() throws IOException {
        lab = SanlockLab.startWithClock(4, FACTOR);
        disk = lab.cutFile("leases", 16 * MIB);
        lab.writeAndJoin(CutOffHostTest::lockspace);
        lab.awaitAllLive("LS");
    }

    @AfterAll
    static void leave() {
        lab.close();
    }

    @BeforeEach
    void writeResource() throws SanlockException {
        int slot = NEXT_SLOT.getAndIncrement();
        String survivorPath = disk.path(SURVIVOR).toString();
        resource = new Resource("LS", "R" + slot, survivorPath, (long) slot * MIB, 512, MIB);
        lab.sanlock(SURVIVOR).writeResource(resource);
    }

    @Test
    @Order(0)
    void an_orphan_of_a_killed_process_stays_held_until_its_host_adopts_and_releases_it()
            throws Exception {
        Resource own = disk.asHost(resource, 1);
        ChildProcess holder =
                lab.startProcess(
                        1,
                        ChildJvm.command(
                                lab.runDirectory(1),
                                List.of(
                                        "--enable-native-access=ALL-UNNAMED",
                                        "-Dname=" + own.name(),
                                        "-Dpath=" + own.path(),
                                        "-Doffset=" + own.offsetBytes()),
                                PersistentHolder.class,
                                Sanlock.class));
        String lver = holder.awaitLine("holds lver ", LIMIT);
        holder.kill();
        try (Registration heir = lab.sanlock(1).register()) {
            await("an orphan", () -> heir.orphans().exists(own));
            assertThat(acquiredAndReleased()).isFalse();
            heir.orphans().adopt(new LeaseClaim(own, LeaseMode.EXCLUSIVE), "heir");
            assertThat(heir.inquire().getFirst().lver()).isEqualTo(Long.parseLong(lver));
            assertThat(acquiredAndReleased()).isFalse();
            heir.release(List.of(own));
        }
        assertThat(acquiredAndReleased()).isTrue();
    }

    @Test
    @Order(1)
    void a_graceful_request_terminates_the_holder_on_the_other_host() throws Exception {
        assertThat(requestedOf(1, RequestMode.GRACEFUL)).isEqualTo(TERMINATED);
    }

    @Test
    @Order(2)
    void a_forceful_request_kills_the_holder_on_the_other_host() throws Exception {
        // Another host: a second request to the same one is not looked at for a while.
        assertThat(requestedOf(2, RequestMode.FORCE)).isEqualTo(KILLED);
    }

    @Test
    @Order(3)
    void a_holder_outlives_its_killed_daemon_and_another_host_takes_the_lease() throws Exception {
        ChildProcess holder = hold(1);
        lab.kill(1);
        await("taken over", this::acquiredAndReleased);
        assertThat(holder.isAlive()).as("without a watchdog nobody ends it").isTrue();
    }

    @Test
    @Order(4)
    void a_holder_whose_storage_hangs_is_ended_before_another_host_gets_its_lease()
            throws Exception {
        assertCutOff(2, Fault.HANGS);
    }

    @Test
    @Order(5)
    void a_holder_whose_storage_fails_is_ended_before_another_host_gets_its_lease()
            throws Exception {
        assertCutOff(3, Fault.FAILS);
    }

    private void assertCutOff(int host, Fault fault) throws Exception {
        ChildProcess holder = hold(host);
        disk.cut(host, fault);
        await(
                "taken over",
                () -> {
                    boolean holderLives = holder.isAlive(); // asked first
                    boolean acquired = acquiredAndReleased();
                    assertThat(acquired && holderLives).as("two hold it").isFalse();
                    return acquired;
                });
        assertThat(holder.awaitEnd(LIMIT)).isIn(TERMINATED, KILLED);

        // What had hung lands now, and must not bring the old owner back.
        disk.cut(host, Fault.NONE);
        lab.restart(host);
        lab.sanlock(host).addLockspace(lockspace(host), SanlockLab.IO_TIMEOUT_SECONDS);
        assertThat(lab.sanlock(SURVIVOR).owners(resource)).isEmpty();
        hold(host).kill();
        await("free again", this::acquiredAndReleased);
    }

    private int requestedOf(int host, RequestMode mode) throws Exception {
        ChildProcess holder = hold(host);
        Owner owner = lab.sanlock(SURVIVOR).owners(resource).getFirst();
        lab.sanlock(SURVIVOR).request(resource, owner, mode);
        int exitCode = holder.awaitEnd(LIMIT);
        await("released", this::acquiredAndReleased);
        return exitCode;
    }

    /** A process of a host that holds the lease. */
    private ChildProcess hold(int host) throws Exception {
        String name = String.join(":", "LS", resource.name(), disk.path(host).toString());
        String command = "sanlock client command -r " + name + ":" + resource.offsetBytes();
        ChildProcess holder =
                lab.startProcess(host, List.of((command + " -c /bin/sleep 1000").split(" ")));
        await(
                holder.said(),
                () ->
                        lab.sanlock(SURVIVOR).owners(resource).stream()
                                .anyMatch(owner -> owner.hostId() == host + 1L));
        return holder;
    }

    private static Lockspace lockspace(int host) {
        return new Lockspace("LS", host + 1L, disk.path(host).toString(), 0, 512, MIB);
    }

    /** Holds it for a moment only: a survivor that could not keep up would kill this process. */
    private boolean acquiredAndReleased() throws SanlockException {
        try (Registration registration = lab.sanlock(SURVIVOR).register()) {
            registration.acquire(List.of(new LeaseClaim(resource, LeaseMode.EXCLUSIVE)), "");
            registration.release(List.of(resource));
            return true;
        } catch (SanlockException e) {
            assertThat(e.isHeldElsewhere()).as(e.getMessage()).isTrue();
            return false;
        }
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + lab.real(TAKEOVER_SECONDS).toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("not " + what).isLessThan(deadline);
            Thread.sleep(10);
        }
    }

    /** Holds a lease that outlives it, and waits for its end. */
    static final class PersistentHolder {
        public static void main(String[] arguments) throws Exception {
            Resource resource =
                    new Resource(
                            "LS",
                            System.getProperty("name"),
                            System.getProperty("path"),
                            Long.getLong("offset"),
                            512,
                            MIB);
            Registration registration = Sanlock.open().register();
            registration.acquire(
                    List.of(new LeaseClaim(resource, LeaseMode.EXCLUSIVE).persistent()), "");
            System.out.println("holds lver " + registration.inquire().getFirst().lver());
            System.in.read();
        }
    }
}
