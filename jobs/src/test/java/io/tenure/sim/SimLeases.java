package io.tenure.sim;

import org.jspecify.annotations.Nullable;

/** The leases as they stand on storage: the volume's leader record, and each host's renewals. */
final class SimLeases {
    /** sanlock's host_dead_seconds at io_timeout 10. */
    static final long DEAD_MILLIS = 140_000;

    /** sanlock's id_renewal_fail_seconds at io_timeout 10: the daemon ends its processes. */
    static final long FAIL_MILLIS = 80_000;

    private final World world;
    @Nullable SimHost owner;
    long ownerGeneration;
    long version;

    SimLeases(World world) {
        this.world = world;
    }

    void reset() {
        owner = null;
        ownerGeneration = 0;
        version = 0;
    }

    /** Whether nobody keeps a host from taking the lease. */
    boolean isFreeFor(SimHost host) {
        SimHost held = owner;
        return held == null || isGone(held, ownerGeneration);
    }

    /** Whether an incarnation is dead by what others can see, or has joined again. */
    boolean isGone(SimHost host, long generation) {
        return host.generation != generation || ageMillis(host) >= DEAD_MILLIS;
    }

    /** How long ago a host renewed its id. */
    long ageMillis(SimHost host) {
        return host.renews() ? 0 : world.nowMillis - host.lastRenewalMillis;
    }

    /** Takes the lease; the caller has made sure that it is free for it. */
    long grant(SimHost host) {
        owner = host;
        ownerGeneration = host.generation;
        version++;
        host.releasedGeneration = -1;
        host.everOwned = true;
        return version;
    }

    boolean isOwnedBy(SimHost host, long generation, long byVersion) {
        return owner == host && ownerGeneration == generation && version == byVersion;
    }

    /** The owner's daemon lets it go, and leaves a note of that in the owner's ballot. */
    void free() {
        SimHost held = owner;
        if (held != null) {
            held.releasedGeneration = ownerGeneration;
        }
        owner = null;
    }

    /** What a process has left behind that lives no more, its daemon lets go if that lives. */
    void freeIfAlive() {
        SimHost held = owner;
        if (held != null && !isGone(held, ownerGeneration)) {
            free();
        }
    }

    long hash(long seed) {
        SimHost held = owner;
        long hash = Mix.mix(seed, held == null ? -1 : held.index * 64L + ownerGeneration);
        return Mix.mix(hash, version);
    }
}
