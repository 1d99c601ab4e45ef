package io.tenure.sanlock;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tenure.bindings.Errno;
import io.tenure.bindings.libc.Fcntl;
import io.tenure.bindings.libc.Libc;
import io.tenure.bindings.sanlock.SanlkHostEvent;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Optional;

/**
 * Receives what other hosts send to this one in a lockspace; see {@link HostEvents}. Each listener
 * gets each event, and gets it again with each renewal that announces it, for {@link
 * SanlockTimeouts#announcementSeconds}: who must act once remembers what was acted on.
 *
 * <p>Any number of threads may use it. Close it: the lockspace has room for 32.
 */
public final class HostEventListener implements AutoCloseable {
    private final DaemonAccess daemon;
    private final String lockspaceName;
    private final int descriptor;
    private boolean closed;

    private HostEventListener(DaemonAccess daemon, String lockspaceName, int descriptor) {
        this.daemon = daemon;
        this.lockspaceName = lockspaceName;
        this.descriptor = descriptor;
    }

    static HostEventListener open(DaemonAccess daemon, String lockspaceName)
            throws SanlockException {
        SanlockOperation operation = SanlockOperation.LISTEN;
        String what = AdminCalls.lockspace(lockspaceName);
        int descriptor =
                daemon.fromMemory(
                        operation,
                        what,
                        () -> {
                            try (Arena arena = Arena.ofConfined()) {
                                MemorySegment name = Structs.string(arena, lockspaceName);
                                int rv =
                                        daemon.library()
                                                .admin()
                                                .sanlock_reg_event(name, MemorySegment.NULL, 0);
                                return daemon.check(rv, operation, what);
                            }
                        },
                        Libc::close);
        int rv = Libc.fcntl(descriptor, Fcntl.F_SETFD, Fcntl.FD_CLOEXEC);
        if (rv < 0) {
            throw new AssertionError("fcntl(F_SETFD): " + Errno.describe(rv));
        }
        return new HostEventListener(daemon, lockspaceName, descriptor);
    }

    /**
     * Takes an event that has arrived, without waiting.
     *
     * @return the event; empty if there is none
     * @throws SanlockException if the daemon is gone, or this host has left the lockspace
     * @throws IllegalStateException if it is closed
     */
    public synchronized Optional<HostEvent> take() throws SanlockException {
        if (closed) {
            throw new IllegalStateException("the listener is closed");
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment event = arena.allocate(SanlkHostEvent.LAYOUT);
            MemorySegment from = arena.allocate(JAVA_LONG, 2);
            int rv =
                    daemon.library()
                            .admin()
                            .sanlock_get_event(
                                    descriptor, 0, event, from, from.asSlice(JAVA_LONG.byteSize()));
            if (rv == -Errno.EAGAIN) {
                return Optional.empty();
            }
            daemon.check(rv, SanlockOperation.RECEIVE_EVENT, AdminCalls.lockspace(lockspaceName));
            return Optional.of(
                    new HostEvent(
                            from.getAtIndex(JAVA_LONG, 0),
                            from.getAtIndex(JAVA_LONG, 1),
                            SanlkHostEvent.event(event),
                            SanlkHostEvent.data(event)));
        }
    }

    /**
     * Waits for an event, at most as long as given. One that has been sent arrives within {@link
     * SanlockTimeouts#eventSeconds}.
     *
     * @param limit how long to wait
     * @return the event; empty if there was none
     * @throws SanlockException if the daemon is gone, or this host has left the lockspace
     * @throws InterruptedException if the thread was interrupted
     * @throws IllegalStateException if it is, or meanwhile was, closed
     */
    public Optional<HostEvent> await(Duration limit) throws SanlockException, InterruptedException {
        Polling polling = Polling.within(limit);
        Optional<HostEvent> event = take();
        while (event.isEmpty() && polling.pause()) {
            event = take();
        }
        if (event.isEmpty() && Thread.interrupted()) {
            throw new InterruptedException("waiting for an event");
        }
        return event;
    }

    /**
     * The connection, for poll(2) with POLLIN: readable when an event has arrived, hung up when the
     * daemon or the lockspace is gone. Not to be read from or closed.
     *
     * @return a file descriptor of this process
     * @throws IllegalStateException if it is closed
     */
    public synchronized int descriptor() {
        if (closed) {
            throw new IllegalStateException("the listener is closed");
        }
        return descriptor;
    }

    /**
     * Ends listening. Closing twice does nothing. Microseconds; limit {@link
     * SanlockTimeouts#MEMORY_ANSWER_SECONDS}.
     *
     * @throws SanlockException if the daemon does not answer; it ends all the same. That the daemon
     *     or the lockspace is gone is no failure
     */
    @Override
    public synchronized void close() throws SanlockException {
        if (closed) {
            return;
        }
        closed = true;
        SanlockOperation operation = SanlockOperation.END_EVENTS;
        String what = AdminCalls.lockspace(lockspaceName);
        // The library closes the descriptor whatever the daemon says.
        int unused =
                daemon.fromMemory(
                        operation,
                        what,
                        () -> {
                            try (Arena arena = Arena.ofConfined()) {
                                MemorySegment name = Structs.string(arena, lockspaceName);
                                return daemon.library()
                                        .admin()
                                        .sanlock_end_event(descriptor, name, 0);
                            }
                        });
        assert unused <= 0;
    }
}
