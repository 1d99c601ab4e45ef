package io.tenure.sanlock;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.tenure.bindings.Errno;
import io.tenure.bindings.internal.FixedString;
import io.tenure.bindings.internal.ForeignMemory;
import io.tenure.bindings.sanlock.LibSanlock;
import io.tenure.bindings.sanlock.SanlockConstants;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A connection to the daemon that holds leases: they are released when it is closed, or when this
 * process dies. When the daemon dies they are lost, and hang-up of the connection is the only sign
 * of it.
 *
 * <p>A process may have many; each is a holder of its own, and a resource held by one is refused to
 * the others. sanlock knows them all by the process id: when it must end a lease it kills the
 * process.
 *
 * <p>Threads: calls on one registration wait for each other. {@link #isHungUp} and {@link #close}
 * do not wait: close ends a call in progress, which then fails. No call has a time limit of its
 * own, see {@link Sanlock}; the times given hold while the daemon runs and storage answers.
 */
public final class Registration implements AutoCloseable {
    private final LibSanlock library;
    private final RegisteredSocket socket;
    private final Lock calls = new ReentrantLock();
    private boolean noMoreCommands; // guarded by calls

    Registration(LibSanlock library, int descriptor) {
        this.library = library;
        this.socket = new RegisteredSocket(descriptor);
    }

    /**
     * Acquires leases, all or none. Never waits for an owner to die: at most {@link
     * SanlockTimeouts#acquireSeconds}, usually milliseconds. Two callers that each want several
     * resources should name them in one order.
     *
     * @param claims the resources, 1 to 8 of them, and how each is wanted
     * @param ownerName a name for people, shown by the daemon's status; at most 48 bytes, may be
     *     empty
     * @throws SanlockException if they could not be acquired; see its predicates. With a code that
     *     tells of storage trouble, the lease may have been taken on storage; the daemon then takes
     *     that back
     * @throws IllegalArgumentException if there are none or more than 8
     */
    public void acquire(List<LeaseClaim> claims, String ownerName) throws SanlockException {
        if (claims.isEmpty() || claims.size() > SanlockConstants.SANLK_MAX_RESOURCES) {
            throw new IllegalArgumentException(
                    "one acquire takes 1 to "
                            + SanlockConstants.SANLK_MAX_RESOURCES
                            + " resources, not "
                            + claims.size());
        }
        AreaGeometry.checkLength("the owner name", ownerName, 0);
        String what =
                claims.size() == 1
                        ? claims.get(0).resource().toString()
                        : claims.stream().map(LeaseClaim::resource).toList().toString();
        call(
                SanlockOperation.ACQUIRE,
                what,
                (arena, descriptor) ->
                        library.resource()
                                .sanlock_acquire(
                                        descriptor,
                                        -1,
                                        SanlockConstants.SANLK_ACQUIRE_OWNER_NOWAIT,
                                        claims.size(),
                                        Structs.pointers(
                                                arena,
                                                claims.stream()
                                                        .map(claim -> Structs.claim(arena, claim))
                                                        .toList()),
                                        Structs.options(arena, ownerName)));
    }

    /**
     * Releases leases, in groups of 8, the most that the daemon survives. Each is tried, whatever
     * happens to the others. Milliseconds.
     *
     * @param resources which
     * @throws SanlockException the first failure, with the others suppressed. With a code that
     *     tells of storage trouble, the lease may have been released all the same
     */
    public void release(List<Resource> resources) throws SanlockException {
        @Nullable SanlockException failure = null;
        for (int from = 0; from < resources.size(); ) {
            int to = Math.min(from + SanlockConstants.SANLK_MAX_RESOURCES, resources.size());
            try {
                releaseGroup(resources.subList(from, to));
            } catch (SanlockException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
            from = to;
        }
        if (failure != null) {
            throw failure;
        }
    }

    /**
     * What the daemon remembers that this registration holds. Reads no storage. Microseconds.
     *
     * @return the leases, each with its version
     * @throws SanlockException if the daemon is gone
     */
    public List<HeldLease> inquire() throws SanlockException {
        List<HeldLease> held = new ArrayList<>();
        call(
                SanlockOperation.INQUIRE,
                "what this connection holds",
                (arena, descriptor) -> {
                    MemorySegment count = arena.allocate(JAVA_INT);
                    MemorySegment state = arena.allocate(ADDRESS);
                    int rv = library.resource().sanlock_inquire(descriptor, -1, 0, count, state);
                    MemorySegment text = state.get(ADDRESS, 0);
                    try {
                        if (rv >= 0 && text.address() != 0) {
                            long maxBytes =
                                    count.get(JAVA_INT, 0)
                                                    * (SanlockConstants.SANLK_MAX_RES_STR + 1L)
                                            + 1;
                            held.addAll(
                                    HeldLeaseParser.parse(ForeignMemory.string(text, maxBytes)));
                        }
                    } finally {
                        ForeignMemory.free(text);
                    }
                    return rv;
                });
        return List.copyOf(held);
    }

    /**
     * Changes the mode of a lease that is held, without giving it up in between. To shared takes
     * less than a millisecond, to exclusive as long as {@link #acquire}.
     *
     * @param resource which
     * @param mode the mode wanted
     * @throws SanlockException if others hold it too (see {@link
     *     SanlockException#isHeldElsewhere}), or it is in that mode already
     */
    public void convert(Resource resource, LeaseMode mode) throws SanlockException {
        call(
                SanlockOperation.CONVERT,
                resource + " to " + mode,
                (arena, descriptor) ->
                        library.resource()
                                .sanlock_convert(
                                        descriptor,
                                        -1,
                                        SanlockConstants.SANLK_CONVERT_OWNER_NOWAIT,
                                        Structs.claim(arena, new LeaseClaim(resource, mode))));
    }

    /**
     * Restricts this registration for good. Microseconds. After {@link Restriction#ALL} all other
     * calls but {@link #isHungUp} and {@link #close} throw {@link IllegalStateException}: the
     * daemon would not even answer them.
     *
     * @param restrictions in what
     * @throws SanlockException if the daemon is gone
     */
    public void restrict(Set<Restriction> restrictions) throws SanlockException {
        int flags = restrictions.stream().mapToInt(Restriction::flag).reduce(0, (a, b) -> a | b);
        calls.lock();
        try {
            call(
                    SanlockOperation.RESTRICT,
                    "this connection to " + restrictions,
                    (arena, descriptor) -> library.resource().sanlock_restrict(descriptor, flags));
            noMoreCommands |= restrictions.contains(Restriction.ALL);
        } finally {
            calls.unlock();
        }
    }

    /**
     * Sets the program that the daemon runs, as its own user, where it would send SIGTERM to this
     * process: when the lockspace fails, and for a graceful request. Microseconds.
     *
     * @param program its path, at most 126 bytes
     * @param arguments its arguments, without spaces, which would split them; with the spaces
     *     between them at most 126 bytes
     * @throws SanlockException if the daemon is gone
     * @throws IllegalArgumentException if they are too long: the library would cut them off
     */
    public void killPath(String program, List<String> arguments) throws SanlockException {
        for (String argument : arguments) {
            if (argument.isEmpty() || argument.indexOf(' ') >= 0) {
                throw new IllegalArgumentException(
                        "an argument must not be empty or contain a space: \"" + argument + '"');
            }
        }
        String joined = String.join(" ", arguments);
        checkHelper("the kill program's path", program, SanlockConstants.SANLK_HELPER_PATH_LEN);
        checkHelper("the kill program's arguments", joined, SanlockConstants.SANLK_HELPER_ARGS_LEN);
        call(
                SanlockOperation.KILL_PATH,
                program,
                (arena, descriptor) ->
                        library.resource()
                                .sanlock_killpath(
                                        descriptor,
                                        0,
                                        Structs.string(arena, program),
                                        Structs.string(arena, joined)));
    }

    /**
     * Whether the daemon hung up: then the leases are lost, and others may have them within a
     * second. True also once this registration is closed. Microseconds; never waits.
     *
     * @return true if no lease is held through it
     */
    public boolean isHungUp() {
        return socket.isHungUp();
    }

    /**
     * The file descriptor, for poll(2) with no events asked for, which reports POLLHUP. Answers to
     * calls make it readable, so POLLIN says nothing. Its number may be reused by anything once
     * this is closed.
     *
     * @return the descriptor
     * @throws IllegalStateException if it is closed
     */
    public int descriptor() {
        return socket.descriptor();
    }

    /**
     * Closes the connection; the daemon then releases its leases, within milliseconds. A call in
     * progress fails. Closing twice does nothing.
     */
    @Override
    public void close() {
        socket.shutDown();
        calls.lock();
        try {
            socket.close();
        } finally {
            calls.unlock();
        }
    }

    private void releaseGroup(List<Resource> group) throws SanlockException {
        call(
                SanlockOperation.RELEASE,
                group.size() == 1 ? group.get(0).toString() : group.toString(),
                (arena, descriptor) ->
                        library.resource()
                                .sanlock_release(
                                        descriptor,
                                        -1,
                                        0,
                                        group.size(),
                                        Structs.pointers(
                                                arena,
                                                group.stream()
                                                        .map(each -> Structs.resource(arena, each))
                                                        .toList())));
    }

    /** Replies carry no id, so one call at a time. */
    private void call(SanlockOperation operation, String what, NativeCall call)
            throws SanlockException {
        calls.lock();
        try (Arena arena = Arena.ofConfined()) {
            if (noMoreCommands) {
                throw new IllegalStateException(
                        "restricted to no further commands: cannot "
                                + operation.verb()
                                + " "
                                + what);
            }
            int rv = call.run(arena, socket.descriptor());
            if (rv < 0) {
                boolean connected = rv != -Errno.EPIPE && rv != -Errno.ECONNRESET && !isHungUp();
                throw new SanlockException(operation, what, rv, connected);
            }
        } finally {
            calls.unlock();
        }
    }

    private static void checkHelper(String what, String text, int lengthWithNul) {
        int bytes = FixedString.encode(text).length;
        if (bytes > lengthWithNul - 2) { // the library's own copy loses one more
            throw new IllegalArgumentException(
                    what
                            + " has "
                            + bytes
                            + " bytes, sanlock takes at most "
                            + (lengthWithNul - 2)
                            + ": "
                            + text);
        }
    }

    /** A function of the library on this connection. */
    private interface NativeCall {
        int run(Arena arena, int descriptor);
    }
}
