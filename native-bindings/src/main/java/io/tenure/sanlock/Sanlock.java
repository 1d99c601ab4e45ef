package io.tenure.sanlock;

import io.tenure.bindings.sanlock.LibSanlock;
import io.tenure.bindings.sanlock.SanlockConstants;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A sanlock daemon, and what can be asked of it without holding leases.
 *
 * <p>Opening neither loads the library nor connects: the first call does, and throws {@link
 * io.tenure.bindings.NativeUnavailableException} where the library is missing. Each call makes a
 * connection of its own, so any number of threads may call at once. Calls that touch storage use
 * one of the daemon's eight workers, and wait for a free one. No call has a time limit of its own
 * and interrupting the thread does not end it; the times given below hold while the daemon runs and
 * storage answers. A virtual thread is pinned for the time of a call.
 */
public final class Sanlock implements AutoCloseable {
    private final @Nullable Path runDirectory;
    private @Nullable AdminCalls calls;
    private boolean closed;

    private Sanlock(@Nullable Path runDirectory) {
        this.runDirectory = runDirectory;
    }

    /**
     * The daemon of this host: that of the run folder {@code /run/sanlock}, or of {@code
     * SANLOCK_RUN_DIR} in the environment that the JVM started with.
     *
     * @return the daemon, whether it runs or not
     */
    public static Sanlock open() {
        return new Sanlock(null);
    }

    /**
     * The daemon of a given run folder. It gets a copy of the library of its own, since each copy
     * stays with the daemon that it first spoke to; the first use sets {@code SANLOCK_RUN_DIR} in
     * this process for a moment. Meant for tests, where one JVM plays several hosts.
     *
     * @param runDirectory where the daemon has its socket
     * @return the daemon, whether it runs or not
     */
    public static Sanlock open(Path runDirectory) {
        return new Sanlock(runDirectory);
    }

    /**
     * Asks the daemon for its version: the cheapest way to learn that it answers. Microseconds.
     *
     * @return the version
     * @throws SanlockException if the daemon does not run
     */
    public SanlockVersion version() throws SanlockException {
        return calls().version();
    }

    /**
     * Opens a connection that can hold leases. Microseconds.
     *
     * @return the connection, to be closed
     * @throws SanlockException if the daemon does not run
     */
    public Registration register() throws SanlockException {
        AdminCalls calls = calls();
        return new Registration(calls.library(), calls.register());
    }

    /**
     * Formats a lockspace: all its host ids become free, whoever holds them. One write of the whole
     * area; milliseconds.
     *
     * @param lockspace name and place; the host id is not used
     * @param ioTimeoutSeconds the io_timeout that hosts find at their first join
     * @throws SanlockException if it could not be written
     */
    public void writeLockspace(Lockspace lockspace, int ioTimeoutSeconds) throws SanlockException {
        calls().writeLockspace(lockspace, ioTimeoutSeconds);
    }

    /**
     * Reads the record of the host id. One or two reads; milliseconds.
     *
     * @param lockspace name, place and host id
     * @return what the storage says
     * @throws SanlockException if it could not be read, or is not that lockspace
     */
    public LockspaceInfo readLockspace(Lockspace lockspace) throws SanlockException {
        return calls().readLockspace(lockspace);
    }

    /**
     * Joins a lockspace under its host id, and waits until that is done: {@link
     * SanlockTimeouts#joinSeconds} when the host id is free or was this host's, {@link
     * SanlockTimeouts#joinAfterOtherHostSeconds} when another host had it and did not leave.
     *
     * @param lockspace name, place and host id
     * @param ioTimeoutSeconds the io_timeout of this host in it
     * @throws SanlockException if it could not be joined
     */
    public void addLockspace(Lockspace lockspace, int ioTimeoutSeconds) throws SanlockException {
        calls().add(lockspace, 0, ioTimeoutSeconds);
    }

    /**
     * Begins to join a lockspace and returns at once; {@link #awaitLockspace} or {@link
     * #lockspaceState} tell how it went.
     *
     * @param lockspace name, place and host id
     * @param ioTimeoutSeconds the io_timeout of this host in it
     * @throws SanlockException if it could not even begin
     */
    public void addLockspaceAsync(Lockspace lockspace, int ioTimeoutSeconds)
            throws SanlockException {
        calls().add(lockspace, SanlockConstants.SANLK_ADD_ASYNC, ioTimeoutSeconds);
    }

    /**
     * Whether this host is in the lockspace under that host id. Microseconds.
     *
     * @param lockspace name, place and host id
     * @return the state
     * @throws SanlockException if the daemon does not run
     */
    public LockspaceState lockspaceState(Lockspace lockspace) throws SanlockException {
        return calls().inquire(lockspace, 0);
    }

    /**
     * Waits until the lockspace is on its way neither in nor out. As long as {@link #addLockspace}.
     *
     * @param lockspace name, place and host id
     * @return {@link LockspaceState#JOINED} or {@link LockspaceState#ABSENT}
     * @throws SanlockException if the daemon does not run
     */
    public LockspaceState awaitLockspace(Lockspace lockspace) throws SanlockException {
        return calls().inquire(lockspace, SanlockConstants.SANLK_INQ_WAIT);
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
     * JVM too, with SIGKILL. Takes {@link SanlockTimeouts#LEAVE_SECONDS} and the time that those
     * processes need to die; without end if somebody marked the lockspace as used
     * (sanlock_set_config).
     *
     * @param lockspace name, place and host id
     * @throws SanlockException if this host is not in it
     */
    public void removeLockspace(Lockspace lockspace) throws SanlockException {
        calls().remove(lockspace, 0);
    }

    /**
     * Leaves a lockspace in which no lease is held. Takes {@link SanlockTimeouts#LEAVE_SECONDS}.
     *
     * @param lockspace name, place and host id
     * @throws SanlockException if this host is not in it, or leases in it are held
     */
    public void removeUnusedLockspace(Lockspace lockspace) throws SanlockException {
        calls().remove(lockspace, SanlockConstants.SANLK_REM_UNUSED);
    }

    /**
     * The lockspaces that the daemon knows of. Microseconds.
     *
     * @return those joined and those on their way in or out
     * @throws SanlockException if the daemon does not run, or its answer did not fit
     */
    public List<LockspaceStatus> lockspaces() throws SanlockException {
        return calls().lockspaces();
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
        return calls().hosts(lockspaceName, 0);
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
        return calls().hosts(lockspaceName, hostId).stream()
                .filter(host -> host.hostId() == hostId && host.generation() != 0)
                .findFirst();
    }

    /**
     * Formats a resource: its lease is free and its version 0, <b>also when somebody holds it</b>.
     * Milliseconds.
     *
     * @param resource names and place
     * @throws SanlockException if it could not be written
     */
    public void writeResource(Resource resource) throws SanlockException {
        calls().write(resource, 0, SanlockOperation.WRITE_RESOURCE);
    }

    /**
     * Makes a resource's area read as no lease (code -223), also when somebody holds it.
     * Milliseconds.
     *
     * @param resource names and place
     * @throws SanlockException if it could not be written
     */
    public void clearResource(Resource resource) throws SanlockException {
        calls().write(
                        resource,
                        SanlockConstants.SANLK_WRITE_CLEAR,
                        SanlockOperation.CLEAR_RESOURCE);
    }

    /**
     * Reads a resource's leader record. Works without joining. Milliseconds.
     *
     * @param resource names and place
     * @return what the storage says
     * @throws SanlockException if it could not be read, or is not that resource
     */
    public ResourceInfo readResource(Resource resource) throws SanlockException {
        return calls().readResource(resource);
    }

    /**
     * Reads who holds a lease: the whole area, in one read. Works without joining. Milliseconds.
     *
     * @param resource names and place
     * @return nobody, one exclusive owner, or any number of shared ones; a dead host that did not
     *     release is still among them
     * @throws SanlockException if it could not be read, or is not that resource
     */
    public List<Owner> owners(Resource resource) throws SanlockException {
        return calls().owners(resource);
    }

    /**
     * Asks whoever holds a lease now to let go of it. Returns when that is written, in
     * milliseconds; it reaches the holder's process within {@link SanlockTimeouts#requestSeconds}.
     * Both hosts must be in the lockspace.
     *
     * @param resource names and place
     * @param mode how the holder is made to
     * @throws SanlockException if it could not be written
     */
    public void request(Resource resource, RequestMode mode) throws SanlockException {
        calls().request(resource, 0, SanlockConstants.SANLK_REQUEST_NEXT_LVER, mode);
    }

    /**
     * Asks one owner, and no later one, to let go of a lease. As {@link #request(Resource,
     * RequestMode)}, but does nothing to an owner who acquired it after this one.
     *
     * @param resource names and place
     * @param owner as read by {@link #owners}
     * @param mode how the holder is made to
     * @throws SanlockException if it could not be written, or the lease has moved on
     */
    public void request(Resource resource, Owner owner, RequestMode mode) throws SanlockException {
        calls().request(resource, owner.lver() + 1, 0, mode);
    }

    /**
     * Unloads the copy of the library that {@link #open(Path)} led to. Registrations made through
     * it can then only be closed. Closing twice does nothing.
     *
     * @throws IllegalStateException if another thread's call is in progress
     */
    @Override
    public synchronized void close() {
        AdminCalls loaded = calls;
        if (loaded != null && !closed) {
            loaded.library().close();
        }
        closed = true;
    }

    private synchronized AdminCalls calls() {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        AdminCalls loaded = calls;
        if (loaded == null) {
            loaded =
                    new AdminCalls(
                            runDirectory == null
                                    ? LibSanlock.system()
                                    : LibSanlock.copyFor(runDirectory));
            calls = loaded;
        }
        return loaded;
    }
}
