package io.tenure.sanlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tenure.bindings.Errno;
import io.tenure.bindings.libc.Libc;
import io.tenure.bindings.libc.PollFd;
import io.tenure.bindings.sanlock.SanlockReturn;
import io.tenure.testing.process.ChildJvm;
import io.tenure.testing.sanlock.SanlockLab;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** What hosts are to each other, on two real daemons. The tests that kill one come last. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class TwoHostsTest {
    private static final int MIB = 1 << 20;
    private static final int FIRST = 0;
    private static final int SECOND = 1;
    private static final AtomicLong NEXT_SLOT = new AtomicLong(1);

    private static SanlockLab lab;
    private static Path file;
    private static Lockspace lockspace;

    @TempDir private Path directory;
    private Resource resource;

    @BeforeAll
    static void join() throws IOException {
        lab = SanlockLab.start(2);
        file = lab.leaseFile("leases", 64L * MIB);
        lockspace = new Lockspace("LS", 1, file.toString(), 0, 512, MIB);
        lab.writeAndJoin(lockspace);
        lab.awaitAllLive("LS");
    }

    @AfterAll
    static void leave() {
        lab.close();
    }

    @BeforeEach
    void writeResource() throws SanlockException {
        long slot = NEXT_SLOT.getAndIncrement();
        resource = new Resource("LS", "R" + slot, file.toString(), slot * MIB, 512, MIB);
        lab.sanlock(FIRST).writeResource(resource);
    }

    @Test
    void hosts_see_each_other_live() throws SanlockException {
        List<HostStatus> hosts = lab.sanlock(FIRST).hosts("LS");
        assertThat(hosts).extracting(HostStatus::hostId).containsExactlyInAnyOrder(1L, 2L);
        assertThat(hosts)
                .allSatisfy(host -> {
                    assertThat(host.state()).isEqualTo(HostState.LIVE);
                    assertThat(host.generation()).isEqualTo(1);
                    assertThat(host.timestamp()).isPositive();
                    assertThat(host.ioTimeoutSeconds()).isEqualTo(1);
                });
    }

    @Test
    void what_one_host_holds_is_refused_to_the_other_until_it_is_released()
            throws SanlockException {
        try (Registration first = lab.sanlock(FIRST).register();
                Registration second = lab.sanlock(SECOND).register()) {
            first.acquire(exclusive(resource), "first");
            SanlockException e = failure(() -> second.acquire(exclusive(resource), "second"));
            assertThat(e.code()).isEqualTo(SanlockReturn.SANLK_ACQUIRE_IDLIVE);
            assertThat(e.isHeldElsewhere()).isTrue();
            Owner owner = lab.sanlock(SECOND).owners(resource).getFirst();
            assertThat(owner.hostId()).isEqualTo(1);
            assertThat(owner.timestamp()).isPositive();

            first.release(List.of(resource));
            second.acquire(exclusive(resource), "second");
            assertThat(lab.sanlock(FIRST).owners(resource).getFirst().hostId()).isEqualTo(2);
            assertThat(second.inquire().getFirst().lver()).isEqualTo(2);
        }
    }

    @Test
    void shared_leases_are_held_by_both_and_exclude_an_exclusive_one() throws SanlockException {
        try (Registration first = lab.sanlock(FIRST).register();
                Registration second = lab.sanlock(SECOND).register();
                Registration third = lab.sanlock(SECOND).register()) {
            first.acquire(shared(resource), "");
            second.acquire(shared(resource), "");
            third.acquire(shared(resource), "");
            assertThat(lab.sanlock(FIRST).owners(resource))
                    .extracting(Owner::hostId)
                    .containsExactlyInAnyOrder(1L, 2L);
            assertThat(lab.sanlock(FIRST).owners(resource))
                    .extracting(Owner::mode)
                    .containsOnly(LeaseMode.SHARED);
            SanlockException e = failure(() -> first.convert(resource, LeaseMode.EXCLUSIVE));
            assertThat(e.code()).isEqualTo(-Errno.EAGAIN);
            assertThat(e.isHeldElsewhere()).isTrue();
            second.release(List.of(resource));
            third.release(List.of(resource));
            first.convert(resource, LeaseMode.EXCLUSIVE);
            assertThat(failure(() -> second.acquire(shared(resource), "")).isHeldElsewhere())
                    .isTrue();
        }
    }

    @Test
    void closing_a_registration_frees_its_lease_for_the_other_host() throws Exception {
        try (Registration second = lab.sanlock(SECOND).register()) {
            Registration first = lab.sanlock(FIRST).register();
            first.acquire(exclusive(resource), "");
            first.close();
            acquireSoon(second, resource, Duration.ofSeconds(10));
        }
    }

    @Test
    void a_killed_process_frees_its_lease_for_the_other_host() throws Exception {
        ChildJvm child =
                ChildJvm.run(
                        directory,
                        List.of(
                                "--enable-native-access=ALL-UNNAMED",
                                "-Drun=" + lab.runDirectory(FIRST),
                                "-Dname=" + resource.name(),
                                "-Dpath=" + resource.path(),
                                "-Doffset=" + resource.offsetBytes()),
                        HolderThatDies.class,
                        Sanlock.class);
        assertThat(child.output()).contains("holds 1");
        assertThat(child.exitCode()).isEqualTo(128 + 9);
        try (Registration second = lab.sanlock(SECOND).register()) {
            acquireSoon(second, resource, Duration.ofSeconds(10));
            assertThat(second.inquire().getFirst().lver()).isEqualTo(2);
        }
    }

    @Test
    void a_graceful_request_runs_the_kill_program_of_the_holder() throws Exception {
        Path marker = directory.resolve("asked");
        Path program = directory.resolve("program");
        // As upstream's program for kill programs; the process id comes when a lockspace fails.
        Files.writeString(program, "#!/bin/sh\necho $2 $3 $4 $5 > $1.new; mv $1.new $1\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        try (Registration first = lab.sanlock(FIRST).register()) {
            first.killPathWithProcessId(
                    program.toString(), List.of(marker.toString(), "ask", "and", "release"));
            first.acquire(exclusive(resource), "");
            Owner owner = lab.sanlock(SECOND).owners(resource).getFirst();
            lab.sanlock(SECOND).request(resource, owner, RequestMode.GRACEFUL);
            await(
                    Duration.ofSeconds(2L * SanlockTimeouts.requestSeconds(1)),
                    () -> Files.exists(marker));
            assertThat(marker).content().isEqualToIgnoringNewLines("ask and release");
            first.release(List.of(resource));
        }
    }

    @Test
    void a_request_without_the_lockspace_says_that_it_was_not_joined() {
        Resource elsewhere =
                new Resource("ELSEWHERE", "R", file.toString(), resource.offsetBytes(), 512, MIB);
        SanlockException e =
                failure(() -> lab.sanlock(FIRST).request(elsewhere, RequestMode.GRACEFUL));
        assertThat(e.isNotJoined()).isTrue();
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void a_dead_daemon_hangs_up_and_its_leases_pass_on_once_it_came_back() throws Exception {
        try (Registration first = lab.sanlock(FIRST).register();
                Registration second = lab.sanlock(SECOND).register()) {
            first.acquire(exclusive(resource), "");
            assertThat(first.isHungUp()).isFalse();
            lab.kill(FIRST);
            assertThat(pollHangUp(first.descriptor())).isTrue();
            assertThat(first.isHungUp()).isTrue();
            assertDaemonGone(first::inquire);
            assertDaemonGone(() -> first.release(List.of(resource)));
            assertDaemonGone(() -> lab.sanlock(FIRST).version());
            assertDaemonGone(() -> lab.sanlock(FIRST).register());
            assertDaemonGone(() -> lab.sanlock(FIRST).isJoined(lockspace));
            assertDaemonGone(() -> lab.sanlock(FIRST).readResource(resource));

            // The other host does not wait for it to die, whatever it takes it for meanwhile.
            SanlockException held = failure(() -> second.acquire(exclusive(resource), ""));
            assertThat(held.code())
                    .isIn(
                            SanlockReturn.SANLK_ACQUIRE_IDLIVE,
                            SanlockReturn.SANLK_ACQUIRE_OWNED_RETRY);
            await(
                    Duration.ofSeconds(10),
                    () ->
                            failure(() -> second.acquire(exclusive(resource), "")).code()
                                    == SanlockReturn.SANLK_ACQUIRE_OWNED_RETRY);

            nineAcquiresDoNotFreezeARelease(second);

            lab.restart(FIRST);
            lab.sanlock(FIRST).addLockspace(lockspace, SanlockLab.IO_TIMEOUT_SECONDS);
            acquireSoon(second, resource, Duration.ofSeconds(20));
            // Acquiring reads the other host's sector at once; the list is as old as the last
            // renewal.
            await(
                    Duration.ofSeconds(10),
                    () ->
                            lab.sanlock(SECOND).hosts("LS").stream()
                                    .filter(host -> host.hostId() == 1)
                                    .map(HostStatus::generation)
                                    .toList()
                                    .equals(List.of(2L)));
            assertThat(first.isHungUp()).as("the old connection stays dead").isTrue();
        }
    }

    /** The daemon has eight workers, and an acquire of sanlock's own kind would keep one. */
    private void nineAcquiresDoNotFreezeARelease(Registration second) throws Exception {
        Resource spare = new Resource("LS", "SPARE", file.toString(), 63L * MIB, 512, MIB);
        lab.sanlock(SECOND).writeResource(spare);
        second.acquire(exclusive(spare), "");
        second.limitAnswers(Duration.ofSeconds(5));
        List<Callable<Integer>> acquires =
                Collections.nCopies(
                        9,
                        () -> {
                            try (Registration own = lab.sanlock(SECOND).register()) {
                                return failure(() -> own.acquire(exclusive(resource), "")).code();
                            }
                        });
        try (ExecutorService threads = Executors.newFixedThreadPool(9)) {
            List<Future<Integer>> codes = new ArrayList<>();
            acquires.forEach(acquire -> codes.add(threads.submit(acquire)));
            second.release(List.of(spare));
            for (Future<Integer> code : codes) {
                // One of ours may be at it: the resource is being added.
                assertThat(code.get()).isIn(SanlockReturn.SANLK_ACQUIRE_OWNED_RETRY, -Errno.EBUSY);
            }
        }
    }

    private static boolean pollHangUp(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment poll = PollFd.allocate(arena, 1);
            PollFd.set(poll, 0, descriptor, (short) 0);
            return Libc.poll(poll, 1, 5_000) == 1
                    && (PollFd.revents(poll, 0) & PollFd.POLLHUP) != 0;
        }
    }

    private static void assertDaemonGone(ThrowingCallable call) {
        SanlockException e = failure(call);
        assertThat(e.isDaemonGone()).as(e.getMessage()).isTrue();
        assertThat(e).hasMessageContaining("daemon is not running or went away");
    }

    private static void acquireSoon(Registration registration, Resource resource, Duration limit)
            throws Exception {
        await(
                limit,
                () -> {
                    try {
                        registration.acquire(exclusive(resource), "");
                        return true;
                    } catch (SanlockException e) {
                        assertThat(e.isHeldElsewhere()).as(e.getMessage()).isTrue();
                        return false;
                    }
                });
    }

    private static void await(Duration limit, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("not within " + limit).isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    private static SanlockException failure(ThrowingCallable call) {
        return catchThrowableOfType(SanlockException.class, call);
    }

    private static List<LeaseClaim> exclusive(Resource resource) {
        return List.of(new LeaseClaim(resource, LeaseMode.EXCLUSIVE));
    }

    private static List<LeaseClaim> shared(Resource resource) {
        return List.of(new LeaseClaim(resource, LeaseMode.SHARED));
    }

    /** Acquires and then dies by SIGKILL, without a chance to release. */
    static final class HolderThatDies {
        public static void main(String[] arguments) throws Exception {
            Resource resource =
                    new Resource(
                            "LS",
                            System.getProperty("name"),
                            System.getProperty("path"),
                            Long.getLong("offset"),
                            512,
                            MIB);
            Registration registration = Sanlock.open(Path.of(System.getProperty("run"))).register();
            registration.acquire(exclusive(resource), "child");
            System.out.println("holds " + registration.inquire().size());
            String self = Long.toString(ProcessHandle.current().pid());
            new ProcessBuilder("kill", "-KILL", self).start().waitFor();
        }
    }
}
