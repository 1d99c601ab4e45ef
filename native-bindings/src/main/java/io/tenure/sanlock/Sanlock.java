package io.tenure.sanlock;

import io.tenure.bindings.sanlock.LibSanlock;
import io.tenure.bindings.sanlock.SanlockConstants;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A sanlock daemon, and what can be asked of it without holding leases.
 *
 * <p>Opening neither loads the library nor connects: the first call does, and throws {@link
 * io.tenure.bindings.NativeUnavailableException} where the library is missing. Each call makes a
 * connection of its own, so any number of threads may call at once.
 *
 * <p>No call waits without a limit. The daemon's client library has none, so each call runs on a
 * thread of its own, and when there is no answer within the limit that its description names, it
 * fails with {@link SanlockException#isUnanswered}; what was asked may be done all the same.
 * Usually an answer takes microseconds where the daemon has it in memory (limit {@link
 * SanlockTimeouts#MEMORY_ANSWER_SECONDS}), and milliseconds where it reads or writes storage (limit
 * {@link SanlockTimeouts#storageAnswerSeconds} of the daemon's default io_timeout). Interrupting a
 * thread ends its wait for a lockspace to be joined or left, and no other.
 *
 * <p>Calls that touch storage use one of the daemon's {@link SanlockTimeouts#DAEMON_WORKERS}
 * workers. This process never has more than six requests at a daemon, at most two of them joins or
 * leaves and three that compete with other hosts, so that a release always finds a worker; others
 * wait their turn, at most {@link SanlockTimeouts#workerWaitSeconds}.
 */
public final class Sanlock extends Lockspaces implements AutoCloseable {
    private final @Nullable Path runDirectory;
    private @Nullable DaemonAccess access;
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
        return admin().version();
    }

    /**
     * Opens a connection that can hold leases. Microseconds.
     *
     * @return the connection, to be closed
     * @throws SanlockException if the daemon does not run
     */
    public Registration register() throws SanlockException {
        DaemonAccess daemon = access();
        return new Registration(daemon, new AdminCalls(daemon).register());
    }

    /**
     * The leases of another process of this host. Asks nothing yet.
     *
     * @param pid the number of a process that has registered
     * @return what can be asked of the daemon about it
     * @throws IllegalArgumentException if no process can have that number
     */
    public ProcessLeases leasesOf(long pid) {
        return new ProcessLeases(access(), pid);
    }

    /**
     * How large the areas on a file or device are by sanlock's default: 1 MiB for sectors of 512
     * bytes and for files, 8 MiB for sectors of 4096. Existing areas may have others, which reading
     * them tells. Opens it; milliseconds.
     *
     * @param path the file or device, absolute
     * @return bytes
     * @throws SanlockException if the daemon cannot open it
     */
    public int defaultAlignBytes(String path) throws SanlockException {
        AreaGeometry.checkPlace(path, 0, 512, 1 << 20);
        return admin().alignBytes(path);
    }

    /**
     * Formats a resource: its lease is free and its version 0, <b>also when somebody holds it</b>.
     * Milliseconds.
     *
     * @param resource names and place
     * @throws SanlockException if it could not be written
     */
    public void writeResource(Resource resource) throws SanlockException {
        resources().write(resource, 0, SanlockOperation.WRITE_RESOURCE);
    }

    /**
     * Makes a resource's area read as no lease (code -223), also when somebody holds it.
     * Milliseconds.
     *
     * @param resource names and place
     * @throws SanlockException if it could not be written
     */
    public void clearResource(Resource resource) throws SanlockException {
        resources()
                .write(
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
        return resources().read(resource);
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
        return resources().owners(resource);
    }

    /**
     * Whether the owners of a lease stand in the way of acquiring it: the library's own test of
     * {@link #owners} against {@link #hosts}. One read; milliseconds.
     *
     * @param resource names and place, in a lockspace that this host has joined
     * @return the owners, each with its host, and the verdict
     * @throws SanlockException if the area could not be read, this host is not in the lockspace, or
     *     has not looked at the others yet (code -EAGAIN)
     */
    public OwnersVerdict judgeOwners(Resource resource) throws SanlockException {
        return resources().judge(resource);
    }

    /**
     * Asks whoever holds a lease now to let go of it. Returns when that is written, in
     * milliseconds; it reaches the holder's process within {@link SanlockTimeouts#requestSeconds}.
     * Both hosts must be in the lockspace. A second request from this host to the same host is not
     * looked at within {@link SanlockTimeouts#announcementSeconds}.
     *
     * @param resource names and place
     * @param mode how the holder is made to
     * @throws SanlockException if it could not be written
     */
    public void request(Resource resource, RequestMode mode) throws SanlockException {
        resources().request(resource, 0, SanlockConstants.SANLK_REQUEST_NEXT_LVER, mode);
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
        request(resource, owner.lver() + 1, mode);
    }

    /**
     * Asks whoever holds a lease in a version before the given one to let go of it. As {@link
     * #request(Resource, RequestMode)}.
     *
     * @param resource names and place
     * @param lver the version that is wanted next: the one that is held, and one
     * @param mode how the holder is made to
     * @throws SanlockException if it could not be written, or the lease has moved on
     */
    public void request(Resource resource, long lver, RequestMode mode) throws SanlockException {
        if (lver < 1) {
            throw new IllegalArgumentException("the version must be at least 1, not " + lver);
        }
        resources().request(resource, lver, 0, mode);
    }

    /**
     * Lets the daemon look at once whether other hosts request a lease, without waiting for them to
     * be announced to this host. Milliseconds.
     *
     * @param resource names and place; held by this host
     * @throws SanlockException if this host is not in the lockspace
     */
    public void examine(Resource resource) throws SanlockException {
        resources().examine(resource);
    }

    /**
     * Lets the daemon look at once whether other hosts request any lease that this host holds in a
     * lockspace. Reads a sector of each; milliseconds.
     *
     * @param lockspaceName the lockspace
     * @throws SanlockException if this host is not in it
     */
    public void examineLockspace(String lockspaceName) throws SanlockException {
        resources().examine(lockspaceName);
    }

    /**
     * What hosts tell each other in a lockspace; nothing is asked yet.
     *
     * @param lockspaceName a lockspace that this host has joined
     * @return to send events, and to listen for them
     */
    public HostEvents events(String lockspaceName) {
        return new HostEvents(access(), lockspaceName);
    }

    /**
     * A resource index of this daemon's; nothing is read yet.
     *
     * @param place where it lies, and in which lockspace
     * @return the index
     */
    public ResourceIndex index(IndexPlace place) {
        return new ResourceIndex(access(), place);
    }

    /**
     * Unloads the copy of the library that {@link #open(Path)} led to. Registrations made through
     * it can then only be closed. Closing twice does nothing.
     *
     * @throws IllegalStateException if another thread's call is in progress
     */
    @Override
    public synchronized void close() {
        DaemonAccess opened = access;
        if (opened != null && !closed) {
            opened.close();
        }
        closed = true;
    }

    @Override
    AdminCalls admin() {
        return new AdminCalls(access());
    }

    private ResourceCalls resources() {
        return new ResourceCalls(access());
    }

    private synchronized DaemonAccess access() {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        DaemonAccess opened = access;
        if (opened == null) {
            opened =
                    new DaemonAccess(
                            runDirectory == null
                                    ? LibSanlock.system()
                                    : LibSanlock.copyFor(runDirectory),
                            DaemonState.of(runDirectory));
            access = opened;
        }
        return opened;
    }
}
