package io.tenure.sanlock;

import java.util.List;
import java.util.Optional;

/**
 * Whether the owners of a lease stand in the way of acquiring it, as the library judges.
 *
 * @param owners each with what this host knows of it
 * @param preventAcquire whether an acquire would fail now
 */
public record OwnersVerdict(List<JudgedOwner> owners, boolean preventAcquire) {
    /**
     * Copies the list.
     *
     * @param owners see the record
     * @param preventAcquire see the record
     */
    public OwnersVerdict {
        owners = List.copyOf(owners);
    }

    /**
     * One owner.
     *
     * @param owner as the lease's storage says
     * @param host the host of that id as it is now, which may be of a newer generation; empty if
     *     none runs under that id
     * @param preventsAcquire whether this one stands in the way: the same generation still runs,
     *     and is live, failing, or not yet known
     */
    public record JudgedOwner(Owner owner, Optional<HostStatus> host, boolean preventsAcquire) {
        private static JudgedOwner of(Owner owner, List<HostStatus> hosts) {
            for (HostStatus host : hosts) {
                if (host.hostId() == owner.hostId()) {
                    return new JudgedOwner(owner, Optional.of(host), prevents(owner, host));
                }
            }
            return new JudgedOwner(owner, Optional.empty(), false);
        }

        private static boolean prevents(Owner owner, HostStatus host) {
            return host.generation() == owner.generation()
                    && switch (host.state()) {
                        case LIVE, FAIL, UNKNOWN -> true;
                        case FREE, DEAD -> false;
                    };
        }
    }

    static OwnersVerdict of(List<Owner> owners, List<HostStatus> hosts, boolean preventAcquire) {
        return new OwnersVerdict(
                owners.stream().map(owner -> JudgedOwner.of(owner, hosts)).toList(),
                preventAcquire);
    }
}
