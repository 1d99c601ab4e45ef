package io.tenure.sanlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tenure.bindings.Errno;
import io.tenure.bindings.libc.Fcntl;
import io.tenure.bindings.libc.Libc;
import io.tenure.bindings.sanlock.SanlockReturn;
import io.tenure.testing.sanlock.SanlockLab;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What one host can do, on a real daemon. */
final class OneHostTest {
    private static final int MIB = 1 << 20;
    private static final AtomicLong NEXT_SLOT = new AtomicLong(1);

    private static SanlockLab lab;
    private static Sanlock sanlock;
    private static Path file;
    private static Lockspace lockspace;

    private Resource resource;

    @BeforeAll
    static void join() throws IOException {
        lab = SanlockLab.start(1);
        sanlock = lab.sanlock(0);
        file = lab.leaseFile("leases:1", 256L * MIB);
        lockspace = new Lockspace("LS", 1, file.toString(), 0, 512, MIB);
        lab.writeAndJoin(lockspace);
    }

    @AfterAll
    static void leave() {
        lab.close();
    }

    @BeforeEach
    void writeResource() throws SanlockException {
        resource = nextResource();
        sanlock.writeResource(resource);
    }

    @Test
    void the_daemon_tells_its_version() throws SanlockException {
        assertThat(sanlock.version()).hasToString("3.8.5");
        assertThat(sanlock.version().protocol()).isEqualTo(1);
    }

    @Test
    void a_lockspace_reads_as_it_was_written() throws SanlockException {
        Lockspace other = new Lockspace("OTHER", 2000, file.toString(), slot(), 512, MIB);
        sanlock.writeLockspace(other, 7);
        assertThat(sanlock.readLockspace(other)).isEqualTo(new LockspaceInfo("OTHER", 7, 512, MIB));
        Lockspace misnamed = new Lockspace("NOT", 1, other.path(), other.offsetBytes(), 512, MIB);
        SanlockException e = failure(() -> sanlock.readLockspace(misnamed));
        assertThat(e.code()).isEqualTo(SanlockReturn.SANLK_LEADER_LOCKSPACE);
        assertThat(e).hasMessageContaining("carries another name");
    }

    @Test
    void an_io_timeout_is_always_given() {
        assertThatThrownBy(() -> sanlock.writeLockspace(lockspace, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> sanlock.addLockspace(lockspace, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_joined_lockspace_is_listed_and_not_joined_twice() throws SanlockException {
        assertThat(sanlock.isJoined(lockspace)).isTrue();
        assertThat(sanlock.awaitLockspace(lockspace)).isEqualTo(LockspaceState.JOINED);
        assertThat(sanlock.lockspaces())
                .contains(new LockspaceStatus("LS", 1, file.toString(), 0, LockspaceState.JOINED));
        SanlockException e = failure(() -> sanlock.addLockspace(lockspace, 1));
        assertThat(e.code()).isEqualTo(-Errno.EEXIST);
        assertThat(e).hasMessageContaining("joined it already");
    }

    @Test
    void joining_and_leaving_go_through_their_states() throws Exception {
        Path own = lab.leaseFile("own", 4L * MIB);
        Lockspace second = new Lockspace("SECOND", 3, own.toString(), 0, 512, MIB);
        sanlock.writeLockspace(second, 1);
        assertThat(sanlock.lockspaceState(second)).isEqualTo(LockspaceState.ABSENT);
        sanlock.addLockspaceAsync(second, 1);
        assertThat(sanlock.lockspaceState(second)).isEqualTo(LockspaceState.CHANGING);
        assertThat(sanlock.awaitLockspace(second)).isEqualTo(LockspaceState.JOINED);

        Resource held = new Resource("SECOND", "R", own.toString(), MIB, 512, MIB);
        sanlock.writeResource(held);
        try (Registration registration = sanlock.register()) {
            registration.acquire(exclusive(held), "");
            SanlockException used = failure(() -> sanlock.removeUnusedLockspace(second));
            assertThat(used.code()).isEqualTo(-Errno.EBUSY);
            assertThat(used).hasMessageContaining("leases in it are held");
            registration.release(List.of(held));
        }
        sanlock.removeUnusedLockspace(second);
        assertThat(sanlock.isJoined(second)).isFalse();
        assertThat(failure(() -> sanlock.removeLockspace(second)).isNotJoined()).isTrue();
    }

    @Test
    void hosts_of_an_unknown_lockspace_are_refused_as_not_joined() {
        SanlockException e = failure(() -> sanlock.hosts("UNKNOWN"));
        assertThat(e.isNotJoined()).isTrue();
        assertThat(e.isDaemonGone()).isFalse();
    }

    @Test
    void the_version_of_a_lease_grows_by_one_with_each_acquisition() throws SanlockException {
        assertThat(sanlock.readResource(resource))
                .isEqualTo(new ResourceInfo("LS", resource.name(), 0, 512, MIB));
        assertThat(sanlock.owners(resource)).isEmpty();
        try (Registration registration = sanlock.register()) {
            for (long lver = 1; lver <= 3; lver++) {
                registration.acquire(exclusive(resource), "version test");
                assertThat(sanlock.readResource(resource).lver()).isEqualTo(lver);
                assertThat(registration.inquire()).containsExactly(held(resource, lver));
                Owner owner = sanlock.owners(resource).getFirst();
                assertThat(owner.hostId()).isEqualTo(1);
                assertThat(owner.generation()).isEqualTo(1);
                assertThat(owner.lver()).isEqualTo(lver);
                assertThat(owner.mode()).isEqualTo(LeaseMode.EXCLUSIVE);
                registration.release(List.of(resource));
                assertThat(registration.inquire()).isEmpty();
                assertThat(sanlock.owners(resource)).isEmpty();
            }
        }
    }

    @Test
    void a_lease_of_one_registration_is_refused_to_another_of_the_same_host()
            throws SanlockException {
        try (Registration first = sanlock.register();
                Registration second = sanlock.register()) {
            first.acquire(exclusive(resource), "");
            SanlockException e = failure(() -> second.acquire(exclusive(resource), ""));
            assertThat(e.code()).isEqualTo(-Errno.EEXIST);
            assertThat(e.isHeldHere()).isTrue();
            assertThat(e.isHeldElsewhere()).isFalse();
            assertThat(second.inquire()).isEmpty();
        }
    }

    @Test
    void closing_one_registration_frees_its_leases_and_no_others() throws Exception {
        Resource other = nextResource();
        sanlock.writeResource(other);
        Registration first = sanlock.register();
        try (Registration second = sanlock.register()) {
            first.acquire(exclusive(resource), "");
            second.acquire(exclusive(other), "");
            first.close();
            first.close();
            assertThat(first.isHungUp()).isTrue();
            assertThatThrownBy(first::descriptor).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(first::inquire).isInstanceOf(IllegalStateException.class);
            await(() -> sanlock.owners(resource).isEmpty());
            assertThat(second.inquire()).containsExactly(held(other, 1));
            assertThat(second.isHungUp()).isFalse();
        }
    }

    @Test
    void acquiring_in_a_lockspace_that_was_not_joined_says_so() throws SanlockException {
        Resource elsewhere =
                new Resource("ELSEWHERE", "R", file.toString(), resource.offsetBytes(), 512, MIB);
        sanlock.writeResource(elsewhere);
        try (Registration registration = sanlock.register()) {
            SanlockException e = failure(() -> registration.acquire(exclusive(elsewhere), ""));
            assertThat(e.code()).isEqualTo(-Errno.ENOSPC);
            assertThat(e.isNotJoined()).isTrue();
            assertThat(e).hasMessageContaining("join it first");
        }
    }

    @Test
    void acquiring_where_no_lease_is_says_so() throws SanlockException {
        Resource nothing = nextResource();
        try (Registration registration = sanlock.register()) {
            assertNoLease(() -> registration.acquire(exclusive(nothing), ""));
        }
        assertNoLease(() -> sanlock.readResource(nothing));
        assertNoLease(() -> sanlock.owners(nothing));
    }

    @Test
    void a_cleared_resource_reads_as_no_lease() throws SanlockException {
        sanlock.clearResource(resource);
        assertNoLease(() -> sanlock.readResource(resource));
        sanlock.clearResource(resource);
    }

    @Test
    void acquiring_under_another_name_than_storage_has_is_refused() throws SanlockException {
        Resource misnamed =
                new Resource("LS", "X", file.toString(), resource.offsetBytes(), 512, MIB);
        try (Registration registration = sanlock.register()) {
            SanlockException e = failure(() -> registration.acquire(exclusive(misnamed), ""));
            assertThat(e.code()).isEqualTo(SanlockReturn.SANLK_LEADER_RESOURCE);
            assertThat(e).hasMessageContaining("carries another name");
        }
    }

    @Test
    void a_missing_file_is_not_taken_for_a_missing_daemon() throws SanlockException {
        Resource absent = new Resource("LS", "R", "/absent/file", 0, 512, MIB);
        SanlockException read = failure(() -> sanlock.readResource(absent));
        assertThat(read.code()).isEqualTo(-Errno.ENOENT);
        assertThat(read.isDaemonGone()).isFalse();
        assertThat(read).hasMessageContaining("no such file or device");
        try (Registration registration = sanlock.register()) {
            SanlockException e = failure(() -> registration.acquire(exclusive(absent), ""));
            assertThat(e.code()).isEqualTo(-Errno.ENOENT);
            assertThat(e.isDaemonGone()).isFalse();
        }
    }

    @Test
    void releasing_what_is_not_held_is_told_as_that() throws SanlockException {
        try (Registration registration = sanlock.register()) {
            SanlockException e = failure(() -> registration.release(List.of(resource)));
            assertThat(e.code()).isEqualTo(-1);
            assertThat(e.isDaemonGone()).isFalse();
            assertThat(e).hasMessageContaining("does not hold it");
        }
    }

    @Test
    void nine_resources_are_refused_in_one_acquire_and_released_in_groups()
            throws SanlockException {
        List<Resource> nine = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            Resource next = nextResource();
            sanlock.writeResource(next);
            nine.add(next);
        }
        try (Registration registration = sanlock.register()) {
            assertThatThrownBy(() -> registration.acquire(exclusive(nine), ""))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("1 to 8 resources, not 9");
            registration.acquire(exclusive(nine.subList(0, 8)), "");
            registration.acquire(exclusive(nine.subList(8, 9)), "");
            assertThat(registration.inquire()).hasSize(9);
            registration.release(nine);
            assertThat(registration.inquire()).isEmpty();
        }
        assertThat(sanlock.version()).as("the daemon lives").hasToString("3.8.5");
    }

    @Test
    void a_failed_group_does_not_keep_the_others_from_being_released() throws SanlockException {
        List<Resource> notHeld = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            notHeld.add(nextResource());
        }
        List<Resource> all = new ArrayList<>(notHeld);
        all.add(resource);
        try (Registration registration = sanlock.register()) {
            registration.acquire(exclusive(resource), "");
            failure(() -> registration.release(all));
            assertThat(registration.inquire()).isEmpty();
        }
    }

    @Test
    void several_are_acquired_all_or_none() throws SanlockException {
        Resource taken = nextResource();
        sanlock.writeResource(taken);
        try (Registration other = sanlock.register();
                Registration registration = sanlock.register()) {
            other.acquire(exclusive(taken), "");
            failure(() -> registration.acquire(exclusive(List.of(resource, taken)), ""));
            assertThat(registration.inquire()).isEmpty();
            assertThat(sanlock.owners(resource)).isEmpty();
        }
    }

    @Test
    void a_lease_changes_its_mode_without_being_given_up() throws SanlockException {
        try (Registration registration = sanlock.register()) {
            registration.acquire(exclusive(resource), "");
            registration.convert(resource, LeaseMode.SHARED);
            assertThat(registration.inquire().getFirst().mode()).isEqualTo(LeaseMode.SHARED);
            assertThat(sanlock.owners(resource).getFirst().mode()).isEqualTo(LeaseMode.SHARED);
            SanlockException same = failure(() -> registration.convert(resource, LeaseMode.SHARED));
            assertThat(same.code()).isEqualTo(-Errno.EALREADY);
            registration.convert(resource, LeaseMode.EXCLUSIVE);
            assertThat(registration.inquire()).containsExactly(held(resource, 2));
        }
    }

    @Test
    void programs_started_by_this_process_do_not_inherit_the_connection() throws Exception {
        try (Registration registration = sanlock.register()) {
            assertThat(Libc.fcntl(registration.descriptor(), Fcntl.F_GETFD, 0))
                    .isEqualTo(Fcntl.FD_CLOEXEC);
        }
    }

    @Test
    void the_longest_names_come_back_whole() throws SanlockException {
        String name = "n".repeat(47);
        Resource longest =
                new Resource("LS", name, file.toString(), resource.offsetBytes(), 512, MIB);
        sanlock.writeResource(longest);
        try (Registration registration = sanlock.register()) {
            registration.acquire(exclusive(longest), "o".repeat(47));
            assertThat(registration.inquire()).containsExactly(held(longest, 1));
            assertThat(sanlock.readResource(longest).name()).isEqualTo(name);
            registration.release(List.of(longest));
        }
    }

    @Test
    void a_registration_restricted_to_nothing_refuses_calls_before_they_hang() throws Exception {
        Registration registration = sanlock.register();
        registration.acquire(exclusive(resource), "");
        registration.restrict(Set.of(Restriction.ALL, Restriction.NO_SIGKILL));
        assertThatThrownBy(() -> registration.release(List.of(resource)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no further commands");
        assertThatThrownBy(registration::inquire).isInstanceOf(IllegalStateException.class);
        assertThat(registration.isHungUp()).isFalse();
        assertThat(sanlock.owners(resource)).hasSize(1);
        registration.close();
        await(() -> sanlock.owners(resource).isEmpty());
    }

    @Test
    void a_kill_program_that_sanlock_would_cut_off_is_refused() throws SanlockException {
        try (Registration registration = sanlock.register()) {
            registration.killPath("/" + "p".repeat(125), List.of("a".repeat(126)));
            assertThatThrownBy(() -> registration.killPath("/" + "p".repeat(126), List.of()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("at most 126");
            assertThatThrownBy(() -> registration.killPath("/bin/true", List.of("a".repeat(127))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("at most 126");
            assertThatThrownBy(() -> registration.killPath("/bin/true", List.of("a b")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("space");
        }
    }

    @Test
    void threads_that_share_a_registration_get_their_own_answers() throws Exception {
        List<Resource> resources = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            resources.add(nextResource());
            sanlock.writeResource(resources.get(i));
        }
        try (Registration registration = sanlock.register();
                ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Callable<Integer>> tasks = new ArrayList<>();
            for (Resource each : resources) {
                tasks.add(() -> {
                    int seen = 0;
                    for (int round = 0; round < 15; round++) {
                        registration.acquire(exclusive(each), "");
                        seen +=
                                (int)
                                        registration.inquire().stream()
                                                .filter(l -> l.name().equals(each.name()))
                                                .count();
                        registration.release(List.of(each));
                    }
                    return seen;
                });
            }
            for (Future<Integer> future : threads.invokeAll(tasks)) {
                assertThat(future.get()).isEqualTo(15);
            }
        }
    }

    @Test
    void closing_ends_a_call_that_a_hanging_daemon_does_not_answer() throws Exception {
        try (SanlockLab hanging = SanlockLab.start(1);
                ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Registration registration = hanging.sanlock(0).register();
            registration.inquire();
            hanging.stop(0);
            Future<SanlockException> call = thread.submit(() -> failure(registration::inquire));
            await(() -> inNativeCall());
            registration.close();
            assertThat(call.get().isDaemonGone()).isTrue();
            hanging.cont(0);
            assertThat(hanging.sanlock(0).version()).hasToString("3.8.5");
        }
    }

    /** Whether some thread is in a call of the library. */
    private static boolean inNativeCall() {
        return Thread.getAllStackTraces().values().stream()
                .flatMap(Stream::of)
                .anyMatch(frame -> frame.getMethodName().equals("sanlock_inquire"));
    }

    private static void assertNoLease(ThrowingCallable call) {
        SanlockException e = failure(call);
        assertThat(e.code()).isEqualTo(SanlockReturn.SANLK_LEADER_MAGIC);
        assertThat(e.isNoLease()).isTrue();
        assertThat(e).hasMessageContaining("write it first");
    }

    private static SanlockException failure(ThrowingCallable call) {
        return catchThrowableOfType(SanlockException.class, call);
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("not within 10 s").isLessThan(deadline);
            Thread.sleep(5);
        }
    }

    private static long slot() {
        return NEXT_SLOT.getAndIncrement() * MIB;
    }

    private static Resource nextResource() {
        long offsetBytes = slot();
        return new Resource("LS", "R" + offsetBytes / MIB, file.toString(), offsetBytes, 512, MIB);
    }

    private static List<LeaseClaim> exclusive(Resource resource) {
        return exclusive(List.of(resource));
    }

    private static List<LeaseClaim> exclusive(List<Resource> resources) {
        return resources.stream().map(r -> new LeaseClaim(r, LeaseMode.EXCLUSIVE)).toList();
    }

    private static HeldLease held(Resource resource, long lver) {
        return new HeldLease(
                resource.lockspace(),
                resource.name(),
                resource.path(),
                resource.offsetBytes(),
                lver,
                LeaseMode.EXCLUSIVE);
    }
}
