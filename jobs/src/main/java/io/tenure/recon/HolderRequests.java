package io.tenure.recon;

import io.tenure.domain.LeaseArea;
import io.tenure.domain.RefusedException;
import io.tenure.lease.HostIdentity;
import io.tenure.sanlock.RequestMode;
import java.io.IOException;

/** Asks the host that holds a lease to let go. */
@FunctionalInterface
public interface HolderRequests {
    /** Where nobody can be asked: with local leases, whose holders are processes of this host. */
    HolderRequests NONE =
            (area, holder, mode) -> {
                throw new RefusedException(
                        area + " is held by a process of this host: end that process instead");
            };

    /**
     * Asks. Returns when the request stands on storage.
     *
     * @param area the lease
     * @param holder whom to ask, and nobody else
     * @param mode how it is to let go
     * @throws RefusedException if there is nobody whom a request would reach
     * @throws IOException if it could not be asked
     */
    void ask(LeaseArea area, HostIdentity holder, RequestMode mode) throws IOException;
}
