package io.tenure.sanlock;

import io.tenure.bindings.Errno;
import io.tenure.bindings.sanlock.SanlockConstants;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What can be asked of a daemon about lockspaces and the hosts in them. Part of {@link Sanlock},
 * whose rules about limits and threads hold for each call.
 */
public abstract sealed class Lockspaces permits Sanlock {
    private static final Duration LEAVE_LIMIT =
            Duration.ofSeconds(
                    SanlockTimeouts.leaveLimitSeconds(SanlockTimeouts.DEFAULT_IO_TIMEOUT_SECONDS));

    Lockspaces() {}

    /** The calls of the library. */
    abstract AdminCalls admin();

    /**
     * Formats a lockspace: all its host ids become free, whoever holds them. One write of the whole
     * area; milliseconds.
     *
     * @param lockspace name and place; the host id is not used
     * @param ioTimeoutSeconds the io_timeout that hosts find at their first join
     * @throws SanlockException if it could not be written
     */
    public void writeLockspace(Lockspace lockspace, int ioTimeoutSeconds) throws SanlockException {
        admin().writeLockspace(lockspace, ioTimeoutSeconds);
    }

    /**
     * Reads the record of the host id. One or two reads; milliseconds.
     *
     * @param lockspace name, place and host id
     * @return what the storage says
     * @throws SanlockException if it could not be read, or is not that lockspace
     */
    public LockspaceInfo readLockspace(Lockspace lockspace) throws SanlockException {
        return admin().readLockspace(lockspace);
    }

    /**
     * Joins a lockspace under its host id, and waits until that is done: {@link
     * SanlockTimeouts#joinSeconds} when the host id is free or was this host's, {@link
     * SanlockTimeouts#joinAfterOtherHostSeconds} when another host had it and did not leave. Gives
     * up after {@link SanlockTimeouts#joinLimitSeconds} of the larger of the given io_timeout and
     * that on storage; the daemon goes on.
     *
     * @param lockspace name, place and host id
     * @param ioTimeoutSeconds the io_timeout of this host in it
     * @throws SanlockException if it could not be joined, was not in time, or the thread was
     *     interrupted
     */
    public void addLockspace(Lockspace lockspace, int ioTimeoutSeconds) throws SanlockException {
        AreaGeometry.checkIoTimeout(ioTimeoutSeconds);
        addLockspace(lockspace, ioTimeoutSeconds, joinLimit(lockspace, ioTimeoutSeconds));
    }

    /**
     * Joins a lockspace under its host id, and waits for at most so long; the daemon then goes on,
     * and {@link #awaitLockspace} or {@link #lockspaceState} tell how it went.
     *
     * @param lockspace name, place and host id
     * @param ioTimeoutSeconds the io_timeout of this host in it
     * @param limit how long to wait
     * @throws SanlockException if it could not be joined, was not in time (see {@link
     *     SanlockException#isUnanswered}), or the thread was interrupted
     */
    public void addLockspace(Lockspace lockspace, int ioTimeoutSeconds, Duration limit)
            throws SanlockException {
        AreaGeometry.checkIoTimeout(ioTimeoutSeconds);
        admin().add(lockspace, ioTimeoutSeconds, limit);
    }

    /**
     * Begins to join a lockspace and returns at once; {@link #awaitLockspace} or {@link
     * #lockspaceState} tell how it went, but not why it failed. When two are on their way in or out
     * already, it waits for one of them, at most {@link SanlockTimeouts#workerWaitSeconds}.
     *
     * @param lockspace name, place and host id
     * @param ioTimeoutSeconds the io_timeout of this host in it
     * @throws SanlockException if it could not even begin
     */
    public void addLockspaceAsync(Lockspace lockspace, int ioTimeoutSeconds)
            throws SanlockException {
        AreaGeometry.checkIoTimeout(ioTimeoutSeconds);
        admin().addAsync(lockspace, ioTimeoutSeconds);
    }

    /**
     * Whether this host is in the lockspace under that host id. Microseconds; limit {@link
     * SanlockTimeouts#storageAnswerSeconds}, as it takes a worker.
     *
     * @param lockspace name, place and host id
     * @return the state
     * @throws SanlockException if the daemon does not run
     */
    public LockspaceState lockspaceState(Lockspace lockspace) throws SanlockException {
        return admin().inquire(lockspace);
    }

    /**
     * Waits until the lockspace is on its way neither in nor out, as long as {@link #addLockspace}.
     * Asks again and again, as sanlock's own wait would keep a worker.
     *
     * @param lockspace name, place and host id
     * @return {@link LockspaceState#JOINED} or {@link LockspaceState#ABSENT}
     * @throws SanlockException if the daemon does not run, the time was over, or the thread was
     *     interrupted
     */
    public LockspaceState awaitLockspace(Lockspace lockspace) throws SanlockException {
        LockspaceState state =
                awaitLockspace(
                        lockspace,
                        joinLimit(lockspace, SanlockTimeouts.DEFAULT_IO_TIMEOUT_SECONDS));
        if (state == LockspaceState.CHANGING) {
            boolean interrupted = Thread.currentThread().isInterrupted();
            throw new SanlockException(
                    SanlockOperation.INQUIRE_LOCKSPACE,
                    lockspace.toString(),
                    interrupted ? -Errno.EINTR : -Errno.ETIMEDOUT,
                    true);
        }
        return state;
    }

    /**
     * Waits until the lockspace is on its way neither in nor out, but no longer than given.
     *
     * @param lockspace name, place and host id
     * @param limit how long to wait
     * @return the state then; {@link LockspaceState#CHANGING} if the time was over or the thread
     *     interrupted, which it then still is
     * @throws SanlockException if the daemon does not run
     */
    public LockspaceState awaitLockspace(Lockspace lockspace, Duration limit)
            throws SanlockException {
        Polling polling = Polling.within(limit);
        LockspaceState state = lockspaceState(lockspace);
        while (state == LockspaceState.CHANGING && polling.pause()) {
            state = lockspaceState(lockspace);
        }
        return state;
    }

    /**
     * Whether this host is in the lockspace under that host id, and not on its way in or out.
     * Microseconds.
     *
     * @param lockspace name, place and host id
     * @return true if leases in it can be acquired
     * @throws SanlockException if the daemon does not run
     */
    public boolean isJoined(Lockspace lockspace) throws SanlockException {
        return lockspaceState(lockspace) == LockspaceState.JOINED;
    }

    /**
     * Leaves a lockspace, <b>killing every process on this host that holds a lease in it</b>, this
     * JVM too, with SIGKILL. What they held stays held on storage, but the host id is free, so that
     * others can take it at once. Takes {@link SanlockTimeouts#LEAVE_SECONDS} and the time that
     * those processes need to die, at most {@link SanlockTimeouts#leaveLimitSeconds} of the
     * daemon's default io_timeout; the daemon then goes on.
     *
     * <p>The daemon does not end while the lockspace is marked as used (see {@link #configure}): if
     * this process did that, it is refused here. If another did, the time runs out, and the
     * lockspace is left as soon as somebody takes the mark away.
     *
     * @param lockspace name, place and host id
     * @throws SanlockException if this host is not in it, it is marked as used, or it was not left
     *     in time
     */
    public void removeLockspace(Lockspace lockspace) throws SanlockException {
        removeLockspace(lockspace, LEAVE_LIMIT);
    }

    /**
     * Leaves a lockspace as {@link #removeLockspace(Lockspace)} does, waiting for at most so long.
     *
     * @param lockspace name, place and host id
     * @param limit how long to wait
     * @throws SanlockException if this host is not in it, it is marked as used, or it was not left
     *     in time
     */
    public void removeLockspace(Lockspace lockspace, Duration limit) throws SanlockException {
        admin().remove(lockspace, 0, limit);
    }

    /**
     * Begins to leave a lockspace as {@link #removeLockspace(Lockspace)} does, <b>killing lease
     * holders</b>, and returns at once; {@link #awaitLockspace} tells when it is left. For other
     * processes it stays joined for a second, or until the lease holders are dead.
     *
     * @param lockspace name, place and host id
     * @throws SanlockException if this host is not in it, or it is marked as used
     */
    public void removeLockspaceAsync(Lockspace lockspace) throws SanlockException {
        admin().removeAsync(lockspace, 0);
    }

    /**
     * Leaves a lockspace in which no lease is held. Takes {@link SanlockTimeouts#LEAVE_SECONDS}, at
     * most {@link SanlockTimeouts#leaveLimitSeconds} of the daemon's default io_timeout. A mark as
     * used prevents it as for {@link #removeLockspace(Lockspace)}.
     *
     * @param lockspace name, place and host id
     * @throws SanlockException if this host is not in it, leases in it are held, it is marked as
     *     used, or it was not left in time
     */
    public void removeUnusedLockspace(Lockspace lockspace) throws SanlockException {
        admin().remove(lockspace, SanlockConstants.SANLK_REM_UNUSED, LEAVE_LIMIT);
    }

    /**
     * Sets what keeps a lockspace from being left, besides leases. Microseconds. <b>Marked as used,
     * removing it blocks for ever in the daemon</b>, which does not look at the mark before it
     * begins; so {@link #removeLockspace(Lockspace)} refuses as long as this process has not taken
     * its mark away.
     *
     * @param lockspaceName a lockspace that this host has joined
     * @param use what to set or take away
     * @throws SanlockException if this host is not in it
     */
    public void configure(String lockspaceName, LockspaceUse use) throws SanlockException {
        admin().configure(lockspaceName, use);
    }

    /**
     * The lockspaces that the daemon knows of. Microseconds.
     *
     * @return those joined and those on their way in or out
     * @throws SanlockException if the daemon does not run, or its answer did not fit
     */
    public List<LockspaceStatus> lockspaces() throws SanlockException {
        return admin().lockspaces();
    }

    /**
     * The hosts in a lockspace that this host has joined. Microseconds; the answer is as old as
     * this host's last renewal. For up to a second after the join there is none.
     *
     * @param lockspaceName the lockspace
     * @return one for each host id that is held, or was not left cleanly; those that are free are
     *     told by {@link #host} only
     * @throws SanlockException if this host is not in it, or has not looked yet (code -EAGAIN)
     */
    public List<HostStatus> hosts(String lockspaceName) throws SanlockException {
        return admin().hosts(lockspaceName, 0);
    }

    /**
     * One host of a lockspace that this host has joined, as {@link #hosts}, but also when its host
     * id is free.
     *
     * @param lockspaceName the lockspace
     * @param hostId its host id
     * @return what is known of it; empty if that host id was never held
     * @throws SanlockException if this host is not in it, or has not looked yet (code -EAGAIN)
     */
    public Optional<HostStatus> host(String lockspaceName, long hostId) throws SanlockException {
        if (hostId < 1) {
            throw new IllegalArgumentException("the host id must be at least 1, not " + hostId);
        }
        return admin().hosts(lockspaceName, hostId).stream()
                .filter(host -> host.hostId() == hostId && host.generation() != 0)
                .findFirst();
    }

    /** The join's own time depends on what is on storage; if that is unreadable, it fails soon. */
    private Duration joinLimit(Lockspace lockspace, int ioTimeoutSeconds) throws SanlockException {
        int largest = ioTimeoutSeconds;
        try {
            largest = Math.max(largest, admin().readLockspace(lockspace).ioTimeoutSeconds());
        } catch (SanlockException e) {
            if (e.isDaemonGone() || e.isUnanswered()) {
                throw e;
            }
        }
        return Duration.ofSeconds(SanlockTimeouts.joinLimitSeconds(largest));
    }
}
