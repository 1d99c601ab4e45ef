package io.tenure.lease;

/**
 * This host's incarnation in a domain, as it is written into records.
 *
 * @param hostId the host id; 0 in a domain with local leases
 * @param hostGeneration the generation of the host id, new each time the host joins; 0 with local
 *     leases
 */
public record HostIdentity(long hostId, long hostGeneration) {
    /** The one host of a domain with local leases. */
    public static final HostIdentity LOCAL = new HostIdentity(0, 0);
}
