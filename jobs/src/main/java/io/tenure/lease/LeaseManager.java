package io.tenure.lease;

import io.tenure.domain.LeaseArea;
import io.tenure.format.LeaseKind;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/**
 * Makes, inspects and hands out leases of one kind.
 *
 * <p>Two real implementations stand behind this seam: sanlock for many hosts, operating-system
 * locks for one. A domain's superblock says which of them guards it; the two must never guard one
 * volume. Safe for use by many threads.
 */
public interface LeaseManager extends AutoCloseable {
    /**
     * Which kind this is.
     *
     * @return the kind, as a superblock records it
     */
    LeaseKind kind();

    /**
     * This host's incarnation in a domain.
     *
     * @param domainId the domain
     * @return host id and its generation
     * @throws LeasesUnavailableException if this host has not joined the domain
     * @throws IOException if it cannot be told
     */
    HostIdentity host(UUID domainId) throws IOException;

    /**
     * Opens a holder of leases: one for each job, so that closing it frees that job's leases and no
     * others.
     *
     * @param label names the job to people who ask who holds a lease; at most 47 bytes are kept
     * @return the connection
     * @throws LeasesUnavailableException if no daemon answers
     * @throws IOException if it could not be opened
     */
    LeaseConnection connect(String label) throws IOException;

    /**
     * Asks storage who holds a lease. Changes nothing.
     *
     * @param area the lease
     * @return what storage says now; errors in reading it are {@link LeaseState.Unknown}
     */
    LeaseState inspect(LeaseArea area);

    /**
     * Whether an incarnation of a host that worked under a lease is known to have no write under
     * way any more. Asked by who holds that lease exclusively now; changes nothing.
     *
     * @param area the lease
     * @param worker who worked under it, as the record names it
     * @return how that is known, in words; empty if it is not known
     * @throws IOException if storage or the daemon could not be asked: then it is not known either
     */
    default Optional<String> knownGone(LeaseArea area, HostIdentity worker) throws IOException {
        return Optional.empty();
    }

    /**
     * Makes the leases of a new domain: the area of host ids and the domain's own lease in slot 0.
     * Overwrites what stands there.
     *
     * @param domainLease the lease in slot 0
     * @param lockspaceOffsetBytes where the area of host ids begins
     * @param ioTimeoutSeconds sanlock's io_timeout for the domain
     * @throws IOException if storage could not be written
     */
    void formatDomain(LeaseArea domainLease, long lockspaceOffsetBytes, int ioTimeoutSeconds)
            throws IOException;

    /**
     * Makes a free lease. Overwrites what stands there, also a held one: only under the domain's
     * lease, in a slot that no volume uses.
     *
     * @param area the lease
     * @throws IOException if storage could not be written
     */
    void format(LeaseArea area) throws IOException;

    /**
     * Takes a lease off storage, so that nobody can acquire it again. Same care as {@link #format}.
     *
     * @param area the lease
     * @throws IOException if storage could not be written
     */
    void clear(LeaseArea area) throws IOException;

    @Override
    void close();
}
