package io.tenure.domain;

import io.tenure.format.LeaseKind;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Where one lease lies and what it is called.
 *
 * <p>Areas are ordered by domain, then by offset: the one order in which every host acquires
 * leases, so that no two can wait for each other in a circle.
 *
 * @param kind what guards the area
 * @param domainId the domain; its text is the name of the sanlock lockspace
 * @param resourceId the volume, or the domain itself for slot 0; its text is the resource's name
 * @param path the control area: a file or a block device
 * @param offsetBytes where the lease begins, a multiple of the lease alignment
 * @param sectorBytes the domain's sector size in bytes
 * @param alignBytes the size of a lease in bytes
 */
public record LeaseArea(
        LeaseKind kind,
        UUID domainId,
        UUID resourceId,
        Path path,
        long offsetBytes,
        int sectorBytes,
        int alignBytes)
        implements Comparable<LeaseArea> {

    /** Written out: comparators that are put together are classes made at run time. */
    @Override
    public int compareTo(LeaseArea other) {
        int order = domainId.toString().compareTo(other.domainId.toString());
        if (order == 0) {
            order = Long.compare(offsetBytes, other.offsetBytes);
        }
        return order == 0 ? resourceId.toString().compareTo(other.resourceId.toString()) : order;
    }

    @Override
    public String toString() {
        return "lease " + resourceId + " at " + path + ":" + offsetBytes;
    }
}
