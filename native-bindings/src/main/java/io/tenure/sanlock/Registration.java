package io.tenure.sanlock;

import io.tenure.bindings.sanlock.SanlockConstants;
import java.time.Duration;
import java.util.List;
import java.util.Set;

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
 * do not wait: close ends a call in progress, which then fails.
 *
 * <p>Time: the times given for each call hold while the daemon runs, storage answers, and no other
 * program keeps the daemon's workers. No call takes longer than {@link #limitAnswers the limit} for
 * an answer. One that was not answered within it leaves the registration useless (see {@link
 * SanlockException#isUnanswered}), since the late answer would be taken for that of the next call:
 * every later call fails at once. <b>The leases are then still held</b>, and {@link #isHungUp}
 * still tells when they are lost; only closing gives them up.
 */
public final class Registration implements AutoCloseable {
    /** What a call waits at most where nothing else is said: for an io_timeout of 10 seconds. */
    static final Duration DEFAULT_LIMIT = answerLimit(SanlockTimeouts.DEFAULT_IO_TIMEOUT_SECONDS);

    private final RegisteredCalls calls;
    private final Orphans orphans;
    private final LockValues lockValues;

    Registration(DaemonAccess daemon, int descriptor) {
        calls = new RegisteredCalls(daemon, descriptor, DEFAULT_LIMIT);
        orphans = new Orphans(calls);
        lockValues = new LockValues(calls, daemon);
    }

    /**
     * How long the daemon may take for a call on a registration while nothing is broken: as long as
     * all its workers wait, for another program, for a host that dies just now, and then as long as
     * our own acquire.
     *
     * @param ioTimeoutSeconds the largest io_timeout of the lockspaces that this host has joined
     * @return the limit that fits it
     */
    public static Duration answerLimit(int ioTimeoutSeconds) {
        return Duration.ofSeconds(SanlockTimeouts.registeredAnswerSeconds(ioTimeoutSeconds));
    }

    /**
     * Limits how long a call waits for its answer; without this, it is {@link #answerLimit} of an
     * io_timeout of {@link SanlockTimeouts#DEFAULT_IO_TIMEOUT_SECONDS}. Waits for a call in
     * progress.
     *
     * @param limit at least a millisecond
     * @throws IllegalArgumentException if it is less
     * @throws IllegalStateException if this is closed
     */
    public void limitAnswers(Duration limit) {
        if (limit.toMillis() < 1) {
            throw new IllegalArgumentException("a limit of " + limit);
        }
        calls.limit(limit);
    }

    /**
     * Acquires leases, all or none. Never waits for an owner to die: at most {@link
     * SanlockTimeouts#acquireSeconds} for each resource, usually milliseconds. Two callers that
     * each want several resources should name them in one order.
     *
     * @param claims the resources, 1 to 8 of them, and how each is wanted
     * @param ownerName a name for people, shown by the daemon's status; at most 47 bytes, may be
     *     empty
     * @throws SanlockException if they could not be acquired; see its predicates. With a code that
     *     tells of storage trouble, the lease may have been taken on storage; the daemon then takes
     *     that back
     * @throws IllegalArgumentException if there are none or more than 8
     */
    public void acquire(List<LeaseClaim> claims, String ownerName) throws SanlockException {
        LeaseArguments.check(claims, ownerName);
        calls.call(
                SanlockOperation.ACQUIRE,
                LeaseArguments.describe(LeaseArguments.resources(claims)),
                (arena, functions, descriptor) ->
                        functions.sanlock_acquire(
                                descriptor,
                                -1,
                                SanlockConstants.SANLK_ACQUIRE_OWNER_NOWAIT,
                                claims.size(),
                                LeaseArguments.claims(arena, claims),
                                Structs.options(arena, ownerName)));
    }

    /**
     * Releases leases, in groups of 8, the most that the daemon survives. Each is tried, whatever
     * happens to the others. Milliseconds; each at most {@link
     * SanlockTimeouts#storageAnswerSeconds}.
     *
     * @param resources which
     * @throws SanlockException the first failure, with the others suppressed. With a code that
     *     tells of storage trouble, the lease may have been released all the same
     */
    public void release(List<Resource> resources) throws SanlockException {
        LeaseArguments.release(resources, this::releaseGroup);
    }

    /**
     * Releases a lease and gives its resource another name, in one write. Milliseconds; at most
     * {@link SanlockTimeouts#storageAnswerSeconds}.
     *
     * @param resource what this registration holds exclusively
     * @param newName its name from now on; nobody who knows the old one can acquire it any more
     * @return the resource under its new name
     * @throws SanlockException if it is not held, or could not be written
     */
    public Resource releaseRenamed(Resource resource, String newName) throws SanlockException {
        Resource renamed =
                new Resource(
                        resource.lockspace(),
                        newName,
                        resource.path(),
                        resource.offsetBytes(),
                        resource.sectorBytes(),
                        resource.alignBytes());
        calls.call(
                SanlockOperation.RENAME,
                resource + " to \"" + newName + '"',
                (arena, functions, descriptor) ->
                        functions.sanlock_release(
                                descriptor,
                                -1,
                                SanlockConstants.SANLK_REL_RENAME,
                                2,
                                LeaseArguments.resources(arena, List.of(resource, renamed))));
        return renamed;
    }

    /**
     * What the daemon remembers that this registration holds. Reads no storage. Microseconds.
     *
     * @return the leases, each with its version
     * @throws SanlockException if the daemon is gone
     */
    public List<HeldLease> inquire() throws SanlockException {
        return calls.inquire();
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
        calls.call(
                SanlockOperation.CONVERT,
                resource + " to " + mode,
                (arena, functions, descriptor) ->
                        functions.sanlock_convert(
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
        calls.restrict(
                "this connection to " + restrictions,
                flags,
                restrictions.contains(Restriction.ALL));
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
        killPath(0, KillProgram.of(program, arguments));
    }

    /**
     * As {@link #killPath}, with the number of this process as one more argument, at the end, when
     * the lockspace fails; a graceful request runs it without. It is not counted in the 126 bytes.
     *
     * @param program its path, at most 126 bytes
     * @param arguments those that come before
     * @throws SanlockException if the daemon is gone
     * @throws IllegalArgumentException if they are too long: the library would cut them off
     */
    public void killPathWithProcessId(String program, List<String> arguments)
            throws SanlockException {
        killPath(SanlockConstants.SANLK_KILLPATH_PID, KillProgram.of(program, arguments));
    }

    /**
     * Leases that a dead process of this host left behind.
     *
     * @return always the same
     */
    public Orphans orphans() {
        return orphans;
    }

    /**
     * Lock value blocks of leases.
     *
     * @return always the same
     */
    public LockValues lockValues() {
        return lockValues;
    }

    /**
     * Whether the daemon hung up: then the leases are lost, and others may have them within a
     * second. True also once this registration is closed. Microseconds; never waits.
     *
     * @return true if no lease is held through it
     */
    public boolean isHungUp() {
        return calls.socket().isHungUp();
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
        return calls.socket().descriptor();
    }

    /**
     * Closes the connection; the daemon then releases its leases, within milliseconds, but for
     * persistent ones, which become orphans. A call in progress fails. Closing twice does nothing.
     */
    @Override
    public void close() {
        calls.close();
    }

    private void releaseGroup(List<Resource> group) throws SanlockException {
        calls.call(
                SanlockOperation.RELEASE,
                LeaseArguments.describe(group),
                (arena, functions, descriptor) ->
                        functions.sanlock_release(
                                descriptor,
                                -1,
                                0,
                                group.size(),
                                LeaseArguments.resources(arena, group)));
    }

    private void killPath(int flags, KillProgram program) throws SanlockException {
        calls.call(
                SanlockOperation.KILL_PATH,
                program.path(),
                (arena, functions, descriptor) ->
                        functions.sanlock_killpath(
                                descriptor,
                                flags,
                                Structs.string(arena, program.path()),
                                Structs.string(arena, program.arguments())));
    }
}
