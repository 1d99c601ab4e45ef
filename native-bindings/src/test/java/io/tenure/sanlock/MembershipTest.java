package io.tenure.sanlock;

import static io.tenure.sanlock.Trying.await;
import static io.tenure.sanlock.Trying.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.tenure.bindings.Errno;
import io.tenure.testing.sanlock.SanlockLab;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Joining and leaving, on a real daemon. Covers upstream's Python tests: add and remove lockspace,
 * the same asynchronously, and hosts that are not known for a moment and live then.
 */
final class MembershipTest {
    private static final int MIB = 1 << 20;
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration TOO_SHORT = Duration.ofMillis(200);
    private static final AtomicInteger NEXT = new AtomicInteger();

    private static SanlockLab lab;
    private static Sanlock sanlock;

    @BeforeAll
    static void start() throws IOException {
        lab = SanlockLab.start(1);
        sanlock = lab.sanlock(0);
    }

    @AfterAll
    static void stop() {
        lab.close();
    }

    @Test
    void a_lockspace_is_joined_and_left_without_waiting() throws Exception {
        Lockspace lockspace = written();
        String name = lockspace.name();
        sanlock.addLockspaceAsync(lockspace, 1);
        assertThat(sanlock.lockspaceState(lockspace)).isEqualTo(LockspaceState.CHANGING);
        assertThat(sanlock.awaitLockspace(lockspace, TOO_SHORT)).isEqualTo(LockspaceState.CHANGING);
        assertThat(sanlock.awaitLockspace(lockspace)).isEqualTo(LockspaceState.JOINED);
        assertThat(sanlock.lockspaces())
                .contains(new LockspaceStatus(name, 1, lockspace.path(), 0, LockspaceState.JOINED));

        await(
                LIMIT,
                () -> {
                    try {
                        return sanlock.hosts(name).getFirst().state() == HostState.LIVE;
                    } catch (SanlockException e) {
                        assertThat(e.code()).as(e.getMessage()).isEqualTo(-Errno.EAGAIN);
                        assertThat(e.isTemporary()).isTrue();
                        return false;
                    }
                });

        sanlock.removeLockspaceAsync(lockspace);
        assertThat(sanlock.lockspaceState(lockspace)).isEqualTo(LockspaceState.CHANGING);
        assertThat(sanlock.awaitLockspace(lockspace)).isEqualTo(LockspaceState.ABSENT);
        assertThat(sanlock.lockspaces()).extracting(LockspaceStatus::name).doesNotContain(name);
    }

    @Test
    void a_wait_for_a_join_ends_in_time_or_when_interrupted_and_the_join_goes_on()
            throws IOException {
        Lockspace lockspace = written();
        SanlockException late = failure(() -> sanlock.addLockspace(lockspace, 1, TOO_SHORT));
        assertThat(late.code()).isEqualTo(-Errno.ETIMEDOUT);
        assertThat(late.isUnanswered()).isTrue();
        assertThat(late).hasMessageContaining("still at it");

        Thread.currentThread().interrupt();
        SanlockException interrupted = failure(() -> sanlock.awaitLockspace(lockspace));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(interrupted.code()).isEqualTo(-Errno.EINTR);
        assertThat(interrupted.isUnanswered()).isTrue();

        assertThat(sanlock.awaitLockspace(lockspace)).isEqualTo(LockspaceState.JOINED);
        sanlock.removeUnusedLockspace(lockspace);
    }

    @Test
    void a_lockspace_marked_as_used_is_not_left_before_the_mark_is_gone() throws Exception {
        Lockspace lockspace = written();
        sanlock.addLockspace(lockspace, 1);
        sanlock.configure(lockspace.name(), LockspaceUse.USED_BY_ORPHANS);
        sanlock.configure(lockspace.name(), LockspaceUse.UNUSED_BY_ORPHANS);
        sanlock.configure(lockspace.name(), LockspaceUse.USED);
        SanlockException refused = failure(() -> sanlock.removeLockspace(lockspace));
        assertThat(refused).hasMessageContaining("marked as used");
        assertThat(failure(() -> sanlock.removeLockspaceAsync(lockspace)))
                .hasMessageContaining("marked as used");
        assertThat(sanlock.isJoined(lockspace)).isTrue();

        // As if another process had marked it.
        DaemonState.of(lab.runDirectory(0)).usedLockspaces().clear();
        Duration longEnough = Duration.ofSeconds(SanlockTimeouts.LEAVE_SECONDS + 2L);
        SanlockException late = failure(() -> sanlock.removeLockspace(lockspace, longEnough));
        assertThat(late.code()).isEqualTo(-Errno.ETIMEDOUT);
        assertThat(late).hasMessageContaining("when the mark is taken away");
        sanlock.configure(lockspace.name(), LockspaceUse.UNUSED);
        assertThat(sanlock.awaitLockspace(lockspace, LIMIT)).isEqualTo(LockspaceState.ABSENT);
    }

    @Test
    void many_joins_at_once_never_take_more_than_two_workers() throws Exception {
        List<Lockspace> lockspaces = List.of(written(), written(), written());
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            List<Future<?>> joins = new ArrayList<>();
            for (Lockspace lockspace : lockspaces) {
                joins.add(
                        threads.submit(() -> {
                            sanlock.addLockspace(lockspace, 1);
                            return true;
                        }));
            }
            await(
                    LIMIT,
                    () -> {
                        assertThat(sanlock.lockspaces())
                                .filteredOn(status -> status.state() == LockspaceState.CHANGING)
                                .hasSizeLessThanOrEqualTo(2);
                        return joins.stream().allMatch(Future::isDone);
                    });
            for (Future<?> join : joins) {
                assertThatCode(join::get).doesNotThrowAnyException();
            }
        }
    }

    @Test
    void a_lockspace_that_was_never_joined_is_neither_configured_nor_left() {
        SanlockException configured =
                failure(() -> sanlock.configure("UNKNOWN", LockspaceUse.USED));
        assertThat(configured.isNotJoined()).isTrue();
        assertThat(DaemonState.of(lab.runDirectory(0)).usedLockspaces()).doesNotContain("UNKNOWN");
        Lockspace unknown = new Lockspace("UNKNOWN", 1, "/absent", 0, 512, MIB);
        assertThat(failure(() -> sanlock.removeLockspace(unknown)).isNotJoined()).isTrue();
    }

    @Test
    void a_join_that_fails_says_why() throws IOException {
        Path empty = lab.leaseFile("empty" + NEXT.incrementAndGet(), 2L * MIB);
        Lockspace nothing = new Lockspace("EMPTY", 1, empty.toString(), 0, 512, MIB);
        assertThat(failure(() -> sanlock.addLockspace(nothing, 1)).isNoLease()).isTrue();
        Lockspace missing = new Lockspace("MISSING", 1, "/absent", 0, 512, MIB);
        SanlockException e = failure(() -> sanlock.addLockspace(missing, 1));
        assertThat(e.isDaemonGone()).isFalse();
        assertThat(sanlock.lockspaceState(missing)).isEqualTo(LockspaceState.ABSENT);
    }

    private static Lockspace written() throws IOException {
        int number = NEXT.incrementAndGet();
        Path file = lab.leaseFile("ls" + number, 2L * MIB);
        Lockspace lockspace = new Lockspace("LS" + number, 1, file.toString(), 0, 512, MIB);
        sanlock.writeLockspace(lockspace, 1);
        return lockspace;
    }
}
