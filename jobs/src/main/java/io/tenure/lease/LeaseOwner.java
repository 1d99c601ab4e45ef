package io.tenure.lease;

/**
 * Who holds a lease.
 *
 * @param host the host's incarnation
 * @param description the same and what else is known of the holder, for people
 */
public record LeaseOwner(HostIdentity host, String description) {
    @Override
    public String toString() {
        return description;
    }
}
