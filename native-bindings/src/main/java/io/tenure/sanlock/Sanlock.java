package io.tenure.sanlock;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.tenure.bindings.Errno;
import io.tenure.bindings.internal.ForeignMemory;
import io.tenure.bindings.sanlock.LibSanlock;
import io.tenure.bindings.sanlock.SanlkHost;
import io.tenure.bindings.sanlock.SanlkLockspace;
import io.tenure.bindings.sanlock.SanlkResource;
import io.tenure.bindings.sanlock.SanlockConstants;
import io.tenure.bindings.sanlock.SanlockReturn;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
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
    private @Nullable LibSanlock library;
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
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment version = arena.allocate(JAVA_INT);
            MemorySegment protocol = arena.allocate(JAVA_INT);
            check(
                    library().sanlock_version(0, version, protocol),
                    SanlockOperation.VERSION,
                    "of the daemon");
            return SanlockVersion.of(version.get(JAVA_INT, 0), protocol.get(JAVA_INT, 0));
        }
    }

    /**
     * Opens a connection that can hold leases. Microseconds.
     *
     * @return the connection, to be closed
     * @throws SanlockException if the daemon does not run
     */
    public Registration register() throws SanlockException {
        LibSanlock lib = library();
        int descriptor =
                check(lib.sanlock_register(), SanlockOperation.REGISTER, "with the daemon");
        return new Registration(lib, descriptor);
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
        AreaGeometry.checkIoTimeout(ioTimeoutSeconds);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = Structs.lockspace(arena, lockspace);
            check(
                    library().sanlock_write_lockspace(struct, 0, 0, ioTimeoutSeconds),
                    SanlockOperation.WRITE_LOCKSPACE,
                    lockspace.toString());
        }
    }

    /**
     * Reads the record of the host id. One or two reads; milliseconds.
     *
     * @param lockspace name, place and host id
     * @return what the storage says
     * @throws SanlockException if it could not be read, or is not that lockspace
     */
    public LockspaceInfo readLockspace(Lockspace lockspace) throws SanlockException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = Structs.lockspace(arena, lockspace);
            MemorySegment ioTimeout = arena.allocate(JAVA_INT);
            check(
                    library().sanlock_read_lockspace(struct, 0, ioTimeout),
                    SanlockOperation.READ_LOCKSPACE,
                    lockspace.toString());
            int flags = SanlkLockspace.flags(struct);
            return new LockspaceInfo(
                    SanlkLockspace.name(struct),
                    ioTimeout.get(JAVA_INT, 0),
                    AreaGeometry.sectorBytes(flags),
                    AreaGeometry.alignBytes(flags));
        }
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
        add(lockspace, 0, ioTimeoutSeconds);
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
        add(lockspace, SanlockConstants.SANLK_ADD_ASYNC, ioTimeoutSeconds);
    }

    /**
     * Whether this host is in the lockspace under that host id. Microseconds.
     *
     * @param lockspace name, place and host id
     * @return the state
     * @throws SanlockException if the daemon does not run
     */
    public LockspaceState lockspaceState(Lockspace lockspace) throws SanlockException {
        return inquire(lockspace, 0);
    }

    /**
     * Waits until the lockspace is on its way neither in nor out. As long as {@link #addLockspace}.
     *
     * @param lockspace name, place and host id
     * @return {@link LockspaceState#JOINED} or {@link LockspaceState#ABSENT}
     * @throws SanlockException if the daemon does not run
     */
    public LockspaceState awaitLockspace(Lockspace lockspace) throws SanlockException {
        return inquire(lockspace, SanlockConstants.SANLK_INQ_WAIT);
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
        remove(lockspace, 0);
    }

    /**
     * Leaves a lockspace in which no lease is held. Takes {@link SanlockTimeouts#LEAVE_SECONDS}.
     *
     * @param lockspace name, place and host id
     * @throws SanlockException if this host is not in it, or leases in it are held
     */
    public void removeUnusedLockspace(Lockspace lockspace) throws SanlockException {
        remove(lockspace, SanlockConstants.SANLK_REM_UNUSED);
    }

    /**
     * The lockspaces that the daemon knows of. Microseconds.
     *
     * @return those joined and those on their way in or out
     * @throws SanlockException if the daemon does not run, or its answer did not fit
     */
    public List<LockspaceStatus> lockspaces() throws SanlockException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment array = arena.allocate(ADDRESS);
            MemorySegment count = arena.allocate(JAVA_INT);
            int rv = library().sanlock_get_lockspaces(array, count, 0);
            MemorySegment pointer = array.get(ADDRESS, 0);
            try {
                check(rv, SanlockOperation.LIST_LOCKSPACES, "the lockspaces");
                return Structs.list(
                        pointer,
                        count.get(JAVA_INT, 0),
                        SanlkLockspace.LAYOUT,
                        Structs::lockspaceStatus);
            } finally {
                ForeignMemory.free(pointer);
            }
        }
    }

    /**
     * The hosts that were ever seen in a lockspace that this host has joined. Microseconds; the
     * answer is as old as this host's last renewal. For up to a second after the join there is
     * none.
     *
     * @param lockspaceName the lockspace
     * @return one for each host id that was ever held
     * @throws SanlockException if this host is not in it, or has not looked yet (code -EAGAIN)
     */
    public List<HostStatus> hosts(String lockspaceName) throws SanlockException {
        AreaGeometry.checkName("the lockspace name", lockspaceName);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment array = arena.allocate(ADDRESS);
            MemorySegment count = arena.allocate(JAVA_INT);
            int rv =
                    library()
                            .sanlock_get_hosts(
                                    Structs.string(arena, lockspaceName), 0, array, count, 0);
            MemorySegment pointer = array.get(ADDRESS, 0);
            try {
                check(rv, SanlockOperation.LIST_HOSTS, "lockspace \"" + lockspaceName + '"');
                return Structs.list(
                        pointer, count.get(JAVA_INT, 0), SanlkHost.LAYOUT, Structs::hostStatus);
            } finally {
                ForeignMemory.free(pointer);
            }
        }
    }

    /**
     * Formats a resource: its lease is free and its version 0, <b>also when somebody holds it</b>.
     * Milliseconds.
     *
     * @param resource names and place
     * @throws SanlockException if it could not be written
     */
    public void writeResource(Resource resource) throws SanlockException {
        write(resource, 0, SanlockOperation.WRITE_RESOURCE);
    }

    /**
     * Makes a resource's area read as no lease (code -223), also when somebody holds it.
     * Milliseconds.
     *
     * @param resource names and place
     * @throws SanlockException if it could not be written
     */
    public void clearResource(Resource resource) throws SanlockException {
        write(resource, SanlockConstants.SANLK_WRITE_CLEAR, SanlockOperation.CLEAR_RESOURCE);
    }

    /**
     * Reads a resource's leader record. Works without joining. Milliseconds.
     *
     * @param resource names and place
     * @return what the storage says
     * @throws SanlockException if it could not be read, or is not that resource
     */
    public ResourceInfo readResource(Resource resource) throws SanlockException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = Structs.resource(arena, resource);
            check(
                    library().sanlock_read_resource(struct, 0),
                    SanlockOperation.READ_RESOURCE,
                    resource.toString());
            int flags = SanlkResource.flags(struct);
            return new ResourceInfo(
                    SanlkResource.lockspace_name(struct),
                    SanlkResource.name(struct),
                    SanlkResource.lver(struct),
                    AreaGeometry.sectorBytes(flags),
                    AreaGeometry.alignBytes(flags));
        }
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
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = Structs.resource(arena, resource);
            MemorySegment array = arena.allocate(ADDRESS);
            MemorySegment count = arena.allocate(JAVA_INT);
            int rv = library().sanlock_read_resource_owners(struct, 0, array, count);
            MemorySegment pointer = array.get(ADDRESS, 0);
            try {
                check(rv, SanlockOperation.READ_OWNERS, resource.toString());
                LeaseMode mode = Structs.mode(struct);
                long lver = SanlkResource.lver(struct);
                return Structs.list(
                        pointer,
                        count.get(JAVA_INT, 0),
                        SanlkHost.LAYOUT,
                        host -> Structs.owner(host, mode, lver));
            } finally {
                ForeignMemory.free(pointer);
            }
        }
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
        request(resource, 0, SanlockConstants.SANLK_REQUEST_NEXT_LVER, mode);
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
        request(resource, owner.lver() + 1, 0, mode);
    }

    /**
     * Unloads the copy of the library that {@link #open(Path)} led to. Registrations made through
     * it can then only be closed. Closing twice does nothing.
     *
     * @throws IllegalStateException if another thread's call is in progress
     */
    @Override
    public synchronized void close() {
        LibSanlock loaded = library;
        if (loaded != null && !closed) {
            loaded.close();
        }
        closed = true;
    }

    private synchronized LibSanlock library() {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        LibSanlock loaded = library;
        if (loaded == null) {
            loaded = runDirectory == null ? LibSanlock.system() : LibSanlock.copyFor(runDirectory);
            library = loaded;
        }
        return loaded;
    }

    private void add(Lockspace lockspace, int flags, int ioTimeoutSeconds) throws SanlockException {
        AreaGeometry.checkIoTimeout(ioTimeoutSeconds);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = Structs.lockspace(arena, lockspace);
            check(
                    library().sanlock_add_lockspace_timeout(struct, flags, ioTimeoutSeconds),
                    SanlockOperation.ADD_LOCKSPACE,
                    lockspace.toString());
        }
    }

    private LockspaceState inquire(Lockspace lockspace, int flags) throws SanlockException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = Structs.lockspace(arena, lockspace);
            int rv = library().sanlock_inq_lockspace(struct, flags);
            if (rv == -Errno.EINPROGRESS) {
                return LockspaceState.CHANGING;
            }
            if (rv == -Errno.ENOENT && answers()) {
                return LockspaceState.ABSENT;
            }
            check(rv, SanlockOperation.INQUIRE_LOCKSPACE, lockspace.toString());
            return LockspaceState.JOINED;
        }
    }

    private void remove(Lockspace lockspace, int flags) throws SanlockException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = Structs.lockspace(arena, lockspace);
            check(
                    library().sanlock_rem_lockspace(struct, flags),
                    SanlockOperation.REMOVE_LOCKSPACE,
                    lockspace.toString());
        }
    }

    private void write(Resource resource, int flags, SanlockOperation operation)
            throws SanlockException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = Structs.resource(arena, resource);
            check(
                    library().sanlock_write_resource(struct, 0, 0, flags),
                    operation,
                    resource.toString());
        }
    }

    private void request(Resource resource, long lver, int flags, RequestMode mode)
            throws SanlockException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = Structs.resource(arena, resource);
            if (lver != 0) {
                SanlkResource.lver(struct, lver);
                SanlkResource.flags(
                        struct, SanlkResource.flags(struct) | SanlockConstants.SANLK_RES_LVER);
            }
            check(
                    library().sanlock_request(flags, mode.nativeMode(), struct),
                    SanlockOperation.REQUEST,
                    resource.toString());
        }
    }

    private int check(int rv, SanlockOperation operation, String what) throws SanlockException {
        if (rv >= 0) {
            return rv;
        }
        throw new SanlockException(operation, what, rv, isConnected(rv));
    }

    /** Whether a code came from the daemon rather than from the attempt to reach it. */
    private boolean isConnected(int rv) {
        return switch (rv) {
            case -Errno.ECONNREFUSED, -Errno.EPIPE, -Errno.ECONNRESET, -Errno.ENOTCONN -> false;
            case SanlockReturn.UNSPECIFIED, -Errno.ENOENT, -Errno.EACCES -> answers();
            default -> true;
        };
    }

    private boolean answers() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment versions = arena.allocate(JAVA_INT, 2);
            return library().sanlock_version(0, versions, versions.asSlice(4)) >= 0;
        }
    }
}
