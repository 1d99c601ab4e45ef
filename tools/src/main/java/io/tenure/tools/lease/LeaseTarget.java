package io.tenure.tools.lease;

import io.tenure.domain.LeaseArea;
import io.tenure.domain.StorageDomain;
import io.tenure.domain.Volume;
import io.tenure.format.DomainLayout;
import java.io.IOException;
import java.util.UUID;

/**
 * A lease of a domain and what it guards.
 *
 * @param slotIndex its slot; 0 is the domain's own
 * @param area where it lies
 */
record LeaseTarget(int slotIndex, LeaseArea area) {
    /** The lease of a volume, or the domain's own for the domain's id. */
    static LeaseTarget find(StorageDomain domain, UUID id) throws IOException {
        if (id.equals(domain.id())) {
            return ofDomain(domain);
        }
        return of(domain, domain.find(id));
    }

    static LeaseTarget ofDomain(StorageDomain domain) {
        return new LeaseTarget(DomainLayout.DOMAIN_SLOT, domain.domainLease());
    }

    static LeaseTarget of(StorageDomain domain, Volume volume) {
        return new LeaseTarget(
                volume.slotIndex(),
                domain.leaseArea(volume.slotIndex(), volume.record().volumeId()));
    }

    boolean isOfDomain() {
        return slotIndex == DomainLayout.DOMAIN_SLOT;
    }

    /** For messages. */
    String what() {
        return isOfDomain() ? "the domain's own lease" : "the lease of volume " + area.resourceId();
    }
}
