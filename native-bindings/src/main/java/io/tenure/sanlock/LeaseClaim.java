package io.tenure.sanlock;

/**
 * A resource and how it is wanted.
 *
 * @param resource the resource
 * @param mode how
 * @param requiredLver the version that the lease must have on storage before it is acquired, and
 *     that acquiring makes one higher; {@link #ANY_LVER} if any will do
 * @param isPersistent whether the lease stays with this host as an orphan when the registration is
 *     closed or its process dies, until a process of this host adopts or releases it, see {@link
 *     Orphans}; for shared leases, all or none of a resource's should be
 */
public record LeaseClaim(
        Resource resource, LeaseMode mode, long requiredLver, boolean isPersistent) {
    /** No version is required. */
    public static final long ANY_LVER = 0;

    /**
     * Checks all of it.
     *
     * @throws IllegalArgumentException if a version is required of a shared lease: sanlock does not
     *     look at it when this host holds the lease shared already; or if the version is negative
     */
    public LeaseClaim {
        if (requiredLver < 0) {
            throw new IllegalArgumentException("a lease has no version " + requiredLver);
        }
        if (requiredLver != ANY_LVER && mode == LeaseMode.SHARED) {
            throw new IllegalArgumentException(
                    "a version can be required of an exclusive lease only: " + resource);
        }
    }

    /**
     * A claim at any version, that ends with the registration.
     *
     * @param resource the resource
     * @param mode how it is wanted
     */
    public LeaseClaim(Resource resource, LeaseMode mode) {
        this(resource, mode, ANY_LVER, false);
    }

    /**
     * The same if the lease has a version: compare and acquire.
     *
     * @param lver the version, as read before; at least 1, as sanlock takes 0 for any, so this
     *     cannot ask for a lease that was never held
     * @return another claim
     * @throws IllegalArgumentException if the version is 0 or negative, or this claim is shared
     */
    public LeaseClaim requiring(long lver) {
        if (lver == ANY_LVER) {
            throw new IllegalArgumentException(
                    "version 0 cannot be required, sanlock would not look at it: " + resource);
        }
        return new LeaseClaim(resource, mode, lver, isPersistent);
    }

    /**
     * The same for a lease that outlives the registration.
     *
     * @return another claim
     */
    public LeaseClaim persistent() {
        return new LeaseClaim(resource, mode, requiredLver, true);
    }
}
