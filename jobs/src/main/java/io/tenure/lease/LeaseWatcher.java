package io.tenure.lease;

/**
 * Who looks after the leases of jobs while these work: {@link LeaseWatch}, on threads of its own. A
 * seam: simulations put one in its place that looks when they say so.
 */
@FunctionalInterface
public interface LeaseWatcher {
    /** Leases that are looked after until this is closed. */
    interface Watched extends AutoCloseable {
        /** Ends it. Afterwards nothing is reported. Idempotent. */
        @Override
        void close();
    }

    /**
     * Begins to look after the leases of one job.
     *
     * @param leases what to look after; must stay open until that is closed
     * @param listener is told of a loss; must not block
     * @return to be closed before the leases are released
     */
    Watched watch(LeaseSet leases, LeaseListener listener);
}
