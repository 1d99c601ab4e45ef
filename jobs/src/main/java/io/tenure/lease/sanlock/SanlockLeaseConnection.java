package io.tenure.lease.sanlock;

import io.tenure.bindings.Errno;
import io.tenure.bindings.libc.Libc;
import io.tenure.bindings.libc.PollFd;
import io.tenure.bindings.sanlock.SanlockConstants;
import io.tenure.domain.LeaseArea;
import io.tenure.lease.HostIdentity;
import io.tenure.lease.LeaseBrokenException;
import io.tenure.lease.LeaseConnection;
import io.tenure.lease.LeaseHeldException;
import io.tenure.lease.LeaseLostException;
import io.tenure.lease.LeaseMode;
import io.tenure.lease.LeaseReleaseException;
import io.tenure.lease.VolumeLease;
import io.tenure.sanlock.HeldLease;
import io.tenure.sanlock.LeaseClaim;
import io.tenure.sanlock.Owner;
import io.tenure.sanlock.Registration;
import io.tenure.sanlock.SanlockException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One registered connection to the daemon: the holder of one job's leases. */
final class SanlockLeaseConnection implements LeaseConnection {
    private static final short HANG_UP = PollFd.POLLHUP | PollFd.POLLERR | PollFd.POLLNVAL;
    private static final int LABEL_BYTES = SanlockConstants.SANLK_NAME_LEN;

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
        try {
            registration.acquire(
                    List.of(new LeaseClaim(SanlockLeaseManager.resource(area), sanlockMode(mode))),
                    label);
        } catch (SanlockException e) {
            throw meaning(e, area);
        }
        try {
            return new Held(area, mode, manager.host(area.domainId()), version(area));
        } catch (IOException | RuntimeException e) {
            try {
                registration.release(List.of(SanlockLeaseManager.resource(area)));
            } catch (SanlockException release) {
                e.addSuppressed(release);
            }
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
        if (e.isHeldHere()) {
            return new LeaseHeldException(
                    area + " is held by another job on this host; try again when it has ended", e);
        }
        if (SanlockErrors.isBroken(e)) {
            return new LeaseBrokenException(area + " needs repair: " + e.getMessage(), e);
        }
        return SanlockErrors.unavailable(e);
    }

    /** The lease's version as it was granted to this connection. */
    private long version(LeaseArea area) throws IOException {
        for (HeldLease lease : registration.inquire()) {
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
    public void close() {
        registration.close();
    }

    private final class Held implements VolumeLease {
        private final LeaseArea area;
        private final LeaseMode mode;
        private final HostIdentity host;
        private final long version;

        Held(LeaseArea area, LeaseMode mode, HostIdentity host, long version) {
            this.area = area;
            this.mode = mode;
            this.host = host;
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
        public void verify() throws IOException {
            List<Owner> owners;
            try {
                owners = manager.owners(area);
            } catch (SanlockException e) {
                // EINVAL: no geometry of a lease. The arguments are those of the acquire.
                boolean other = SanlockErrors.isBroken(e) || e.code() == -Errno.EINVAL;
                if (other || e.isDaemonGone()) {
                    throw new LeaseLostException(area + " is lost: " + e.getMessage(), e);
                }
                throw e;
            }
            for (Owner owner : owners) {
                boolean sameHost =
                        owner.hostId() == host.hostId()
                                && owner.generation() == host.hostGeneration();
                // Other sharers raise the version of a shared lease; nobody that of an exclusive.
                if (sameHost && (mode == LeaseMode.SHARED || owner.lver() == version)) {
                    return;
                }
            }
            throw new LeaseLostException(
                    area
                            + " is lost: storage names "
                            + (owners.isEmpty() ? "nobody" : manager.holders(area))
                            + " as its owner");
        }

        @Override
        public void release() throws LeaseReleaseException {
            try {
                registration.release(List.of(SanlockLeaseManager.resource(area)));
            } catch (SanlockException e) {
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
