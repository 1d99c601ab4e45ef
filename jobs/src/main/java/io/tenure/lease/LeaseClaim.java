package io.tenure.lease;

import io.tenure.domain.LeaseArea;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * A lease that a job needs.
 *
 * @param area where it lies
 * @param mode how it is wanted
 */
public record LeaseClaim(LeaseArea area, LeaseMode mode) {
    /**
     * Brings claims into the order in which they are acquired, each once.
     *
     * @param claims what a job needs
     * @return the same without duplicates, sorted by area
     * @throws LeaseConflictException if one lease is claimed in two modes
     */
    public static List<LeaseClaim> inOrder(Collection<LeaseClaim> claims)
            throws LeaseConflictException {
        TreeMap<LeaseArea, LeaseClaim> byArea = new TreeMap<>(Comparator.naturalOrder());
        for (LeaseClaim claim : claims) {
            LeaseClaim earlier = byArea.put(claim.area(), claim);
            if (earlier != null && earlier.mode() != claim.mode()) {
                throw new LeaseConflictException(
                        claim.area()
                                + " is claimed shared and exclusive by one job:"
                                + " source and destination must differ");
            }
        }
        return List.copyOf(byArea.values());
    }
}
