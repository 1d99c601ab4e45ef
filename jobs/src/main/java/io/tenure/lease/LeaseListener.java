package io.tenure.lease;

/**
 * Is told what happens to the leases of a job while it works. Called on threads of a {@link
 * LeaseWatch}; must not block.
 */
public interface LeaseListener {
    /**
     * The leases are lost, or it is not known whether they are still held: nothing may be written
     * any more. Told once, and the last that is told.
     *
     * @param why what happened, for people
     */
    void lost(String why);

    /**
     * Another host asks for a lease. It is still held: the work is to end in order, and the lease
     * to be let go. Told once at most.
     *
     * @param why which lease, for people
     */
    void wanted(String why);
}
