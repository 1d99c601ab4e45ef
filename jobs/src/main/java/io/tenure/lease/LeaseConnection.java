package io.tenure.lease;

import io.tenure.domain.LeaseArea;
import java.io.IOException;
import java.util.List;

/**
 * One holder of leases.
 *
 * <p>Leases belong to the connection: when it is closed, or its process dies, they are free. Calls
 * are serialised; {@link #awaitHangUp} alone may run beside them.
 */
public interface LeaseConnection extends AutoCloseable {
    /**
     * Acquires a lease without waiting for anybody.
     *
     * @param area the lease
     * @param mode how it is wanted
     * @return the lease, held
     * @throws LeaseHeldException if somebody else holds it, or may hold it
     * @throws LeaseBrokenException if there is no such lease at that place
     * @throws LeasesUnavailableException if this host has not joined, or no daemon answers
     * @throws IOException for any other failure
     */
    VolumeLease acquire(LeaseArea area, LeaseMode mode) throws IOException;

    /**
     * Waits for the other end to go away.
     *
     * @param timeoutMillis for how long at most
     * @return true if the connection is gone and its leases with it
     * @throws IOException if the connection cannot be watched
     */
    boolean awaitHangUp(int timeoutMillis) throws IOException;

    /**
     * The files that hold the leases: when the last of them is closed, in whatever way, the leases
     * are free. For an engine whose requests might outlive them, see {@link
     * io.tenure.io.engine.IoEngine#bindTo}.
     *
     * @return descriptors, valid until the leases are released; empty if there are none to bind to
     */
    default List<Integer> descriptors() {
        return List.of();
    }

    /** Ends the connection; what it still holds is free. Idempotent. */
    @Override
    void close() throws IOException;
}
