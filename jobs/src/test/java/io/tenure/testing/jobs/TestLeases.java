package io.tenure.testing.jobs;

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
import io.tenure.lease.local.LocalLeaseManager;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Local leases that keep a trace, and fail on order. */
public final class TestLeases implements LeaseManager {
    private final LocalLeaseManager local = new LocalLeaseManager();
    private final Trace trace;
    private final Map<UUID, IOException> acquireFailures = new ConcurrentHashMap<>();
    private final Set<UUID> releaseFailures = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean hungUp = new AtomicBoolean();
    private final AtomicBoolean workersDoubted = new AtomicBoolean();
    private final AtomicBoolean wanted = new AtomicBoolean();
    private volatile @Nullable Throwable verifyFailure;
    private volatile @Nullable HostRenewal renewal;
    private final AtomicReference<@Nullable Runnable> beforeInspection = new AtomicReference<>();
    private final AtomicReference<@Nullable Runnable> afterInspection = new AtomicReference<>();

    /**
     * Creates a manager.
     *
     * @param trace is told {@code acquire SHARED uuid}, {@code sign uuid}, {@code verify uuid} and
     *     {@code release uuid}
     */
    public TestLeases(Trace trace) {
        this.trace = trace;
    }

    /**
     * Orders a lease to be refused.
     *
     * @param resourceId the lease
     * @param failure why
     */
    public void failAcquire(UUID resourceId, IOException failure) {
        acquireFailures.put(resourceId, failure);
    }

    /**
     * Orders the release of a lease to be reported as failed.
     *
     * @param resourceId the lease
     */
    public void failRelease(UUID resourceId) {
        releaseFailures.add(resourceId);
    }

    /**
     * Orders every look at a held lease to fail.
     *
     * @param failure how
     */
    public void failVerify(Throwable failure) {
        verifyFailure = failure;
    }

    /**
     * Gives every lease an expiry.
     *
     * @param behind the renewal that keeps it alive
     */
    public void expireWith(HostRenewal behind) {
        renewal = behind;
    }

    /** From now on another host asks for every lease. */
    public void want() {
        wanted.set(true);
    }

    /** From now on every connection looks as if its daemon had gone. */
    public void hangUp() {
        hungUp.set(true);
    }

    @Override
    public LeaseKind kind() {
        return local.kind();
    }

    @Override
    public HostIdentity host(UUID domainId) {
        return local.host(domainId);
    }

    @Override
    public LeaseConnection connect(String label) {
        return new TracedConnection(local.connect(label));
    }

    @Override
    public LeaseState inspect(LeaseArea area) {
        runOnce(beforeInspection);
        LeaseState seen = local.inspect(area);
        runOnce(afterInspection);
        return seen;
    }

    private static void runOnce(AtomicReference<@Nullable Runnable> action) {
        Runnable due = action.getAndSet(null);
        if (due != null) {
            due.run();
        }
    }

    /**
     * Does something right before somebody next asks who holds a lease.
     *
     * @param action what to do, once
     */
    public void beforeInspection(Runnable action) {
        beforeInspection.set(action);
    }

    /**
     * Does something right after somebody next asked who holds a lease, before he has the answer.
     *
     * @param action what to do, once
     */
    public void afterInspection(Runnable action) {
        afterInspection.set(action);
    }

    /**
     * Says from now on that the workers before may still have writes under way.
     *
     * @param doubted true for that
     */
    public void doubtWorkers(boolean doubted) {
        workersDoubted.set(doubted);
    }

    /**
     * What was said last.
     *
     * @return whether the workers before may still have writes under way
     */
    public boolean areWorkersDoubted() {
        return workersDoubted.get();
    }

    @Override
    public Optional<String> knownGone(LeaseArea area, HostIdentity worker) {
        return workersDoubted.get() ? Optional.empty() : local.knownGone(area, worker);
    }

    @Override
    public void formatDomain(LeaseArea domainLease, long lockspaceOffsetBytes, int ioTimeoutSeconds)
            throws IOException {
        local.formatDomain(domainLease, lockspaceOffsetBytes, ioTimeoutSeconds);
    }

    @Override
    public void format(LeaseArea area) throws IOException {
        trace.add("format " + area.resourceId());
        local.format(area);
        trace.add("formatted " + area.resourceId());
    }

    @Override
    public void clear(LeaseArea area) throws IOException {
        trace.add("clear " + area.resourceId());
        local.clear(area);
        trace.add("cleared " + area.resourceId());
    }

    @Override
    public void close() {
        local.close();
    }

    private final class TracedConnection implements LeaseConnection {
        private final LeaseConnection connection;

        TracedConnection(LeaseConnection connection) {
            this.connection = connection;
        }

        @Override
        public VolumeLease acquire(LeaseArea area, LeaseMode mode) throws IOException {
            IOException failure = acquireFailures.get(area.resourceId());
            if (failure != null) {
                throw failure;
            }
            VolumeLease lease = connection.acquire(area, mode);
            trace.add("acquire " + mode + " " + area.resourceId());
            return new TracedLease(lease);
        }

        @Override
        public boolean awaitHangUp(int timeoutMillis) throws IOException {
            return connection.awaitHangUp(timeoutMillis) || hungUp.get();
        }

        @Override
        public void close() throws IOException {
            connection.close();
        }
    }

    private final class TracedLease implements VolumeLease {
        private final VolumeLease lease;

        TracedLease(VolumeLease lease) {
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
            trace.add("sign " + area().resourceId());
            lease.sign();
        }

        @Override
        public LeaseLook verify() throws IOException {
            LeaseLook look = verifyOnStorage();
            verifyAtGrantor();
            return look;
        }

        @Override
        public LeaseLook verifyOnStorage() throws IOException {
            trace.add("verify " + area().resourceId());
            return switch (verifyFailure) {
                case null -> {
                    LeaseLook look = lease.verifyOnStorage();
                    yield wanted.get() ? new LeaseLook(true) : look;
                }
                case IOException e -> throw e;
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                default -> throw new IllegalStateException(verifyFailure);
            };
        }

        @Override
        public void verifyAtGrantor() throws IOException {
            lease.verifyAtGrantor();
        }

        @Override
        public Optional<HostRenewal> renewal() {
            return Optional.ofNullable(renewal);
        }

        @Override
        public void release() throws LeaseReleaseException {
            trace.add("release " + area().resourceId());
            lease.release();
            if (releaseFailures.contains(area().resourceId())) {
                throw new LeaseReleaseException(area() + " was not released: ordered by the test");
            }
        }
    }
}
