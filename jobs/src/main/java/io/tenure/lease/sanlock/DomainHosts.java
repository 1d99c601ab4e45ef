package io.tenure.lease.sanlock;

import io.tenure.bindings.Errno;
import io.tenure.domain.Clock;
import io.tenure.domain.InvalidRequestException;
import io.tenure.domain.RefusedException;
import io.tenure.domain.StorageDomain;
import io.tenure.format.DomainLayout;
import io.tenure.format.LeaseKind;
import io.tenure.lease.LeasesUnavailableException;
import io.tenure.sanlock.HostState;
import io.tenure.sanlock.HostStatus;
import io.tenure.sanlock.Lockspace;
import io.tenure.sanlock.LockspaceState;
import io.tenure.sanlock.LockspaceStatus;
import io.tenure.sanlock.Sanlock;
import io.tenure.sanlock.SanlockException;
import io.tenure.sanlock.SanlockTimeouts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The hosts of a domain that sanlock guards: joining, leaving, and who is there. Does not own the
 * {@link Sanlock}. Safe for use by many threads.
 */
public final class DomainHosts {
    private final Sanlock sanlock;
    private final StorageDomain domain;
    private final DaemonCalls calls = new DaemonCalls(); // its idle threads end by themselves

    /**
     * Creates the view of a domain's hosts.
     *
     * @param sanlock this host's daemon
     * @param domain the domain
     * @throws InvalidRequestException if the domain's leases are local: it has one host only
     */
    public DomainHosts(Sanlock sanlock, StorageDomain domain) throws InvalidRequestException {
        if (domain.leaseKind() != LeaseKind.SANLOCK) {
            throw new InvalidRequestException(
                    "the domain at "
                            + domain.path()
                            + " has local leases: one host, nothing to join or to list");
        }
        this.sanlock = sanlock;
        this.domain = domain;
    }

    /**
     * Joins: this host renews its host id from now on, until it leaves or its daemon ends. Blocks
     * for {@link io.tenure.sanlock.SanlockTimeouts#joinSeconds}, or, when the host id was held by
     * another host that did not leave, until that one is known to be dead.
     *
     * @param hostId a number that no other host uses
     * @throws InvalidRequestException if the domain has no room for such a host id
     * @throws RefusedException if this host has joined under another host id, or has joined another
     *     domain of the same id: a copy
     * @throws IOException if it could not join
     */
    public void join(long hostId) throws IOException {
        Lockspace lockspace = lockspace(hostId, domain.controlPath().toString());
        try {
            Optional<LockspaceStatus> known = joined();
            if (known.isPresent()) {
                refuseOther(known.get(), hostId);
                // Perhaps another process is at it just now.
                Lockspace same = lockspace(hostId, known.get().path());
                if (sanlock.awaitLockspace(same) == LockspaceState.JOINED) {
                    return;
                }
            }
            sanlock.addLockspace(lockspace, domain.superblock().ioTimeoutSeconds());
        } catch (SanlockException e) {
            throw SanlockErrors.unavailable(e);
        }
    }

    private void refuseOther(LockspaceStatus joined, long hostId) throws IOException {
        refuseCopy(joined);
        if (joined.hostId() != hostId) {
            throw new RefusedException(
                    "this host has joined "
                            + domain.path()
                            + " as host "
                            + joined.hostId()
                            + " already; leave first");
        }
    }

    /** A domain that was copied with all its bytes has the name of the first, but other leases. */
    private void refuseCopy(LockspaceStatus joined) throws IOException {
        if (!isAt(joined, domain.controlPath())) {
            throw new RefusedException(
                    "this host has joined the domain "
                            + domain.id()
                            + " at "
                            + joined.path()
                            + "; what lies at "
                            + domain.path()
                            + " is a copy of it, and two of one id cannot be used at once");
        }
    }

    /** Whether a lockspace lies in a control area, by whatever path that is known. */
    static boolean isAt(LockspaceStatus joined, Path controlPath) throws IOException {
        Path path = Path.of(joined.path());
        return path.equals(controlPath)
                || (Files.exists(path) && Files.isSameFile(path, controlPath));
    }

    /**
     * Leaves. Refused while a job of this host holds a lease: sanlock would kill it.
     *
     * @throws RefusedException if this host has not joined, or leases are held
     * @throws IOException if it could not leave
     */
    public void leave() throws IOException {
        LockspaceStatus status =
                joined().orElseThrow(() ->
                        new RefusedException("this host has not joined " + domain.path()));
        refuseCopy(status);
        try {
            Lockspace lockspace = lockspace(status.hostId(), status.path());
            calls.within(
                    DaemonCalls.onStorage(domain.superblock().ioTimeoutSeconds())
                            .plusSeconds(SanlockTimeouts.LEAVE_SECONDS),
                    "leave " + domain.path(),
                    () -> {
                        sanlock.removeUnusedLockspace(lockspace);
                        return true;
                    });
        } catch (SanlockException e) {
            if (e.code() == -Errno.EBUSY) {
                throw new RefusedException(
                        "a job of this host holds a lease in "
                                + domain.path()
                                + "; leave when it has ended");
            }
            throw SanlockErrors.unavailable(e);
        }
    }

    /**
     * This host's own membership.
     *
     * @return its host id and state; empty if it has not joined
     * @throws IOException if the daemon cannot be asked
     */
    public Optional<LockspaceStatus> joined() throws IOException {
        try {
            return calls
                    .within(DaemonCalls.FROM_MEMORY, "list the lockspaces", sanlock::lockspaces)
                    .stream()
                    .filter(status -> status.name().equals(domain.id().toString()))
                    .findFirst();
        } catch (SanlockException e) {
            throw SanlockErrors.unavailable(e);
        }
    }

    /**
     * Every host that was ever in the domain, also those that have left. Waits a few seconds just
     * after the join, when the daemon has not looked yet.
     *
     * @return the hosts, this one among them
     * @throws IOException if this host has not joined, or the daemon cannot be asked
     */
    public List<HostStatus> list() throws IOException {
        if (joined().isEmpty()) {
            throw new LeasesUnavailableException(
                    "this host has not joined "
                            + domain.path()
                            + ", so it does not watch its hosts: join it first");
        }
        for (int tries = 0; ; tries++) {
            try {
                return calls.within(
                        DaemonCalls.FROM_MEMORY,
                        "list the hosts of " + domain.path(),
                        this::listed);
            } catch (SanlockException e) {
                if (e.code() != -Errno.EAGAIN || tries == SanlockLeaseManager.HOSTS_TRIES) {
                    throw SanlockErrors.unavailable(e);
                }
            }
            SanlockLeaseManager.pause(Clock.SYSTEM);
        }
    }

    /**
     * The other hosts that may hold leases: all but those that have left, or are known to be dead.
     * Of a host whose sector on storage is damaged nothing is known, so it may.
     *
     * @return each in words; empty if there is none
     * @throws IOException as for {@link #list}
     */
    public List<String> othersThatMayHold() throws IOException {
        long own = joined().map(LockspaceStatus::hostId).orElse(0L);
        Map<Long, HostState> states =
                list().stream().collect(Collectors.toMap(HostStatus::hostId, HostStatus::state));
        List<String> others = new ArrayList<>();
        for (StoredHost host : new SanlockSectors(domain).hosts().used()) {
            HostState state = states.get((long) host.hostId());
            if (host.hostId() != own && host.isTaken() && state != HostState.DEAD) {
                others.add(
                        "host %d (%s)"
                                .formatted(
                                        host.hostId(),
                                        host.problem() == null
                                                ? state == null ? "not seen yet" : state.name()
                                                : host.problem()));
            }
        }
        return others;
    }

    /** Asks for each host id: only so those tell that are free. Microseconds for each. */
    private List<HostStatus> listed() throws SanlockException {
        List<HostStatus> hosts = new ArrayList<>();
        for (int hostId = 1; hostId <= domain.superblock().layout().maxHosts(); hostId++) {
            sanlock.host(domain.id().toString(), hostId).ifPresent(hosts::add);
        }
        return hosts;
    }

    private Lockspace lockspace(long hostId, String path) throws InvalidRequestException {
        DomainLayout layout = domain.superblock().layout();
        try {
            return new Lockspace(
                    domain.id().toString(),
                    hostId,
                    path,
                    layout.lockspaceOffset(),
                    layout.sectorBytes(),
                    layout.leaseAlignBytes());
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(e);
        }
    }
}
