package io.tenure.jobs.matrix;

import io.tenure.domain.LeaseArea;
import io.tenure.format.LeaseKind;
import io.tenure.lease.HostIdentity;
import io.tenure.lease.HostRenewal;
import io.tenure.lease.LeaseConnection;
import io.tenure.lease.LeaseLook;
import io.tenure.lease.LeaseManager;
import io.tenure.lease.LeaseMode;
import io.tenure.lease.LeaseReleaseException;
import io.tenure.lease.LeaseState;
import io.tenure.lease.VolumeLease;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Real leases whose calls are checkpoints. */
final class CheckedLeases implements LeaseManager {
    private final LeaseManager manager;
    private final Checkpoints checkpoints;
    private final UUID volumeId;

    /**
     * Wraps a manager.
     *
     * @param manager the real one; closed with this
     * @param checkpoints is told of each call
     * @param volumeId whose lease is said to be held or free
     */
    CheckedLeases(LeaseManager manager, Checkpoints checkpoints, UUID volumeId) {
        this.manager = manager;
        this.checkpoints = checkpoints;
        this.volumeId = volumeId;
    }

    private String of(LeaseArea area) {
        return area.resourceId().equals(volumeId) ? " lease" : " domain lease";
    }

    private void pass(String what, Action action) throws IOException {
        checkpoints.pass(
                what,
                () -> {
                    action.run();
                    return true;
                });
    }

    @Override
    public LeaseKind kind() {
        return manager.kind();
    }

    @Override
    public HostIdentity host(UUID domainId) throws IOException {
        return manager.host(domainId);
    }

    @Override
    public LeaseConnection connect(String label) throws IOException {
        return new Connection(
                checkpoints.pass("connect to the daemon", () -> manager.connect(label)));
    }

    @Override
    public LeaseState inspect(LeaseArea area) {
        try {
            return checkpoints.pass("inspect" + of(area), () -> manager.inspect(area));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // only if the pipe to the parent fails
        }
    }

    @Override
    public Optional<String> knownGone(LeaseArea area, HostIdentity worker) throws IOException {
        return checkpoints.pass(
                "look for the departure of a host", () -> manager.knownGone(area, worker));
    }

    @Override
    public void formatDomain(LeaseArea domainLease, long lockspaceOffsetBytes, int ioTimeoutSeconds)
            throws IOException {
        manager.formatDomain(domainLease, lockspaceOffsetBytes, ioTimeoutSeconds);
    }

    @Override
    public void format(LeaseArea area) throws IOException {
        pass("format" + of(area), () -> manager.format(area));
    }

    @Override
    public void clear(LeaseArea area) throws IOException {
        pass("clear" + of(area), () -> manager.clear(area));
    }

    @Override
    public void close() {
        manager.close();
    }

    /** A call. */
    private interface Action {
        void run() throws IOException;
    }

    private final class Connection implements LeaseConnection {
        private final LeaseConnection connection;

        Connection(LeaseConnection connection) {
            this.connection = connection;
        }

        @Override
        public VolumeLease acquire(LeaseArea area, LeaseMode mode) throws IOException {
            return new Lease(
                    checkpoints.pass(
                            "acquire" + of(area),
                            () -> {
                                VolumeLease lease = connection.acquire(area, mode);
                                if (area.resourceId().equals(volumeId)) {
                                    checkpoints.holding();
                                }
                                return lease;
                            }));
        }

        @Override
        public boolean awaitHangUp(int timeoutMillis) throws IOException {
            return connection.awaitHangUp(timeoutMillis);
        }

        @Override
        public List<Integer> descriptors() {
            return connection.descriptors();
        }

        @Override
        public void close() throws IOException {
            pass("disconnect from the daemon", connection::close);
        }
    }

    private final class Lease implements VolumeLease {
        private final VolumeLease lease;

        Lease(VolumeLease lease) {
            this.lease = lease;
        }

        @Override
        public LeaseArea area() {
            return lease.area();
        }

        @Override
        public LeaseMode mode() {
            return lease.mode();
        }

        @Override
        public void sign() throws IOException {
            pass("sign" + of(area()), lease::sign);
        }

        @Override
        public LeaseLook verify() throws IOException {
            return checkpoints.pass("verify" + of(area()), lease::verify);
        }

        @Override
        public LeaseLook verifyOnStorage() throws IOException {
            return checkpoints.pass("verify on storage" + of(area()), lease::verifyOnStorage);
        }

        @Override
        public void verifyAtGrantor() throws IOException {
            pass("verify at the daemon" + of(area()), lease::verifyAtGrantor);
        }

        @Override
        public Optional<HostRenewal> renewal() {
            return lease.renewal();
        }

        @Override
        public void release() throws LeaseReleaseException {
            try {
                pass(
                        "release" + of(area()),
                        () -> {
                            lease.release();
                            if (area().resourceId().equals(volumeId)) {
                                checkpoints.lettingGo();
                            }
                        });
            } catch (LeaseReleaseException e) {
                throw e;
            } catch (IOException e) {
                throw new UncheckedIOException(e); // only if the pipe to the parent fails
            }
        }
    }
}
