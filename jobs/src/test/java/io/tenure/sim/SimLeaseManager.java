package io.tenure.sim;

import io.tenure.domain.LeaseArea;
import io.tenure.format.LeaseKind;
import io.tenure.lease.HostIdentity;
import io.tenure.lease.LeaseConnection;
import io.tenure.lease.LeaseHeldException;
import io.tenure.lease.LeaseLook;
import io.tenure.lease.LeaseLostException;
import io.tenure.lease.LeaseManager;
import io.tenure.lease.LeaseMode;
import io.tenure.lease.LeaseOwner;
import io.tenure.lease.LeaseReleaseException;
import io.tenure.lease.LeaseState;
import io.tenure.lease.VolumeLease;
import io.tenure.sanlock.HostState;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One host's view of the simulated leases; every call that goes to storage is an operation. */
final class SimLeaseManager implements LeaseManager {
    private final World world;
    private final SimHost host;

    SimLeaseManager(World world, SimHost host) {
        this.world = world;
        this.host = host;
    }

    @Override
    public LeaseKind kind() {
        return LeaseKind.SANLOCK;
    }

    @Override
    public HostIdentity host(UUID domainId) {
        return new HostIdentity(host.id(), host.generation);
    }

    @Override
    public LeaseConnection connect(String label) {
        return new Connection();
    }

    @Override
    public LeaseState inspect(LeaseArea area) {
        try {
            host.operation("inspect lease", SimHost.Reach.MORE);
        } catch (IOException e) {
            return new LeaseState.Unknown(String.valueOf(e.getMessage()));
        }
        return host.ask(this::state);
    }

    private LeaseState state() {
        SimHost owner = world.leases.owner;
        if (owner == null || world.leases.isFreeFor(host)) {
            host.saw(1);
            return new LeaseState.Free();
        }
        HostState state =
                world.leases.ageMillis(owner) >= SimLeases.FAIL_MILLIS
                        ? HostState.FAIL
                        : HostState.LIVE;
        host.saw(
                Mix.mix(
                        2L + owner.index,
                        2 * world.leases.ownerGeneration + (state == HostState.FAIL ? 1 : 0)));
        host.conduct().seesHolder(owner);
        return new LeaseState.Held(
                List.of(
                        new LeaseOwner(
                                new HostIdentity(owner.id(), world.leases.ownerGeneration),
                                state,
                                owner.toString())));
    }

    /** As sanlock's sectors tell it: a newer generation, or a ballot that says released. */
    @Override
    public Optional<String> knownGone(LeaseArea area, HostIdentity worker) throws IOException {
        if (worker.hostId() == host.id() && worker.hostGeneration() == host.generation) {
            return Optional.of("it was a process of this host");
        }
        host.operation("read the ballot of host " + worker.hostId(), SimHost.Reach.MORE);
        return host.ask(() -> isGone(worker)) ? Optional.of("it has left") : Optional.empty();
    }

    private boolean isGone(HostIdentity worker) {
        SimHost asked = world.hosts[(int) worker.hostId() - 1];
        boolean gone =
                asked.generation > worker.hostGeneration()
                        || asked.releasedGeneration == worker.hostGeneration();
        host.saw(gone ? 20 : 21);
        if (!gone) {
            host.conduct().suspectsOther();
        }
        return gone;
    }

    /** Returns the lease's new version, or else who holds it. */
    private Grant grant() {
        if (!world.leases.isFreeFor(host)) {
            host.saw(3);
            host.conduct().isRefused();
            return new Grant(0, String.valueOf(world.leases.owner));
        }
        long version = world.leases.grant(host);
        host.touches();
        host.proved();
        host.saw(4 + version);
        host.conduct().isGranted();
        return new Grant(version, "");
    }

    private record Grant(long version, String holder) {}

    /** Returns who has the lease if this host has not; empty if it has. */
    private String other(long generation, long version) {
        if (!world.leases.isOwnedBy(host, generation, version)) {
            host.saw(5);
            host.conduct().loses();
            return "to " + world.leases.owner;
        }
        host.proved();
        host.saw(6);
        return "";
    }

    private boolean isReleased(long generation, long version) {
        if (!world.leases.isOwnedBy(host, generation, version)) {
            host.saw(7);
            return false;
        }
        world.leases.free();
        host.touches();
        host.saw(8);
        return true;
    }

    @Override
    public void formatDomain(
            LeaseArea domainLease, long lockspaceOffsetBytes, int ioTimeoutSeconds) {
        throw new AssertionError("a simulation begins with its leases there, and keeps them");
    }

    @Override
    public void format(LeaseArea area) {
        throw new AssertionError("a simulation begins with its leases there, and keeps them");
    }

    @Override
    public void clear(LeaseArea area) {
        throw new AssertionError("a simulation begins with its leases there, and keeps them");
    }

    @Override
    public void close() {}

    private final class Connection implements LeaseConnection {
        private @Nullable Held held;

        @Override
        public VolumeLease acquire(LeaseArea area, LeaseMode mode) throws IOException {
            Held lease = new Held(area, mode);
            if (world.mutation != Mutation.LEASE_AFTER_RECORD) {
                lease.take();
            }
            held = lease;
            return lease;
        }

        @Override
        public boolean awaitHangUp(int timeoutMillis) {
            return false;
        }

        @Override
        public void close() throws IOException {
            Held lease = held;
            if (lease != null && !lease.released) {
                lease.release();
            }
        }
    }

    private final class Held implements VolumeLease {
        private final LeaseArea area;
        private final LeaseMode mode;
        private long generation;
        private long version;
        private boolean released;

        Held(LeaseArea area, LeaseMode mode) {
            this.area = area;
            this.mode = mode;
        }

        void take() throws IOException {
            host.operation("acquire lease", SimHost.Reach.MORE);
            Grant grant = host.ask(SimLeaseManager.this::grant);
            if (grant.version() == 0) {
                throw new LeaseHeldException(area + " is held by " + grant.holder());
            }
            generation = host.generation;
            version = grant.version();
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
        public void sign() throws IOException {
            host.does(() -> host.conduct().signs());
            if (world.mutation == Mutation.LEASE_AFTER_RECORD) {
                take();
            }
        }

        @Override
        public LeaseLook verify() throws IOException {
            LeaseLook look = verifyOnStorage();
            verifyAtGrantor();
            return look;
        }

        @Override
        public LeaseLook verifyOnStorage() throws IOException {
            if (world.mutation == Mutation.LEADER_NOT_READ
                    || (world.mutation == Mutation.SECOND_LOOK_LEFT_OUT
                            && host.ask(() -> host.halfWritten))) {
                return LeaseLook.OURS;
            }
            host.operation("read leader record", SimHost.Reach.LEADER);
            long incarnation = generation;
            long granted = version;
            String lost = host.ask(() -> other(incarnation, granted));
            if (!lost.isEmpty()) {
                throw new LeaseLostException(area + " is lost " + lost);
            }
            return LeaseLook.OURS;
        }

        @Override
        public void verifyAtGrantor() {
            // The daemon of a machine that was paused knows nothing of it.
        }

        @Override
        public void release() throws LeaseReleaseException {
            released = true;
            try {
                host.operation("release lease", SimHost.Reach.RELEASE);
            } catch (IOException e) {
                throw new LeaseReleaseException(area + " may still be held", e);
            }
            long incarnation = generation;
            long granted = version;
            if (!host.ask(() -> isReleased(incarnation, granted))) {
                throw new LeaseReleaseException(area + " was not ours any more");
            }
        }
    }
}
