package io.tenure.lease.sanlock;

import io.tenure.bindings.Errno;
import io.tenure.bindings.NativeUnavailableException;
import io.tenure.domain.Clock;
import io.tenure.domain.LeaseArea;
import io.tenure.lease.HostIdentity;
import io.tenure.lease.LeaseOwner;
import io.tenure.lease.LeaseState;
import io.tenure.sanlock.HostState;
import io.tenure.sanlock.HostStatus;
import io.tenure.sanlock.Owner;
import io.tenure.sanlock.Sanlock;
import io.tenure.sanlock.SanlockException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Asks who holds a lease: storage for the owners, and the daemon for what became of their hosts.
 *
 * <p>An owner whose host is DEAD or FREE, or has joined anew since, holds nothing any more, nor
 * does one that has released the lease, whatever its leader says; one that is LIVE, FAIL or UNKNOWN
 * does, or may. Storage that could not be read is read again some times; a lease that is broken, or
 * another one, is never free.
 */
final class OwnerQuery {
    /** How often a lease is looked at while storage does not let itself be read. */
    private static final int TRIES = 3;

    private final Sanlock sanlock;
    private final DaemonCalls calls;
    private final Clock clock;
    private final PresentOwners present;

    OwnerQuery(Sanlock sanlock, DaemonCalls calls, Clock clock) {
        this.sanlock = sanlock;
        this.calls = calls;
        this.clock = clock;
        this.present = new PresentOwners(sanlock, calls);
    }

    LeaseState ask(LeaseArea area) {
        try {
            for (int tries = 1; ; tries++) {
                try {
                    return look(area);
                } catch (SanlockException e) {
                    if (tries == TRIES || !SanlockErrors.isTemporary(e)) {
                        throw e;
                    }
                }
                SanlockLeaseManager.pause(clock);
            }
        } catch (IOException | NativeUnavailableException e) {
            return new LeaseState.Unknown(String.valueOf(e.getMessage()));
        }
    }

    /** The holders in words, of a lease that could not be acquired. */
    String inWords(LeaseArea area) {
        return switch (ask(area)) {
            case LeaseState.Held(var owners) ->
                    String.join(" and ", owners.stream().map(LeaseOwner::description).toList());
            case LeaseState.Free() -> "a host that is just taking or leaving it";
            case LeaseState.Unknown(var why) -> "a host that cannot be named (" + why + ")";
        };
    }

    private LeaseState look(LeaseArea area) throws IOException {
        List<LeaseOwner> holding = new ArrayList<>();
        for (Owner owner : present.of(area, DaemonCalls.onStorage())) {
            HostState state = stateOf(owner, hostOf(area.domainId().toString(), owner));
            if (mayHold(state)) {
                holding.add(described(owner, state));
            }
        }
        return holding.isEmpty() ? new LeaseState.Free() : new LeaseState.Held(holding);
    }

    private Optional<HostStatus> hostOf(String lockspace, Owner owner) throws IOException {
        try {
            return calls.within(
                    DaemonCalls.FROM_MEMORY,
                    "ask for host " + owner.hostId() + " of lockspace " + lockspace,
                    () -> sanlock.host(lockspace, owner.hostId()));
        } catch (SanlockException e) {
            // Not joined, or joined just now: the owner's state cannot be told.
            if (e.code() == -Errno.ENOENT || e.code() == -Errno.EAGAIN) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * The state of the very incarnation that owns a lease: FREE if its host has joined anew since.
     * Every doubt is UNKNOWN; so is what a list of hosts says that is older than the lease, and
     * tells of the host's life before.
     */
    static HostState stateOf(Owner owner, Optional<HostStatus> host) {
        if (host.isEmpty() || host.get().generation() < owner.generation()) {
            return HostState.UNKNOWN;
        }
        return host.get().generation() > owner.generation() ? HostState.FREE : host.get().state();
    }

    /** Whether an owner of that state still counts. */
    static boolean mayHold(HostState state) {
        return state != HostState.DEAD && state != HostState.FREE;
    }

    private static LeaseOwner described(Owner owner, HostState state) {
        return new LeaseOwner(
                new HostIdentity(owner.hostId(), owner.generation()),
                state,
                "host "
                        + owner.hostId()
                        + " (host generation "
                        + owner.generation()
                        + ", "
                        + (state == HostState.UNKNOWN ? "state unknown" : state.name())
                        + ")");
    }
}
