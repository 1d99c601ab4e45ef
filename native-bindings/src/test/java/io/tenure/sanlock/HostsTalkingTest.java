package io.tenure.sanlock;

import static io.tenure.sanlock.Trying.await;
import static io.tenure.sanlock.Trying.exclusive;
import static io.tenure.sanlock.Trying.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.bindings.Errno;
import io.tenure.bindings.libc.Fcntl;
import io.tenure.bindings.libc.Libc;
import io.tenure.testing.process.ChildJvm;
import io.tenure.testing.sanlock.SanlockLab;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * What hosts ask of each other, on two real daemons. Covers upstream's programs for events
 * (register, poll, get, end) and for testing a resource's owners, requests by force, and leaving a
 * lockspace in which leases are held, which comes last.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class HostsTalkingTest {
    private static final int MIB = 1 << 20;
    private static final int FIRST = 0;
    private static final int SECOND = 1;
    private static final Duration EVENT = Duration.ofSeconds(2L * SanlockTimeouts.eventSeconds(1));
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final AtomicLong NEXT_SLOT = new AtomicLong(1);

    private static SanlockLab lab;
    private static Lockspace lockspace;

    @TempDir private Path directory;
    private Resource resource;

    @BeforeAll
    static void join() throws IOException {
        lab = SanlockLab.start(2);
        Path file = lab.leaseFile("leases", 32L * MIB);
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
        resource = new Resource("LS", "R" + slot, lockspace.path(), slot * MIB, 512, MIB);
        lab.sanlock(FIRST).writeResource(resource);
    }

    @Test
    void an_event_reaches_the_host_it_was_sent_to_and_no_other() throws Exception {
        HostEvents sender = lab.sanlock(FIRST).events("LS");
        try (HostEventListener own = sender.listen();
                HostEventListener listener = lab.sanlock(SECOND).events("LS").listen()) {
            assertThat(Libc.fcntl(listener.descriptor(), Fcntl.F_GETFD, 0))
                    .isEqualTo(Fcntl.FD_CLOEXEC);
            assertThat(listener.take()).isEmpty();
            sender.send(new EventTarget.Incarnation(2, 1), 7, -8);
            sender.send(new EventTarget.Incarnation(2, 1), 7, -8);

            SanlockException busy = failure(() -> sender.send(new EventTarget.Host(2), 9, 0));
            assertThat(busy.code()).isEqualTo(-Errno.EBUSY);
            assertThat(busy.isTemporary()).isTrue();
            assertThat(busy).hasMessageContaining("another event was sent a moment ago");

            assertThat(listener.await(EVENT)).contains(new HostEvent(1, 1, 7, -8));

            sender.replace(new EventTarget.AllHosts(), 9, 10);
            // The first comes again with each renewal that announces it.
            await(
                    EVENT,
                    () -> listener.await(EVENT).orElseThrow().equals(new HostEvent(1, 1, 9, 10)));
            assertThat(own.take()).isEmpty();
            sender.withdrawFrom(2);
            sender.withdraw();
            sender.send(new EventTarget.Host(2), 11, 0);
            sender.withdraw();
        }
    }

    @Test
    void waiting_for_an_event_ends_in_time_when_interrupted_and_when_closed() throws Exception {
        HostEventListener listener = lab.sanlock(SECOND).events("LS").listen();
        assertThat(listener.await(Duration.ofMillis(50))).isEqualTo(Optional.empty());
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> listener.await(LIMIT)).isInstanceOf(InterruptedException.class);
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<?> waiting = threads.submit(() -> listener.await(LIMIT));
            listener.close();
            listener.close();
            assertThatThrownBy(waiting::get).hasCauseInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void listeners_are_limited_by_the_daemon_and_closing_one_makes_room() throws Exception {
        HostEvents events = lab.sanlock(FIRST).events("LS");
        List<HostEventListener> listeners = new ArrayList<>();
        try {
            for (int i = 0; i < 32; i++) {
                listeners.add(events.listen());
            }
            SanlockException full = failure(events::listen);
            assertThat(full).hasMessageContaining("as many event listeners as the daemon allows");
            listeners.removeLast().close();
            listeners.add(events.listen());
        } finally {
            for (HostEventListener listener : listeners) {
                listener.close();
            }
        }
    }

    @Test
    void events_that_the_daemon_would_misunderstand_are_refused() {
        HostEvents events = lab.sanlock(FIRST).events("LS");
        assertThatThrownBy(() -> events.send(new EventTarget.Host(2), 0, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new EventTarget.Host(2001))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new EventTarget.Incarnation(1, 0))
                .isInstanceOf(IllegalArgumentException.class);
        HostEvents unknown = lab.sanlock(FIRST).events("UNKNOWN");
        assertThat(failure(unknown::listen).isNotJoined()).isTrue();
        assertThat(failure(() -> unknown.send(new EventTarget.Host(1), 1, 1)).isNotJoined())
                .isTrue();
    }

    @Test
    void owners_are_judged_by_what_is_known_of_their_hosts() throws Exception {
        Sanlock judge = lab.sanlock(SECOND);
        assertThat(judge.judgeOwners(resource)).isEqualTo(new OwnersVerdict(List.of(), false));
        try (Registration first = lab.sanlock(FIRST).register()) {
            first.acquire(exclusive(resource), "");
            OwnersVerdict verdict = judge.judgeOwners(resource);
            assertThat(verdict.preventAcquire()).isTrue();
            OwnersVerdict.JudgedOwner owner = verdict.owners().getFirst();
            assertThat(owner.preventsAcquire()).isTrue();
            assertThat(owner.owner().hostId()).isEqualTo(1);
            assertThat(owner.host().map(HostStatus::state)).contains(HostState.LIVE);
            first.release(List.of(resource));
        }
        assertThat(judge.judgeOwners(resource).preventAcquire()).isFalse();
    }

    @Test
    void a_forced_request_kills_the_holder_and_an_outdated_one_is_refused() throws Exception {
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<ChildJvm> child = threads.submit(() -> holder(FIRST));
            awaitHeld();
            Owner owner = lab.sanlock(SECOND).owners(resource).getFirst();
            lab.sanlock(SECOND).request(resource, owner.lver() + 1, RequestMode.FORCE);
            lab.sanlock(FIRST).examine(resource);
            lab.sanlock(FIRST).examineLockspace("LS");
            assertThat(child.get(30, TimeUnit.SECONDS).exitCode()).isEqualTo(128 + 9);
        }
        try (Registration first = lab.sanlock(FIRST).register()) {
            await(LIMIT, () -> lab.sanlock(SECOND).owners(resource).isEmpty());
            first.acquire(exclusive(resource), "");
            SanlockException outdated =
                    failure(() -> lab.sanlock(SECOND).request(resource, 1, RequestMode.FORCE));
            assertThat(outdated).hasMessageContaining("read its owners again");
            first.release(List.of(resource));
        }
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void leaving_kills_the_holders_and_leaves_what_they_held_to_others() throws Exception {
        try (ExecutorService threads = Executors.newSingleThreadExecutor();
                Registration second = lab.sanlock(SECOND).register()) {
            Future<ChildJvm> child = threads.submit(() -> holder(FIRST));
            awaitHeld();
            assertThat(failure(() -> lab.sanlock(FIRST).removeUnusedLockspace(lockspace)))
                    .hasMessageContaining("leases in it are held");
            lab.sanlock(FIRST).removeLockspace(lockspace);
            assertThat(child.get(30, TimeUnit.SECONDS).exitCode()).isEqualTo(128 + 9);
            assertThat(lab.sanlock(SECOND).owners(resource))
                    .extracting(Owner::hostId)
                    .containsExactly(1L);
            second.acquire(exclusive(resource), "");
            assertThat(second.inquire().getFirst().lver()).isEqualTo(2);
        }
    }

    private ChildJvm holder(int host) throws IOException {
        return ChildJvm.run(
                directory,
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "-Drun=" + lab.runDirectory(host),
                        "-Dname=" + resource.name(),
                        "-Dpath=" + resource.path(),
                        "-Doffset=" + resource.offsetBytes()),
                Holder.class,
                Sanlock.class);
    }

    private void awaitHeld() throws Exception {
        await(LIMIT, () -> !lab.sanlock(SECOND).owners(resource).isEmpty());
    }

    /** Acquires and holds until it is killed, or a minute is over. */
    static final class Holder {
        public static void main(String[] arguments) throws Exception {
            Resource resource =
                    new Resource(
                            "LS",
                            System.getProperty("name"),
                            System.getProperty("path"),
                            Long.getLong("offset"),
                            512,
                            MIB);
            try (Registration registration =
                    Sanlock.open(Path.of(System.getProperty("run"))).register()) {
                registration.acquire(
                        List.of(new LeaseClaim(resource, LeaseMode.EXCLUSIVE)), "child");
                Thread.sleep(Duration.ofMinutes(1));
            }
        }
    }
}
