package io.tenure.lease.sanlock;

import io.tenure.bindings.Errno;
import io.tenure.domain.Clock;
import io.tenure.domain.InvalidRequestException;
import io.tenure.domain.LeaseArea;
import io.tenure.format.LeaseKind;
import io.tenure.jobs.internal.IoAction;
import io.tenure.lease.HostIdentity;
import io.tenure.lease.HostJoiningException;
import io.tenure.lease.HostRenewal;
import io.tenure.lease.LeaseConnection;
import io.tenure.lease.LeaseManager;
import io.tenure.lease.LeaseState;
import io.tenure.lease.LeasesUnavailableException;
import io.tenure.sanlock.HostStatus;
import io.tenure.sanlock.Lockspace;
import io.tenure.sanlock.LockspaceState;
import io.tenure.sanlock.LockspaceStatus;
import io.tenure.sanlock.Registration;
import io.tenure.sanlock.Resource;
import io.tenure.sanlock.Sanlock;
import io.tenure.sanlock.SanlockException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Leases by the sanlock daemon of this host. Many hosts share them over storage alone.
 *
 * <p>The lockspace of a domain has the domain's id as its name, the lease of a volume the volume's.
 * This host must have joined the lockspace, see {@link DomainHosts}. Owns the {@link Sanlock} that
 * it is given.
 */
public final class SanlockLeaseManager implements LeaseManager {
    /** Just after joining the daemon cannot list hosts yet; it looks once a second. */
    static final int HOSTS_TRIES = 50;

    private static final Duration HOSTS_INTERVAL = Duration.ofMillis(100);

    private final Sanlock sanlock;
    private final Clock clock;
    private final DaemonCalls calls = new DaemonCalls();
    private final OwnerQuery ownerQuery;
    private final OnTermination onTermination;

    /**
     * Creates a manager for a process that ends when sanlock wants its leases back.
     *
     * @param sanlock the daemon; closed with the manager
     */
    public SanlockLeaseManager(Sanlock sanlock) {
        this(sanlock, OnTermination.END);
    }

    /**
     * Creates a manager.
     *
     * @param sanlock the daemon; closed with the manager
     * @param onTermination what this process does when sanlock wants its leases back
     */
    public SanlockLeaseManager(Sanlock sanlock, OnTermination onTermination) {
        this(sanlock, onTermination, Clock.SYSTEM);
    }

    /**
     * Creates a manager.
     *
     * @param sanlock the daemon; closed with the manager
     * @param onTermination what this process does when sanlock wants its leases back
     * @param clock waits between two questions to the daemon
     */
    public SanlockLeaseManager(Sanlock sanlock, OnTermination onTermination, Clock clock) {
        this.sanlock = sanlock;
        this.onTermination = onTermination;
        this.clock = clock;
        this.ownerQuery = new OwnerQuery(sanlock, calls, clock);
    }

    @Override
    public LeaseKind kind() {
        return LeaseKind.SANLOCK;
    }

    DaemonCalls calls() {
        return calls;
    }

    @Override
    public HostIdentity host(UUID domainId) throws IOException {
        try {
            HostStatus self = self(domainId.toString(), membership(domainId).hostId());
            return new HostIdentity(self.hostId(), self.generation());
        } catch (SanlockException e) {
            throw SanlockErrors.unavailable(e);
        }
    }

    /** This host, as its daemon lists it in the domain of a lease. */
    HostStatus self(LeaseArea area) throws IOException {
        try {
            LockspaceStatus joined = membership(area.domainId());
            if (!DomainHosts.isAt(joined, area.path())) {
                throw new LeasesUnavailableException(
                        "this host has joined the domain "
                                + area.domainId()
                                + " at "
                                + joined.path()
                                + ", not at "
                                + area.path()
                                + ", which is a copy of it: leave the one before joining the other");
            }
            return self(area.domainId().toString(), joined.hostId());
        } catch (SanlockException e) {
            throw SanlockErrors.unavailable(e);
        }
    }

    private LockspaceStatus membership(UUID domainId) throws IOException {
        List<LockspaceStatus> lockspaces =
                calls.within(DaemonCalls.FROM_MEMORY, "list the lockspaces", sanlock::lockspaces);
        LockspaceStatus own =
                lockspaces.stream()
                        .filter(status -> status.name().equals(domainId.toString()))
                        .findFirst()
                        .orElseThrow(() -> notJoined(domainId));
        if (own.state() != LockspaceState.JOINED) {
            throw new HostJoiningException(
                    "this host is just joining the domain "
                            + domainId
                            + " as host "
                            + own.hostId()
                            + ", or leaving it; try again when it has");
        }
        return own;
    }

    private static LeasesUnavailableException notJoined(UUID domainId) {
        return new LeasesUnavailableException(
                "this host has not joined the domain "
                        + domainId
                        + ": join it with a host id of its own first (tenure host join)");
    }

    private HostStatus self(String lockspace, long hostId) throws IOException {
        for (int tries = 0; ; tries++) {
            try {
                Optional<HostStatus> self = status(lockspace, hostId);
                if (self.isPresent()) {
                    return self.get();
                }
            } catch (SanlockException e) {
                if (e.code() != -Errno.EAGAIN) {
                    throw e;
                }
            }
            if (tries == HOSTS_TRIES) {
                throw new LeasesUnavailableException(
                        "the sanlock daemon does not list this host in lockspace " + lockspace);
            }
            pause(clock);
        }
    }

    private Optional<HostStatus> status(String lockspace, long hostId) throws IOException {
        return calls.within(
                DaemonCalls.FROM_MEMORY,
                "ask for host " + hostId + " of lockspace " + lockspace,
                () -> sanlock.host(lockspace, hostId));
    }

    static void pause(Clock clock) throws InterruptedIOException {
        try {
            clock.sleep(HOSTS_INTERVAL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the sanlock daemon");
        }
    }

    @Override
    public LeaseConnection connect(String label) throws IOException {
        try {
            Registration registration = sanlock.register();
            Optional<String> killProgram = onTermination.killProgram();
            if (killProgram.isPresent()) {
                setKillProgram(registration, killProgram.get());
            }
            return new SanlockLeaseConnection(this, registration, label);
        } catch (SanlockException e) {
            throw SanlockErrors.unavailable(e);
        }
    }

    private void setKillProgram(Registration registration, String program) throws IOException {
        try {
            calls.within(
                    DaemonCalls.FROM_MEMORY,
                    "set the kill program",
                    () -> {
                        registration.killPath(program, List.of());
                        return true;
                    });
        } catch (IOException | RuntimeException e) {
            registration.close();
            throw e;
        }
    }

    @Override
    public LeaseState inspect(LeaseArea area) {
        return ownerQuery.ask(area);
    }

    /** Who holds a lease that could not be acquired, in words. */
    @Override
    public Optional<String> knownGone(LeaseArea area, HostIdentity worker) throws IOException {
        try {
            LockspaceStatus joined = membership(area.domainId());
            HostStatus self = self(area.domainId().toString(), joined.hostId());
            return new Departure(area, joined.offsetBytes())
                    .known(worker, new HostIdentity(self.hostId(), self.generation()));
        } catch (SanlockException e) {
            throw SanlockErrors.unavailable(e);
        }
    }

    String holders(LeaseArea area) {
        return ownerQuery.inWords(area);
    }

    /** This host's own host id, as it stands on the storage of a lease. */
    HostRenewal renewal(LeaseArea area, HostStatus self) throws IOException {
        return new SanlockRenewal(
                area.path(),
                membership(area.domainId()).offsetBytes(),
                area.sectorBytes(),
                area.domainId().toString(),
                self.hostId(),
                self.generation(),
                self.ioTimeoutSeconds());
    }

    /** A further connection to the daemon. */
    Registration register() throws SanlockException {
        return sanlock.register();
    }

    @Override
    public void formatDomain(LeaseArea domainLease, long lockspaceOffsetBytes, int ioTimeoutSeconds)
            throws IOException {
        Resource resource;
        Lockspace lockspace;
        try {
            resource = resource(domainLease);
            lockspace =
                    new Lockspace(
                            resource.lockspace(),
                            1, // the whole area is written, whatever host id is named
                            resource.path(),
                            lockspaceOffsetBytes,
                            resource.sectorBytes(),
                            resource.alignBytes());
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(e); // such as a path that sanlock cannot take
        }
        write(
                "format the leases of " + domainLease.path(),
                () -> {
                    sanlock.writeLockspace(lockspace, ioTimeoutSeconds);
                    sanlock.writeResource(resource);
                });
    }

    @Override
    public void format(LeaseArea area) throws IOException {
        Resource resource = resource(area);
        write("format " + area, () -> sanlock.writeResource(resource));
    }

    @Override
    public void clear(LeaseArea area) throws IOException {
        Resource resource = resource(area);
        write("clear " + area, () -> sanlock.clearResource(resource));
    }

    private void write(String what, IoAction action) throws IOException {
        try {
            calls.within(
                    DaemonCalls.onStorage(),
                    what,
                    () -> {
                        action.run();
                        return true;
                    });
        } catch (SanlockException e) {
            throw SanlockErrors.unavailable(e);
        }
    }

    /** The lease in sanlock's words. */
    static Resource resource(LeaseArea area) throws InvalidRequestException {
        try {
            return new Resource(
                    area.domainId().toString(),
                    area.resourceId().toString(),
                    area.path().toString(),
                    area.offsetBytes(),
                    area.sectorBytes(),
                    area.alignBytes());
        } catch (IllegalArgumentException e) { // such as a path with a space
            throw new InvalidRequestException(e);
        }
    }

    @Override
    public void close() {
        calls.close();
        sanlock.close();
    }
}
