package io.tenure.lease.sanlock;

import io.tenure.domain.InvalidRequestException;
import io.tenure.domain.LeaseArea;
import io.tenure.domain.RefusedException;
import io.tenure.domain.StorageDomain;
import io.tenure.lease.HostIdentity;
import io.tenure.lease.LeasesUnavailableException;
import io.tenure.sanlock.HostState;
import io.tenure.sanlock.HostStatus;
import io.tenure.sanlock.LeaseMode;
import io.tenure.sanlock.LockspaceStatus;
import io.tenure.sanlock.Owner;
import io.tenure.sanlock.RequestMode;
import io.tenure.sanlock.Resource;
import io.tenure.sanlock.Sanlock;
import io.tenure.sanlock.SanlockException;
import io.tenure.sanlock.SanlockTimeouts;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Asks other hosts to let go of leases. Does not own the {@link Sanlock}. Safe for use by many
 * threads.
 */
public final class LeaseRequests {
    private final Sanlock sanlock;
    private final StorageDomain domain;
    private final DomainHosts hosts;
    private final DaemonCalls calls = new DaemonCalls(); // its idle threads end by themselves

    /**
     * A request that stands on storage.
     *
     * @param owner whom it reaches
     * @param ownerState what this host's daemon says of that host
     * @param lver the grant that was asked for: the owner's and one
     * @param mode how the holder is made to let go
     * @param withinSeconds by when the owner's daemon will have acted on it, if it still renews;
     *     not sooner than a tenth of that as a rule
     */
    public record Sent(
            HostIdentity owner,
            HostState ownerState,
            long lver,
            RequestMode mode,
            int withinSeconds) {}

    /**
     * Creates the requester.
     *
     * @param sanlock this host's daemon, which must have joined before it can ask
     * @param domain the domain
     * @throws InvalidRequestException if the domain's leases are local
     */
    public LeaseRequests(Sanlock sanlock, StorageDomain domain) throws InvalidRequestException {
        this.sanlock = sanlock;
        this.domain = domain;
        this.hosts = new DomainHosts(sanlock, domain);
    }

    /**
     * Asks the owner of a lease to let go. {@link RequestMode#GRACEFUL}: its daemon runs the
     * holder's killpath program or sends it SIGTERM; {@link RequestMode#FORCE}: SIGKILL. Returns
     * when the request stands on storage.
     *
     * @param area a lease of the domain
     * @param mode how
     * @param expectedOwner the host id that is to be asked, and no other; empty: whoever it is
     * @return the request
     * @throws RefusedException if there is nobody whom a request would reach, or another owner than
     *     expected; nothing was asked
     * @throws IOException if this host has not joined, or storage or the daemon fails
     */
    public Sent send(LeaseArea area, RequestMode mode, OptionalLong expectedOwner)
            throws IOException {
        try {
            LockspaceStatus self =
                    hosts.joined()
                            .orElseThrow(() ->
                                    new LeasesUnavailableException(
                                            "this host has not joined "
                                                    + domain.path()
                                                    + ", so it cannot ask its hosts: join it first"));
            Resource resource = SanlockLeaseManager.resource(area);
            Owner owner = owner(area, expectedOwner);
            HostStatus status = ownerStatus(area, owner, self);
            calls.within(
                    DaemonCalls.onStorage(domain.superblock().ioTimeoutSeconds()),
                    "ask for " + area,
                    () -> {
                        sanlock.request(resource, owner, mode);
                        return true;
                    });
            return new Sent(
                    new HostIdentity(owner.hostId(), owner.generation()),
                    status.state(),
                    owner.lver() + 1,
                    mode,
                    SanlockTimeouts.requestSeconds(status.ioTimeoutSeconds()));
        } catch (SanlockException e) {
            throw SanlockErrors.unavailable(e);
        }
    }

    private Owner owner(LeaseArea area, OptionalLong expectedOwner) throws IOException {
        List<Owner> owners =
                new PresentOwners(sanlock, calls)
                        .of(area, DaemonCalls.onStorage(domain.superblock().ioTimeoutSeconds()));
        if (owners.isEmpty()) {
            throw new RefusedException("nobody holds " + area + ": there is nobody to ask");
        }
        Owner owner = owners.getFirst();
        if (owners.size() > 1 || owner.mode() == LeaseMode.SHARED) {
            throw new RefusedException(
                    area
                            + " is held shared by host "
                            + String.join(
                                    ", ",
                                    owners.stream().map(sharer -> "" + sharer.hostId()).toList())
                            + ": sanlock asks nobody but an exclusive owner; end the jobs there");
        }
        if (expectedOwner.isPresent() && expectedOwner.getAsLong() != owner.hostId()) {
            throw new RefusedException(
                    "%s is held by host %d, not by host %d: nothing was asked"
                            .formatted(area, owner.hostId(), expectedOwner.getAsLong()));
        }
        return owner;
    }

    private HostStatus ownerStatus(LeaseArea area, Owner owner, LockspaceStatus self)
            throws IOException {
        if (owner.hostId() == self.hostId()) {
            throw new RefusedException(
                    area
                            + " is held by a process of this host, and a host asks nothing of"
                            + " itself: end that process (sanlock client status names it)");
        }
        Optional<HostStatus> known =
                calls.within(
                        DaemonCalls.FROM_MEMORY,
                        "ask for host " + owner.hostId(),
                        () -> sanlock.host(domain.id().toString(), owner.hostId()));
        if (!OwnerQuery.mayHold(OwnerQuery.stateOf(owner, known))) {
            throw new RefusedException(
                    area
                            + " is held by nobody who lives: host "
                            + owner.hostId()
                            + " is dead or has left since; acquire it");
        }
        return known.orElseThrow(() ->
                new LeasesUnavailableException(
                        "the sanlock daemon has not seen host "
                                + owner.hostId()
                                + " yet; try again in some seconds"));
    }
}
