package io.tenure.lease.sanlock;

import io.tenure.domain.LeaseArea;
import io.tenure.format.CorruptMetadataException;
import io.tenure.format.UnsupportedFormatException;
import io.tenure.format.sanlock.ModeBlock;
import io.tenure.format.sanlock.PaxosLeader;
import io.tenure.lease.HostIdentity;
import io.tenure.lease.HostRenewal;
import io.tenure.lease.LeaseLook;
import io.tenure.lease.LeaseLostException;
import io.tenure.lease.LeaseMode;
import io.tenure.lease.LeaseOwner;
import io.tenure.lease.LeaseReleaseException;
import io.tenure.lease.LeasesUnavailableException;
import io.tenure.lease.VolumeLease;
import io.tenure.sanlock.HeldLease;
import io.tenure.sanlock.HostState;
import io.tenure.sanlock.HostStatus;
import io.tenure.sanlock.LeaseClaim;
import io.tenure.sanlock.Registration;
import io.tenure.sanlock.SanlockException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A lease that one connection to the daemon holds. */
final class SanlockLease implements VolumeLease {
    private final SanlockLeaseConnection connection;
    private final LeaseArea area;
    private final LeaseMode mode;
    private final HostStatus self;
    private final long version;
    private final HostRenewal renewal;

    SanlockLease(
            SanlockLeaseConnection connection,
            LeaseArea area,
            LeaseMode mode,
            HostStatus self,
            long version,
            HostRenewal renewal) {
        this.connection = connection;
        this.area = area;
        this.mode = mode;
        this.self = self;
        this.version = version;
        this.renewal = renewal;
    }

    @Override
    public LeaseArea area() {
        return area;
    }

    @Override
    public LeaseMode mode() {
        return mode;
    }

    @Override
    public void sign() {
        // sanlock has written owner and version with the grant.
    }

    @Override
    public LeaseLook verify() throws IOException {
        try {
            LeaseLook look =
                    connection
                            .calls()
                            .within(
                                    limit(),
                                    "read the leader record of " + area,
                                    DaemonCalls.STORAGE,
                                    this::verifyOnStorage);
            verifyAtGrantor();
            verifyLockspace();
            return look;
        } catch (LeasesUnavailableException e) {
            throw lost(e);
        }
    }

    @Override
    public LeaseLook verifyOnStorage() throws IOException {
        LeaseSectors now;
        boolean shares = true;
        try {
            now = LeaseSectors.read(area);
            if (mode == LeaseMode.SHARED) {
                ModeBlock block = LeaseSectors.readMode(area, self.hostId());
                shares = block.shared() && block.generation() == self.generation();
            }
        } catch (CorruptMetadataException | UnsupportedFormatException e) {
            throw lost(e);
        }
        Optional<String> mismatch = now.mismatch(area);
        if (mismatch.isPresent()) {
            throw new LeaseLostException(area + " is lost: " + mismatch.get());
        }
        // Other sharers raise the version of a shared lease; nobody that of an exclusive.
        if (mode == LeaseMode.SHARED ? !shares : !isOurs(now.leader())) {
            throw lostTo(now.leader());
        }
        return new LeaseLook(now.isWanted());
    }

    private boolean isOurs(PaxosLeader leader) {
        return leader.isOwnedBy(self.hostId(), self.generation(), version);
    }

    private LeaseLostException lostTo(PaxosLeader leader) {
        String held =
                "; it was granted to host "
                        + self.hostId()
                        + " (host generation "
                        + self.generation()
                        + (mode == LeaseMode.SHARED ? ", shared)" : ", lver " + version + ")");
        if (!leader.hasOwner()) {
            return new LeaseLostException(
                    area + " is lost: storage names nobody as its owner" + held);
        }
        LeaseOwner owner =
                new LeaseOwner(
                        new HostIdentity(leader.ownerId(), leader.ownerGeneration()),
                        HostState.UNKNOWN, // its daemon is not asked for that here
                        "host "
                                + leader.ownerId()
                                + " (host generation "
                                + leader.ownerGeneration()
                                + ", lver "
                                + leader.lver()
                                + ")");
        return new LeaseLostException(
                area + " is lost: storage names " + owner + " as its owner" + held, owner);
    }

    @Override
    public void verifyAtGrantor() throws IOException {
        requireConnected();
        Optional<HeldLease> held;
        try {
            held = connection.inquire(area, limit());
        } catch (SanlockException e) {
            if (e.isDaemonGone()) {
                throw lost(e);
            }
            throw e;
        }
        if (held.filter(this::isThis).isEmpty()) {
            throw new LeaseLostException(
                    area + " is lost: the sanlock daemon does not list it as held any more");
        }
    }

    private void requireConnected() throws LeaseLostException {
        if (connection.isHungUp()) {
            throw new LeaseLostException(area + " is lost: the sanlock daemon hung up");
        }
    }

    private boolean isThis(HeldLease lease) {
        return mode == LeaseMode.SHARED
                ? lease.mode() == io.tenure.sanlock.LeaseMode.SHARED
                : lease.lver() == version;
    }

    /**
     * Whether the daemon still has its lockspace. While it loses that and ends its holders by
     * SIGTERM, storage may name this host for a while longer, and every inquiry answers as before;
     * only a second acquire does not: ENOSPC then, EEXIST as long as all is well. It comes to no
     * I/O. Asked for exclusively, whatever the lease's own mode: a second sharer would be let in.
     * Not for every look: the daemon writes it into its log as an error.
     */
    private void verifyLockspace() throws IOException {
        LeaseClaim exclusively =
                new LeaseClaim(
                        SanlockLeaseManager.resource(area), io.tenure.sanlock.LeaseMode.EXCLUSIVE);
        try (Registration probe = connection.registerAnother()) {
            connection
                    .calls()
                    .within(
                            limit(),
                            "ask a second time for " + area,
                            () -> {
                                probe.acquire(List.of(exclusively), "");
                                return true;
                            });
        } catch (SanlockException e) {
            if (e.isNotJoined() || e.isDaemonGone()) {
                throw lost(e);
            }
            if (!e.isHeldHere()) {
                throw e;
            }
            return;
        }
        throw new LeaseLostException(area + " is lost: the sanlock daemon had let it go");
    }

    private Duration limit() {
        return DaemonCalls.onStorage(self.ioTimeoutSeconds());
    }

    @Override
    public Optional<HostRenewal> renewal() {
        return Optional.of(renewal);
    }

    private LeaseLostException lost(IOException e) {
        return new LeaseLostException(area + " is lost: " + e.getMessage(), e);
    }

    @Override
    public void release() throws LeaseReleaseException {
        try {
            connection.release(area, mode, self);
        } catch (IOException | IllegalStateException e) { // the latter: given up before
            boolean forgotten = e instanceof SanlockException met && SanlockErrors.isTemporary(met);
            throw new LeaseReleaseException(
                    area
                            + " may not have been released cleanly: "
                            + e.getMessage()
                            + (forgotten
                                    ? "; the other hosts may see it held until this host has taken"
                                            + " it once more, as any job here does"
                                    : "; it is free once this process has ended"),
                    e);
        }
    }
}
