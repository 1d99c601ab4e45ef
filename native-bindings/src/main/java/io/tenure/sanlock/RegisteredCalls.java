package io.tenure.sanlock;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.tenure.bindings.Errno;
import io.tenure.bindings.sanlock.LibSanlockResource;
import io.tenure.sanlock.WorkerGate.Lane;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The calls on a registered connection: one at a time, since answers carry no id, and none without
 * a limit, since the library has none.
 *
 * <p>The limit is the socket's own (SO_RCVTIMEO). When it is over, the answer may still come, and
 * would be taken for that of the next call; so there is no next call. The leases stay until the
 * connection is closed.
 *
 * <p>With that option a signal ends recv(2) with EINTR, whatever its handler asked for. The library
 * then begins anew, with the whole limit.
 */
final class RegisteredCalls {
    /** By how much the kernel's clock ticks may let a wait seem shorter than it was. */
    private static final long TICK_NANOS = Duration.ofMillis(20).toNanos();

    private static final Duration WORKER_WAIT =
            Duration.ofSeconds(
                    SanlockTimeouts.workerWaitSeconds(SanlockTimeouts.DEFAULT_IO_TIMEOUT_SECONDS));

    private final LibSanlockResource functions;
    private final WorkerGate gate;
    private final RegisteredSocket socket;
    private final Lock lock = new ReentrantLock();
    private Duration limit; // this and the others guarded by lock
    private boolean restricted;
    private boolean unanswered;
    private @Nullable Lane keptPass; // of the call that was not answered

    RegisteredCalls(DaemonAccess daemon, int descriptor, Duration limit) {
        this.functions = daemon.library().resource();
        this.gate = daemon.state().gate();
        this.socket = new RegisteredSocket(descriptor);
        this.limit = limit;
        socket.limitReceive(limit);
    }

    /** A function of the library on this connection, with memory for the time of the call. */
    interface Call {
        int run(Arena arena, LibSanlockResource library, int descriptor);
    }

    RegisteredSocket socket() {
        return socket;
    }

    /**
     * Makes a call that takes one of the daemon's workers.
     *
     * @return what it returned, 0 or more
     * @throws IllegalStateException if the connection is closed or restricted
     */
    int call(SanlockOperation operation, String what, Call call) throws SanlockException {
        Lane lane =
                switch (operation) {
                    case ACQUIRE, ADOPT, CONVERT -> Lane.COMPETING;
                    default -> Lane.BRIEF;
                };
        // Before the lock, which close() waits for.
        if (!gate.enter(lane, WORKER_WAIT)) {
            throw new SanlockException(operation, what, -Errno.EBUSY, SanlockFailure.NO_WORKER);
        }
        boolean kept = false;
        lock.lock();
        try {
            boolean before = unanswered;
            try {
                return callLocked(operation, what, call);
            } finally {
                kept = unanswered && !before; // its worker is still at it
                keptPass = kept ? lane : keptPass;
            }
        } finally {
            lock.unlock();
            if (!kept) {
                gate.leave(lane);
            }
        }
    }

    private int callLocked(SanlockOperation operation, String what, Call call)
            throws SanlockException {
        if (restricted) {
            throw new IllegalStateException(
                    "restricted to no further commands: cannot " + operation.verb() + " " + what);
        }
        int descriptor = socket.descriptor();
        if (unanswered) {
            throw new SanlockException(operation, what, -Errno.ETIMEDOUT, true);
        }
        long beginNanos = System.nanoTime();
        int rv;
        try (Arena arena = Arena.ofConfined()) {
            rv = call.run(arena, functions, descriptor);
        }
        if (rv >= 0) {
            return rv;
        }
        boolean late = System.nanoTime() - beginNanos >= limit.toNanos() - TICK_NANOS;
        boolean connected = rv != -Errno.EPIPE && rv != -Errno.ECONNRESET && !socket.isHungUp();
        unanswered = connected && late && isOfReceive(rv);
        int code = unanswered ? -Errno.ETIMEDOUT : rv;
        throw new SanlockException(operation, what, code, connected);
    }

    /** What the daemon remembers that this connection holds. */
    List<HeldLease> inquire() throws SanlockException {
        List<HeldLease> held = new ArrayList<>();
        call(
                SanlockOperation.INQUIRE,
                "what this connection holds",
                (arena, library, descriptor) -> {
                    MemorySegment count = arena.allocate(JAVA_INT);
                    MemorySegment state = arena.allocate(ADDRESS);
                    int rv = library.sanlock_inquire(descriptor, -1, 0, count, state);
                    held.addAll(LeaseArguments.held(rv, count, state));
                    return rv;
                });
        return List.copyOf(held);
    }

    /** Restricts the connection, and with the flag for that, lets no further call through. */
    void restrict(String what, int flags, boolean fromAll) throws SanlockException {
        lock.lock();
        try {
            callLocked(
                    SanlockOperation.RESTRICT,
                    what,
                    (arena, library, descriptor) -> library.sanlock_restrict(descriptor, flags));
            restricted |= fromAll;
        } finally {
            lock.unlock();
        }
    }

    /** For calls that begin from now on; waits for one in progress. */
    void limit(Duration newLimit) {
        lock.lock();
        try {
            socket.limitReceive(newLimit);
            limit = newLimit;
        } finally {
            lock.unlock();
        }
    }

    /** Ends a call in progress, and the connection. */
    void close() {
        socket.shutDown();
        lock.lock();
        try {
            socket.close();
            Lane pass = keptPass;
            if (pass != null) {
                keptPass = null;
                gate.leave(pass);
            }
        } finally {
            lock.unlock();
        }
    }

    /** What the library makes of a recv(2) that was given up: its errno, or less than asked for. */
    private static boolean isOfReceive(int rv) {
        return rv == -Errno.EAGAIN || rv == SanlockFailure.HUNG_UP_OR_NOT_HELD;
    }
}
