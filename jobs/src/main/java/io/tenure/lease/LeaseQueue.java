package io.tenure.lease;

import io.tenure.domain.LeaseArea;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who of this process wants which leases, in the order in which they came. Nobody tries to acquire
 * while somebody who came earlier waits for one of the same leases and could not hold it together
 * with them: so none is overtaken for ever, and a lease goes to who has waited for it longest.
 *
 * <p>Who waits for several leases keeps all of them for itself, as long as one is missing: for its
 * own wait at most, which is bounded. Jobs of other hosts know nothing of the queue.
 *
 * <p>Safe for use by many threads. Never waits itself.
 */
final class LeaseQueue {
    private final Set<Place> places = new LinkedHashSet<>(); // guarded by this

    /**
     * Joins at the end.
     *
     * @param claims what is wanted, each once
     * @return the place, to be closed when all is acquired or given up
     */
    synchronized Place join(List<LeaseClaim> claims) {
        Place place = new Place(claims);
        places.add(place);
        return place;
    }

    private synchronized Optional<LeaseArea> wantedBefore(Place place) {
        for (Place earlier : places) {
            if (earlier.equals(place)) {
                break;
            }
            for (LeaseClaim claim : place.claims) {
                if (earlier.excludes(claim)) {
                    return Optional.of(claim.area());
                }
            }
        }
        return Optional.empty();
    }

    private synchronized void leave(Place place) {
        places.remove(place);
    }

    /** One who wants leases. */
    final class Place implements AutoCloseable {
        private final List<LeaseClaim> claims;

        private Place(List<LeaseClaim> claims) {
            this.claims = claims;
        }

        private boolean excludes(LeaseClaim other) {
            return claims.stream()
                    .filter(claim -> claim.area().equals(other.area()))
                    .anyMatch(claim ->
                            claim.mode() == LeaseMode.EXCLUSIVE
                                    || other.mode() == LeaseMode.EXCLUSIVE);
        }

        /**
         * Whether to wait on without trying.
         *
         * @return a lease that an earlier one waits for; empty if it is this one's turn
         */
        Optional<LeaseArea> wantedBefore() {
            return LeaseQueue.this.wantedBefore(this);
        }

        @Override
        public void close() {
            leave(this);
        }
    }
}
