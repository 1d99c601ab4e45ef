package io.tenure.sanlock;

/**
 * A lease that a registration holds, as the daemon remembers it.
 *
 * @param lockspace the lockspace
 * @param name the resource
 * @param path where its area lies: the file or device
 * @param offsetBytes where its area begins
 * @param lver the lease's version since it was acquired; 0 for a shared lease, whose version the
 *     daemon does not tell
 * @param mode how it is held
 */
public record HeldLease(
        String lockspace, String name, String path, long offsetBytes, long lver, LeaseMode mode) {}
