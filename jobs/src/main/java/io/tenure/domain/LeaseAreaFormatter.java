package io.tenure.domain;

import java.io.IOException;

/** Makes the lease areas of a new domain. What a lease manager does; here so that it is asked. */
@FunctionalInterface
public interface LeaseAreaFormatter {
    /**
     * Makes the area of host ids and the domain's own lease.
     *
     * @param domainLease the lease in slot 0
     * @param lockspaceOffsetBytes where the area of host ids begins
     * @param ioTimeoutSeconds sanlock's io_timeout for the domain
     * @throws IOException if storage could not be written
     */
    void formatDomain(LeaseArea domainLease, long lockspaceOffsetBytes, int ioTimeoutSeconds)
            throws IOException;
}
