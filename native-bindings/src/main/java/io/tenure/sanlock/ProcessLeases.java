package io.tenure.sanlock;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.tenure.bindings.sanlock.LibSanlockResource;
import io.tenure.bindings.sanlock.SanlockConstants;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The leases of a process of this host that has registered with the daemon, as somebody else asks
 * for them and changes them: an agent for the workers that it started, say.
 *
 * <p>The daemon goes by the process id, and takes the first registration of several. While that one
 * has a call in progress it answers with -EBUSY (see {@link SanlockException#isTemporary}); where
 * no process of that number has registered, with -ESRCH. Safe for use by many threads; the limits
 * are those of {@link Sanlock}.
 */
public final class ProcessLeases {
    private final DaemonAccess daemon;
    private final LibSanlockResource library;
    private final int pid;

    ProcessLeases(DaemonAccess daemon, long pid) {
        if (pid < 1 || pid > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("no process has the number " + pid);
        }
        this.daemon = daemon;
        this.library = daemon.library().resource();
        this.pid = (int) pid;
    }

    /**
     * Acquires leases for it, all or none, as {@link Registration#acquire}. It does not learn of
     * them but by asking.
     *
     * @param claims the resources, 1 to 8 of them, and how each is wanted
     * @param ownerName a name for people, at most 47 bytes, may be empty
     * @throws SanlockException if they could not be acquired
     */
    public void acquire(List<LeaseClaim> claims, String ownerName) throws SanlockException {
        LeaseArguments.check(claims, ownerName);
        String what = of(LeaseArguments.describe(LeaseArguments.resources(claims)));
        daemon.competing(
                SanlockOperation.ACQUIRE,
                what,
                () -> {
                    try (Arena arena = Arena.ofConfined()) {
                        int rv =
                                library.sanlock_acquire(
                                        -1,
                                        pid,
                                        SanlockConstants.SANLK_ACQUIRE_OWNER_NOWAIT,
                                        claims.size(),
                                        LeaseArguments.claims(arena, claims),
                                        Structs.options(arena, ownerName));
                        return daemon.check(rv, SanlockOperation.ACQUIRE, what);
                    }
                });
    }

    /**
     * Releases leases of it, as {@link Registration#release}. <b>It may still be writing under
     * them.</b>
     *
     * @param resources which
     * @throws SanlockException the first failure, with the others suppressed
     */
    public void release(List<Resource> resources) throws SanlockException {
        LeaseArguments.release(resources, this::releaseGroup);
    }

    /**
     * What it holds, as the daemon remembers it. Reads no storage.
     *
     * @return the leases, each with its version
     * @throws SanlockException if no such process has registered, or the daemon is gone
     */
    public List<HeldLease> inquire() throws SanlockException {
        String what = of("the leases");
        return daemon.onStorage(
                SanlockOperation.INQUIRE,
                what,
                () -> {
                    try (Arena arena = Arena.ofConfined()) {
                        MemorySegment count = arena.allocate(JAVA_INT);
                        MemorySegment state = arena.allocate(ADDRESS);
                        int rv = library.sanlock_inquire(-1, pid, 0, count, state);
                        List<HeldLease> held = LeaseArguments.held(rv, count, state);
                        daemon.check(rv, SanlockOperation.INQUIRE, what);
                        return List.copyOf(held);
                    }
                });
    }

    private void releaseGroup(List<Resource> group) throws SanlockException {
        String what = of(LeaseArguments.describe(group));
        daemon.onStorage(
                SanlockOperation.RELEASE,
                what,
                () -> {
                    try (Arena arena = Arena.ofConfined()) {
                        int rv =
                                library.sanlock_release(
                                        -1,
                                        pid,
                                        0,
                                        group.size(),
                                        LeaseArguments.resources(arena, group));
                        return daemon.check(rv, SanlockOperation.RELEASE, what);
                    }
                });
    }

    private String of(String what) {
        return what + " for process " + pid;
    }
}
