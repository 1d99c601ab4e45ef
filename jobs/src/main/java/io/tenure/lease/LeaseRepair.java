package io.tenure.lease;

import io.tenure.bindings.sanlock.SanlockReturn;
import io.tenure.domain.LeaseArea;
import io.tenure.domain.RefusedException;
import io.tenure.domain.StorageDomain;
import io.tenure.format.UnsupportedFormatException;
import io.tenure.sanlock.SanlockException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes a broken lease anew, if nobody can hold it.
 *
 * <p>A holder does not notice that its lease was broken under it: it was granted the lease before,
 * and works on. And what a broken lease says of its holder cannot be believed. So a lease is made
 * anew only if all of this is true, and is left as it is otherwise:
 *
 * <ul>
 *   <li>it cannot be acquired because it is broken, and this host's daemon, or kernel, knows of no
 *       holder here;
 *   <li>every other host has left the domain or is known to be dead;
 *   <li>the domain's own lease is held during all that, unless it is the one that is broken: so
 *       nobody creates, deletes or repairs at the same time.
 * </ul>
 *
 * <p>Nobody can become a holder in between, because a broken lease is not granted to anybody. The
 * new lease begins with version 0.
 */
public final class LeaseRepair {
    private final LeaseManager manager;
    private final StorageDomain domain;
    private final OtherHosts others;

    /** Tells of the hosts besides this one. */
    @FunctionalInterface
    public interface OtherHosts {
        /** For leases that one host alone uses. */
        OtherHosts NONE = List::of;

        /**
         * The hosts that may hold leases.
         *
         * @return each with what speaks for it, such as "host 2 (LIVE)"; empty if there is none
         * @throws IOException if it cannot be told
         */
        List<String> thatMayHold() throws IOException;
    }

    /**
     * Creates the repairer.
     *
     * @param manager of the domain's kind; not closed by this
     * @param domain the domain
     * @param others the other hosts
     */
    public LeaseRepair(LeaseManager manager, StorageDomain domain, OtherHosts others) {
        this.manager = manager;
        this.domain = domain;
        this.others = others;
    }

    /**
     * Repairs a lease.
     *
     * @param area a lease of the domain
     * @return what was wrong with it; empty if it is sound, and was left as it is
     * @throws RefusedException if somebody may hold it; nothing was changed
     * @throws LeaseHeldException if somebody holds it, or the domain's own lease; nothing was
     *     changed
     * @throws IOException if storage or the daemon fails; only after a failure to write can the
     *     lease have changed
     */
    public Optional<String> repair(LeaseArea area) throws IOException {
        try (LeaseConnection connection = manager.connect("tenure lease repair")) {
            if (area.equals(domain.domainLease())) {
                return repair(connection, area);
            }
            VolumeLease whole = connection.acquire(domain.domainLease(), LeaseMode.EXCLUSIVE);
            Optional<String> found;
            try {
                found = repair(connection, area);
            } catch (IOException | RuntimeException e) {
                try {
                    whole.release();
                } catch (IOException unreleased) {
                    e.addSuppressed(unreleased);
                }
                throw e;
            }
            whole.release(); // by closing alone it would be free only some time later
            return found;
        }
    }

    private Optional<String> repair(LeaseConnection connection, LeaseArea area) throws IOException {
        Optional<String> problem = problem(connection, area);
        if (problem.isEmpty()) {
            return problem;
        }
        List<String> holders = others.thatMayHold();
        if (!holders.isEmpty()) {
            throw new RefusedException(
                    "%s is broken, but may be held by %s: let it end its jobs and leave the domain,"
                                    .formatted(area, String.join(" and ", holders))
                            + " then repair; nothing was changed");
        }
        manager.format(area);
        Optional<String> remaining = problem(connection, area);
        if (remaining.isPresent()) {
            throw new LeaseBrokenException("written anew, but still broken: " + remaining.get());
        }
        return problem;
    }

    /** Tries to acquire, which tells a sound lease from a broken one and from a held one. */
    private static Optional<String> problem(LeaseConnection connection, LeaseArea area)
            throws IOException {
        try {
            connection.acquire(area, LeaseMode.EXCLUSIVE).release();
            return Optional.empty();
        } catch (LeaseBrokenException e) {
            if (isOfAnotherVersion(e.getCause())) {
                throw new RefusedException(
                        area
                                + " is of a version that this host's software does not know; use"
                                + " one that does; nothing was changed ("
                                + e.getMessage()
                                + ")");
            }
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static boolean isOfAnotherVersion(@Nullable Throwable cause) {
        return cause instanceof UnsupportedFormatException
                || (cause instanceof SanlockException sanlock
                        && sanlock.code() == SanlockReturn.SANLK_LEADER_VERSION);
    }
}
