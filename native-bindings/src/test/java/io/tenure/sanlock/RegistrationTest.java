package io.tenure.sanlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tenure.bindings.Errno;
import io.tenure.bindings.sanlock.SanlockReturn;
import io.tenure.testing.sanlock.SanlockLab;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Versions, orphans, values, names and limits of a registration's leases, on a real daemon. */
final class RegistrationTest {
    private static final int MIB = 1 << 20;
    private static final int EUCLEAN = 117;
    private static final AtomicLong NEXT_SLOT = new AtomicLong(1);

    private static SanlockLab lab;
    private static Sanlock sanlock;
    private static Path file;

    private Resource resource;

    @BeforeAll
    static void join() throws IOException {
        lab = SanlockLab.start(1);
        sanlock = lab.sanlock(0);
        file = lab.leaseFile("leases", 64L * MIB);
        lab.writeAndJoin(new Lockspace("LS", 1, file.toString(), 0, 512, MIB));
    }

    @AfterAll
    static void leave() {
        lab.close();
    }

    @BeforeEach
    void writeResource() throws SanlockException {
        resource = nextResource();
    }

    @Test
    void a_lease_is_acquired_in_the_version_required_and_in_no_other() throws SanlockException {
        try (Registration registration = sanlock.register()) {
            registration.acquire(List.of(exclusive(resource)), "");
            registration.release(List.of(resource));
            for (long wrong : new long[] {2, Long.MAX_VALUE}) {
                SanlockException e =
                        failure(() ->
                                registration.acquire(
                                        List.of(exclusive(resource).requiring(wrong)), ""));
                assertThat(e.code()).isEqualTo(SanlockReturn.SANLK_ACQUIRE_LVER);
                assertThat(sanlock.owners(resource)).isEmpty();
            }
            registration.acquire(List.of(exclusive(resource).requiring(1)), "");
            assertThat(registration.inquire().getFirst().lver()).isEqualTo(2);
        }
    }

    @Test
    void a_version_that_sanlock_would_not_look_at_cannot_be_required() {
        LeaseClaim claim = exclusive(resource);
        assertThatThrownBy(() -> claim.requiring(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("version 0");
        assertThatThrownBy(() -> claim.requiring(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LeaseClaim(resource, LeaseMode.SHARED).requiring(1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("exclusive");
    }

    @Test
    void a_lease_is_acquired_once_by_a_registration() throws SanlockException {
        try (Registration registration = sanlock.register()) {
            LeaseClaim claim = exclusive(resource);
            failure(() -> registration.acquire(List.of(claim, claim), ""));
            assertThat(registration.inquire()).isEmpty();
            registration.acquire(List.of(claim), "");
            SanlockException e = failure(() -> registration.acquire(List.of(claim), ""));
            assertThat(e.code()).isEqualTo(-Errno.EEXIST);
            assertThat(registration.inquire()).hasSize(1);
        }
    }

    @Test
    void a_persistent_lease_outlives_its_registration_and_is_adopted_as_it_was() throws Exception {
        leaveOrphan(LeaseMode.EXCLUSIVE);
        assertThat(sanlock.owners(resource)).extracting(Owner::hostId).containsExactly(1L);
        try (Registration heir = sanlock.register()) {
            SanlockException e = failure(() -> heir.acquire(List.of(exclusive(resource)), ""));
            assertThat(e.code()).isEqualTo(-EUCLEAN);
            e = failure(() -> heir.orphans().adopt(shared(resource), ""));
            assertThat(e.code()).isEqualTo(-EUCLEAN);
            heir.orphans().adopt(exclusive(resource), "heir");
            assertThat(heir.inquire()).extracting(HeldLease::lver).containsExactly(1L);
            assertThat(heir.orphans().exists(resource)).isFalse();
            heir.release(List.of(resource));
            assertThat(sanlock.owners(resource)).isEmpty();
        }
    }

    @Test
    void a_shared_orphan_is_adopted_as_shared() throws Exception {
        leaveOrphan(LeaseMode.SHARED);
        try (Registration heir = sanlock.register()) {
            assertThat(heir.orphans().exists(resource)).isTrue();
            heir.orphans().adoptOrAcquire(shared(resource), "");
            assertThat(heir.inquire())
                    .extracting(HeldLease::mode)
                    .containsExactly(LeaseMode.SHARED);
        }
    }

    @Test
    void adopting_never_acquires_what_is_no_orphan() throws SanlockException {
        try (Registration registration = sanlock.register()) {
            for (LeaseClaim claim : List.of(exclusive(resource), shared(resource))) {
                SanlockException e = failure(() -> registration.orphans().adopt(claim, ""));
                assertThat(e.isNoOrphan()).as(e.getMessage()).isTrue();
                assertThat(registration.inquire()).isEmpty();
                assertThat(sanlock.readResource(resource).lver()).isZero();
            }
            assertThat(registration.orphans().exists(resource)).isFalse();
            registration.orphans().adoptOrAcquire(exclusive(resource), "");
            assertThat(registration.inquire()).hasSize(1);
            LeaseClaim compared = exclusive(resource).requiring(1);
            assertThatThrownBy(() -> registration.orphans().adopt(compared, ""))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> registration.orphans().adoptOrAcquire(compared, ""))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void orphans_are_released_one_by_one_or_all_of_a_lockspace() throws Exception {
        try (Registration registration = sanlock.register()) {
            assertThat(registration.orphans().release(resource)).isFalse();
            leaveOrphan(LeaseMode.EXCLUSIVE);
            assertThat(registration.orphans().release(resource)).isTrue();
            await(() -> sanlock.owners(resource).isEmpty());
            List<Resource> left = List.of(resource, nextResource(), nextResource());
            for (Resource each : left) {
                resource = each;
                leaveOrphan(LeaseMode.EXCLUSIVE);
            }
            assertThat(registration.orphans().releaseAll("LS")).isEqualTo(3);
            for (Resource each : left) {
                await(() -> sanlock.owners(each).isEmpty());
            }
            assertThat(registration.orphans().releaseAll("LS")).isZero();
        }
    }

    /** As upstream's test of lock value blocks. */
    @Test
    void a_value_goes_with_the_lease_from_holder_to_holder() throws SanlockException {
        byte[] value = "a value".getBytes(StandardCharsets.UTF_8);
        byte[] sector = Arrays.copyOf(value, 512);
        try (Registration first = sanlock.register();
                Registration second = sanlock.register()) {
            first.lockValues().acquire(exclusive(resource), "");
            assertThat(first.lockValues().get(resource)).isEqualTo(new byte[512]);
            byte[] full = new byte[512];
            Arrays.fill(full, (byte) 0xEE);
            first.lockValues().set(resource, full);
            assertThat(first.lockValues().get(resource)).isEqualTo(full);
            first.lockValues().set(resource, value);
            assertThat(first.lockValues().get(resource)).isEqualTo(sector);
            first.release(List.of(resource));
            second.lockValues().acquire(exclusive(resource), "");
            assertThat(second.lockValues().get(resource)).isEqualTo(sector);
        }
    }

    @Test
    void a_value_needs_a_lease_that_this_registration_acquired_with_it() throws SanlockException {
        try (Registration holder = sanlock.register();
                Registration other = sanlock.register()) {
            byte[] value = {1};
            SanlockException e = failure(() -> holder.lockValues().get(resource));
            assertThat(e).hasMessageContaining("does not hold it");
            holder.acquire(List.of(exclusive(resource)), "");
            e = failure(() -> holder.lockValues().set(resource, value));
            assertThat(e.code()).isEqualTo(-Errno.EINVAL);
            assertThat(e).hasMessageContaining("without its value block");
            holder.release(List.of(resource));
            holder.lockValues().acquire(exclusive(resource), "");
            e = failure(() -> other.lockValues().set(resource, value));
            assertThat(e).hasMessageContaining("does not hold it");
            holder.release(List.of(resource));
            holder.lockValues().acquire(shared(resource), "");
            assertThatThrownBy(() -> holder.lockValues().set(resource, value))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("shared");
        }
    }

    /** As upstream's test of lock value blocks with wrong sizes. */
    @Test
    void a_value_has_one_byte_to_a_sector() throws SanlockException {
        try (Registration registration = sanlock.register()) {
            registration.lockValues().acquire(exclusive(resource), "");
            for (int bytes : new int[] {0, 513, 4097}) {
                assertThatThrownBy(() -> registration.lockValues().set(resource, new byte[bytes]))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("1 to 512 bytes");
            }
        }
    }

    /** As upstream's program that renames. */
    @Test
    void a_released_lease_can_get_another_name() throws SanlockException {
        try (Registration registration = sanlock.register()) {
            SanlockException e = failure(() -> registration.releaseRenamed(resource, "NEW"));
            assertThat(e).hasMessageContaining("does not hold it");
            registration.acquire(List.of(exclusive(resource)), "");
            Resource renamed = registration.releaseRenamed(resource, "NEW");
            assertThat(registration.inquire()).isEmpty();
            assertThat(sanlock.owners(renamed)).isEmpty();
            assertThat(sanlock.readResource(renamed).name()).isEqualTo("NEW");
            e = failure(() -> registration.acquire(List.of(exclusive(resource)), ""));
            assertThat(e.code()).isEqualTo(SanlockReturn.SANLK_LEADER_RESOURCE);
            registration.acquire(List.of(exclusive(renamed)), "");
            assertThatThrownBy(() -> registration.releaseRenamed(renamed, "n".repeat(48)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void a_call_that_is_not_answered_in_time_ends_and_leaves_the_leases_held() throws Exception {
        Registration registration = sanlock.register();
        registration.acquire(List.of(exclusive(resource)), "");
        assertThatThrownBy(() -> registration.limitAnswers(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
        registration.limitAnswers(Duration.ofMillis(200));
        registration.inquire();
        lab.stop(0);
        try {
            SanlockException e = failure(() -> registration.release(List.of(resource)));
            assertThat(e.isUnanswered()).as(e.getMessage()).isTrue();
            assertThat(e.isDaemonGone()).isFalse();
            assertThat(e.code()).isEqualTo(-Errno.ETIMEDOUT);
        } finally {
            lab.cont(0);
        }
        SanlockException e = failure(registration::inquire);
        assertThat(e.isUnanswered()).as("the late answer is for another call").isTrue();
        assertThat(registration.isHungUp()).isFalse();
        registration.close();
        await(() -> sanlock.owners(resource).isEmpty());
        assertThatThrownBy(() -> registration.limitAnswers(Duration.ofSeconds(1)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_process_that_did_not_register_has_no_leases_to_ask_for() {
        SanlockException e = failure(() -> sanlock.leasesOf(1).inquire());
        assertThat(e.code()).isEqualTo(-Errno.ESRCH);
        assertThat(e).hasMessageContaining("has registered");
        assertThatThrownBy(() -> sanlock.leasesOf(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void each_kind_of_call_ends_when_the_daemon_does_not_answer() throws Exception {
        List<CallOf> calls =
                List.of(
                        r -> r.acquire(List.of(exclusive(resource)), ""),
                        Registration::inquire,
                        r -> r.convert(resource, LeaseMode.SHARED),
                        r -> r.restrict(Set.of(Restriction.NO_SIGKILL)),
                        r -> r.killPath("/bin/true", List.of()),
                        r -> r.orphans().exists(resource),
                        r -> r.lockValues().get(resource));
        List<Registration> registrations =
                List.of(
                        limited(), limited(), limited(), limited(), limited(), limited(),
                        limited());
        lab.stop(0);
        try {
            for (int i = 0; i < calls.size(); i++) {
                CallOf call = calls.get(i);
                Registration registration = registrations.get(i);
                SanlockException e = failure(() -> call.on(registration));
                assertThat(e.isUnanswered()).as("call " + i + ": " + e.getMessage()).isTrue();
            }
        } finally {
            lab.cont(0);
            registrations.forEach(Registration::close);
        }
        await(() -> sanlock.owners(resource).isEmpty());
    }

    private static Registration limited() throws SanlockException {
        Registration registration = sanlock.register();
        registration.limitAnswers(Duration.ofMillis(50));
        return registration;
    }

    private void leaveOrphan(LeaseMode mode) throws Exception {
        try (Registration watch = sanlock.register()) {
            try (Registration registration = sanlock.register()) {
                registration.acquire(List.of(new LeaseClaim(resource, mode).persistent()), "");
                assertThat(watch.orphans().exists(resource)).isFalse();
            }
            await(() -> watch.orphans().exists(resource));
        }
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

    private static Resource nextResource() throws SanlockException {
        long slot = NEXT_SLOT.getAndIncrement();
        Resource next = new Resource("LS", "R" + slot, file.toString(), slot * MIB, 512, MIB);
        sanlock.writeResource(next);
        return next;
    }

    private static LeaseClaim exclusive(Resource resource) {
        return new LeaseClaim(resource, LeaseMode.EXCLUSIVE);
    }

    private static LeaseClaim shared(Resource resource) {
        return new LeaseClaim(resource, LeaseMode.SHARED);
    }

    /** A call on a registration. */
    private interface CallOf {
        void on(Registration registration) throws SanlockException;
    }
}
