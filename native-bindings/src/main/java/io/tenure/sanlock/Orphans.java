package io.tenure.sanlock;

import io.tenure.bindings.Errno;
import io.tenure.bindings.sanlock.SanlkResource;
import io.tenure.bindings.sanlock.SanlockConstants;
import io.tenure.bindings.sanlock.SanlockReturn;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Leases that this host still holds although the process that acquired them has gone: it acquired
 * them as {@linkplain LeaseClaim#persistent persistent}. To other hosts they are held as before.
 * The daemon remembers them, and forgets them when it ends.
 *
 * <p>One resource at a time: of several, those that were adopted would be released again when
 * another cannot be. Threads and limits are those of the {@link Registration} that this belongs to.
 */
public final class Orphans {
    /** No lease ever reaches this version, so storage is read but no lease acquired. */
    private static final long IMPOSSIBLE_LVER = -1;

    /** EUCLEAN of errno.h, which Errno has no name for. */
    private static final int EUCLEAN = 117;

    private final RegisteredCalls calls;

    Orphans(RegisteredCalls calls) {
        this.calls = calls;
    }

    /**
     * Adopts an orphan: the registration now holds it, in the mode and the version that it has. No
     * storage is read or written. Never acquires a lease that is no orphan.
     *
     * @param claim the resource, in the mode in which it was left
     * @param ownerName as for {@link Registration#acquire}
     * @throws SanlockException if it is not an orphan of this host (see {@link
     *     SanlockException#isNoOrphan}), or one of the other mode
     * @throws IllegalArgumentException if the claim requires a version, which is not looked at
     */
    public void adopt(LeaseClaim claim, String ownerName) throws SanlockException {
        refuseVersion(claim);
        // SANLK_ACQUIRE_ORPHAN_ONLY is for this, but acquires what is no orphan, too.
        acquire(SanlockOperation.ADOPT, claim, ownerName, IMPOSSIBLE_LVER);
    }

    /**
     * Adopts an orphan, or acquires the lease if it is none. As long as {@link
     * Registration#acquire}.
     *
     * @param claim the resource, in the mode in which it was left
     * @param ownerName as for {@link Registration#acquire}
     * @throws SanlockException if it is an orphan of the other mode, or could not be acquired
     * @throws IllegalArgumentException if the claim requires a version, which is not looked at when
     *     an orphan is adopted
     */
    public void adoptOrAcquire(LeaseClaim claim, String ownerName) throws SanlockException {
        refuseVersion(claim);
        acquire(SanlockOperation.ACQUIRE, claim, ownerName, LeaseClaim.ANY_LVER);
    }

    /**
     * Whether a lease is an orphan of this host. Acquires nothing. Microseconds if it is, else a
     * read of storage.
     *
     * @param resource which
     * @return true if it can be adopted or released
     * @throws SanlockException if that cannot be told
     */
    public boolean exists(Resource resource) throws SanlockException {
        try {
            calls.call(
                    SanlockOperation.ADOPT,
                    resource.toString(),
                    (arena, functions, descriptor) -> {
                        LeaseClaim claim = new LeaseClaim(resource, LeaseMode.EXCLUSIVE);
                        MemorySegment struct = Structs.claim(arena, claim);
                        requireLver(struct, IMPOSSIBLE_LVER);
                        return functions.sanlock_acquire(
                                descriptor,
                                -1,
                                SanlockConstants.SANLK_ACQUIRE_OWNER_NOWAIT,
                                1,
                                Structs.pointers(arena, List.of(struct)),
                                MemorySegment.NULL);
                    });
        } catch (SanlockException e) {
            return switch (e.code()) {
                case -EUCLEAN -> true;
                case SanlockReturn.SANLK_ACQUIRE_LVER, -Errno.EEXIST -> false;
                default -> throw e;
            };
        }
        throw new AssertionError("acquired a version that cannot be: " + resource);
    }

    /**
     * Releases an orphan. The daemon does so soon after this returns, in milliseconds.
     *
     * @param resource which
     * @return whether it was one
     * @throws SanlockException if the daemon is gone or does not answer
     */
    public boolean release(Resource resource) throws SanlockException {
        return release(resource.lockspace(), resource.name(), resource.toString()) > 0;
    }

    /**
     * Releases all orphans of a lockspace. The daemon does so soon after this returns.
     *
     * @param lockspaceName which
     * @return how many
     * @throws SanlockException if the daemon is gone or does not answer
     */
    public int releaseAll(String lockspaceName) throws SanlockException {
        AreaGeometry.checkName("the lockspace name", lockspaceName);
        return release(lockspaceName, "", "the orphans of lockspace " + lockspaceName);
    }

    private int release(String lockspace, String name, String what) throws SanlockException {
        return calls.call(
                SanlockOperation.RELEASE_ORPHANS,
                what,
                (arena, functions, descriptor) -> {
                    MemorySegment struct = SanlkResource.allocate(arena, 1);
                    SanlkResource.lockspace_name(struct, lockspace);
                    SanlkResource.name(struct, name);
                    return functions.sanlock_release(
                            descriptor,
                            -1,
                            SanlockConstants.SANLK_REL_ORPHAN,
                            1,
                            Structs.pointers(arena, List.of(struct)));
                });
    }

    private void acquire(
            SanlockOperation operation, LeaseClaim claim, String ownerName, long unlessOrphanLver)
            throws SanlockException {
        AreaGeometry.checkLength("the owner name", ownerName, 0);
        calls.call(
                operation,
                claim.resource().toString(),
                (arena, functions, descriptor) -> {
                    MemorySegment struct = Structs.claim(arena, claim);
                    requireLver(struct, unlessOrphanLver);
                    return functions.sanlock_acquire(
                            descriptor,
                            -1,
                            SanlockConstants.SANLK_ACQUIRE_ORPHAN
                                    | SanlockConstants.SANLK_ACQUIRE_OWNER_NOWAIT,
                            1,
                            Structs.pointers(arena, List.of(struct)),
                            Structs.options(arena, ownerName));
                });
    }

    private static void requireLver(MemorySegment struct, long lver) {
        if (lver != LeaseClaim.ANY_LVER) {
            SanlkResource.lver(struct, lver);
            SanlkResource.flags(
                    struct, SanlkResource.flags(struct) | SanlockConstants.SANLK_RES_LVER);
        }
    }

    private static void refuseVersion(LeaseClaim claim) {
        if (claim.requiredLver() != LeaseClaim.ANY_LVER) {
            throw new IllegalArgumentException(
                    "an orphan is adopted in the version that it has: " + claim.resource());
        }
    }
}
