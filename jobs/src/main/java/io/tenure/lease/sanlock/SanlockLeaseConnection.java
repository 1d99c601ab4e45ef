package io.tenure.lease.sanlock;

import io.tenure.bindings.Errno;
import io.tenure.bindings.libc.Libc;
import io.tenure.bindings.libc.PollFd;
import io.tenure.bindings.sanlock.SanlockConstants;
import io.tenure.domain.LeaseArea;
import io.tenure.jobs.internal.IoAction;
import io.tenure.lease.LeaseBrokenException;
import io.tenure.lease.LeaseConnection;
import io.tenure.lease.LeaseHeldException;
import io.tenure.lease.LeaseLostException;
import io.tenure.lease.LeaseMode;
import io.tenure.lease.LeaseReleaseException;
import io.tenure.lease.LeasesUnavailableException;
import io.tenure.lease.VolumeLease;
import io.tenure.sanlock.HeldLease;
import io.tenure.sanlock.HostStatus;
import io.tenure.sanlock.LeaseClaim;
import io.tenure.sanlock.Owner;
import io.tenure.sanlock.Registration;
import io.tenure.sanlock.Resource;
import io.tenure.sanlock.SanlockException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One registered connection to the daemon: the holder of one job's leases. */
final class SanlockLeaseConnection implements LeaseConnection {
    private static final short HANG_UP = PollFd.POLLHUP | PollFd.POLLERR | PollFd.POLLNVAL;
    private static final int LABEL_BYTES = SanlockConstants.SANLK_NAME_LEN - 1; // and a NUL

    private final SanlockLeaseManager manager;
    private final Registration registration;
    private final String label;

    SanlockLeaseConnection(SanlockLeaseManager manager, Registration registration, String label) {
        this.manager = manager;
        this.registration = registration;
        this.label = cut(label);
    }

    /** As much of a label as the daemon keeps, in whole characters. */
    private static String cut(String label) {
        int end = label.length();
        while (label.substring(0, end).getBytes(StandardCharsets.UTF_8).length > LABEL_BYTES) {
            end = label.offsetByCodePoints(end, -1);
        }
        return label.substring(0, end);
    }

    @Override
    public VolumeLease acquire(LeaseArea area, LeaseMode mode) throws IOException {
        Resource resource = SanlockLeaseManager.resource(area);
        HostStatus self = manager.self(area);
        Duration limit = DaemonCalls.competing(self.ioTimeoutSeconds());
        try {
            ask(
                    limit,
                    "acquire " + area,
                    () ->
                            registration.acquire(
                                    List.of(new LeaseClaim(resource, sanlockMode(mode))), label));
        } catch (SanlockException e) {
            throw meaning(e, area);
        }
        try {
            return new Held(area, mode, self, version(area));
        } catch (IOException | RuntimeException e) {
            try {
                ask(limit, "release " + area, () -> registration.release(List.of(resource)));
            } catch (IOException release) {
                e.addSuppressed(release);
            }
            throw e;
        }
    }

    /** Calls the daemon; if it does not answer, gives the connection up, which ends the call. */
    private void ask(Duration limit, String what, IoAction call) throws IOException {
        try {
            manager.calls()
                    .within(
                            limit,
                            what,
                            () -> {
                                call.run();
                                return true;
                            });
        } catch (LeasesUnavailableException e) {
            registration.close();
            throw e;
        }
    }

    private static io.tenure.sanlock.LeaseMode sanlockMode(LeaseMode mode) {
        return mode == LeaseMode.SHARED
                ? io.tenure.sanlock.LeaseMode.SHARED
                : io.tenure.sanlock.LeaseMode.EXCLUSIVE;
    }

    private IOException meaning(SanlockException e, LeaseArea area) {
        if (e.isHeldElsewhere()) {
            return new LeaseHeldException(
                    area + " is held by " + manager.holders(area) + "; try again later", e);
        }
        // EBUSY: another connection of this host is just about to get the answer.
        if (e.isHeldHere() || e.code() == -Errno.EBUSY) {
            return new LeaseHeldException(
                    area
                            + " is held by another job or program of this host, "
                            + manager.holders(area)
                            + "; try again when it has ended",
                    e);
        }
        if (e.isNotJoined()) {
            return new LeasesUnavailableException(
                    "this host has not joined the domain "
                            + area.domainId()
                            + ", or is losing it: join it with a host id of its own first"
                            + " (tenure host join)",
                    e);
        }
        if (SanlockErrors.isBroken(e)) {
            return new LeaseBrokenException(area + " needs repair: " + e.getMessage(), e);
        }
        return SanlockErrors.unavailable(e);
    }

    /** The lease's version as it was granted to this connection. */
    private long version(LeaseArea area) throws IOException {
        List<HeldLease> held = new ArrayList<>();
        ask(
                DaemonCalls.FROM_MEMORY,
                "inquire what this connection holds",
                () -> held.addAll(registration.inquire()));
        for (HeldLease lease : held) {
            if (lease.name().equals(area.resourceId().toString())
                    && lease.lockspace().equals(area.domainId().toString())) {
                return lease.lver();
            }
        }
        throw new LeaseLostException(area + " was granted and is gone already");
    }

    @Override
    public boolean awaitHangUp(int timeoutMillis) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment poll = PollFd.allocate(arena, 1);
            PollFd.set(poll, 0, registration.descriptor(), (short) 0);
            int ready = Libc.poll(poll, 1, timeoutMillis);
            if (ready < 0 && ready != -Errno.EINTR) {
                throw new IOException("poll: " + Errno.describe(ready));
            }
            return ready > 0 && (PollFd.revents(poll, 0) & HANG_UP) != 0;
        }
    }

    @Override
    public List<Integer> descriptors() {
        return List.of(registration.descriptor());
    }

    @Override
    public void close() {
        registration.close();
    }

    private final class Held implements VolumeLease {
        private final LeaseArea area;
        private final LeaseMode mode;
        private final HostStatus self;
        private final long version;

        Held(LeaseArea area, LeaseMode mode, HostStatus self, long version) {
            this.area = area;
            this.mode = mode;
            this.self = self;
            this.version = version;
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
        public void verifyOnStorage() throws IOException {
            List<Owner> owners = owners();
            if (owners.stream().noneMatch(this::isThis)) {
                throw new LeaseLostException(
                        area
                                + " is lost: storage names "
                                + (owners.isEmpty() ? "nobody" : manager.holders(area))
                                + " as its owner");
            }
        }

        @Override
        public void verifyAtGrantor() throws IOException {
            if (registration.isHungUp()) {
                throw new LeaseLostException(area + " is lost: the sanlock daemon hung up");
            }
            if (mode == LeaseMode.EXCLUSIVE) { // a second sharer would be let in
                verifyDaemon();
            }
        }

        /**
         * Whether the daemon still stands behind the lease. While it loses the lockspace and ends
         * its holders by SIGTERM, storage may name this host for a while longer, and every inquiry
         * answers as before; only a second acquire does not: ENOSPC then, EEXIST as long as all is
         * well. It comes to no I/O.
         */
        private void verifyDaemon() throws IOException {
            Resource resource = SanlockLeaseManager.resource(area);
            try (Registration probe = manager.register()) {
                manager.calls()
                        .within(
                                DaemonCalls.FROM_MEMORY,
                                "ask a second time for " + area,
                                () -> {
                                    probe.acquire(
                                            List.of(new LeaseClaim(resource, sanlockMode(mode))),
                                            label);
                                    return true;
                                });
            } catch (LeasesUnavailableException e) {
                throw lost(e);
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

        private List<Owner> owners() throws IOException {
            try {
                return manager.owners(area, self);
            } catch (SanlockException e) {
                // EINVAL: no geometry of a lease. The arguments are those of the acquire.
                boolean other = SanlockErrors.isBroken(e) || e.code() == -Errno.EINVAL;
                if (other || e.isDaemonGone()) {
                    throw lost(e);
                }
                throw e;
            } catch (LeasesUnavailableException e) {
                throw lost(e);
            }
        }

        private LeaseLostException lost(IOException e) {
            return new LeaseLostException(area + " is lost: " + e.getMessage(), e);
        }

        private boolean isThis(Owner owner) {
            boolean sameHost =
                    owner.hostId() == self.hostId() && owner.generation() == self.generation();
            // Other sharers raise the version of a shared lease; nobody that of an exclusive.
            boolean sameLease =
                    mode == LeaseMode.SHARED
                            ? owner.mode() == io.tenure.sanlock.LeaseMode.SHARED
                            : owner.lver() == version;
            return sameHost && sameLease;
        }

        @Override
        public void release() throws LeaseReleaseException {
            try {
                ask(
                        DaemonCalls.onStorage(self.ioTimeoutSeconds()),
                        "release " + area,
                        () -> registration.release(List.of(SanlockLeaseManager.resource(area))));
            } catch (IOException | IllegalStateException e) { // the latter: given up before
                throw new LeaseReleaseException(
                        area
                                + " may not have been released cleanly: "
                                + e.getMessage()
                                + "; it is free once this process has ended",
                        e);
            }
        }
    }
}
