package io.tenure.lease;

import io.tenure.sanlock.HostState;

/**
 * Who holds a lease.
 *
 * @param host the host's incarnation that holds it
 * @param state what is known of that incarnation: LIVE, FAIL, or UNKNOWN where it cannot be told.
 *     Who counts as an owner is never DEAD or FREE
 * @param description the same and what else is known of the holder, for people
 */
public record LeaseOwner(HostIdentity host, HostState state, String description) {
    @Override
    public String toString() {
        return description;
    }
}
