package io.tenure.lease.sanlock;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * All host ids of a domain as storage showed them at one moment. Immutable.
 *
 * @param all one for each host id that there is room for, in order
 */
public record StoredHosts(List<StoredHost> all) {
    /**
     * Copies the list.
     *
     * @param all one for each host id that there is room for, in order
     */
    public StoredHosts {
        all = List.copyOf(all);
    }

    /**
     * The host ids that were ever used, and those of which nothing can be told.
     *
     * @return in order
     */
    public List<StoredHost> used() {
        return all.stream().filter(StoredHost::isUsed).toList();
    }

    /**
     * Looks a host id up.
     *
     * @param hostId the host id
     * @return empty if there is no room for such a one
     */
    public Optional<StoredHost> host(long hostId) {
        return hostId < 1 || hostId > all.size()
                ? Optional.empty()
                : Optional.of(all.get((int) hostId - 1));
    }

    /**
     * Whether a lease that was granted to a host may still be held. In doubt, yes.
     *
     * @param hostId the host id
     * @param hostGeneration the host generation of the grant
     * @return see {@link StoredHost#mayHold}
     */
    public boolean mayHold(long hostId, long hostGeneration) {
        return host(hostId).map(host -> host.mayHold(hostGeneration)).orElse(true);
    }

    /**
     * How long a holder had held its lease when its host renewed last: both times are of that
     * host's clock, so they can be compared. How long ago the renewal was, storage does not tell.
     *
     * @param holder the holder
     * @return seconds; empty if its time, or that of the same life of its host, is not known
     */
    public OptionalLong heldSecondsAtRenewal(StoredLease.Holder holder) {
        return host(holder.hostId())
                .map(StoredHost::leader)
                .filter(leader -> holder.sinceSeconds() != 0)
                .filter(leader -> leader.generation() == holder.hostGeneration())
                .filter(leader -> !leader.isFree())
                .map(leader ->
                        OptionalLong.of(
                                Math.max(0, leader.timestampSeconds() - holder.sinceSeconds())))
                .orElse(OptionalLong.empty());
    }
}
