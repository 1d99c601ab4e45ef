package io.tenure.sanlock;

/**
 * A host that holds a lease, as its storage says.
 *
 * @param hostId the host id
 * @param generation that host id's generation when it acquired the lease
 * @param timestamp when it acquired, in seconds of that host's monotonic clock; 0 for a shared
 *     lease
 * @param mode how it is held
 * @param lver the lease's version, one more with each acquisition
 */
public record Owner(long hostId, long generation, long timestamp, LeaseMode mode, long lver) {}
