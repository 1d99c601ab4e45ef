package io.tenure.lease.sanlock;

import io.tenure.bindings.Errno;
import io.tenure.bindings.libc.Libc;
import io.tenure.bindings.libc.PollFd;
import io.tenure.bindings.sanlock.SanlockConstants;
import io.tenure.bindings.sanlock.SanlockReturn;
import io.tenure.domain.Clock;
import io.tenure.domain.LeaseArea;
import io.tenure.jobs.internal.IoAction;
import io.tenure.lease.LeaseBrokenException;
import io.tenure.lease.LeaseConnection;
import io.tenure.lease.LeaseHeldException;
import io.tenure.lease.LeaseLostException;
import io.tenure.lease.LeaseMode;
import io.tenure.lease.LeasesUnavailableException;
import io.tenure.lease.VolumeLease;
import io.tenure.sanlock.HeldLease;
import io.tenure.sanlock.HostStatus;
import io.tenure.sanlock.LeaseClaim;
import io.tenure.sanlock.Registration;
import io.tenure.sanlock.SanlockException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** One registered connection to the daemon: the holder of one job's leases. */
final class SanlockLeaseConnection implements LeaseConnection {
    private static final short HANG_UP = PollFd.POLLHUP | PollFd.POLLERR | PollFd.POLLNVAL;
    private static final int LABEL_BYTES = SanlockConstants.SANLK_NAME_LEN - 1; // and a NUL

    /** Before each further try to release; storage that errs for longer has to be looked at. */
    private static final List<Duration> RELEASE_PAUSES =
            List.of(Duration.ofMillis(250), Duration.ofSeconds(1), Duration.ofSeconds(2));

    private static final String INQUIRY = "inquire what this connection holds";

    private final SanlockLeaseManager manager;
    private final Registration registration;
    private final String label;

    /** One inquiry at a time: a daemon that hangs keeps one thread, however often it is asked. */
    private final Semaphore inquiry = new Semaphore(1);

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
        HostStatus self = manager.self(area);
        try {
            acquireOnce(area, mode, self);
        } catch (SanlockException e) {
            throw meaning(e, area);
        }
        try {
            return new SanlockLease(
                    this, area, mode, self, version(area), manager.renewal(area, self));
        } catch (IOException | RuntimeException e) {
            try {
                releaseOnce(area, self);
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
        ask(DaemonCalls.FROM_MEMORY, INQUIRY, () -> held.addAll(registration.inquire()));
        return find(held, area)
                .orElseThrow(
                        () -> new LeaseLostException(area + " was granted and is gone already"))
                .lver();
    }

    /**
     * What the daemon says of a lease now. If it does not answer the connection is not given up:
     * the lease may be held all the same.
     *
     * @return the lease; empty if this connection does not hold it
     * @throws LeasesUnavailableException if it did not answer in time, this time or one before
     */
    Optional<HeldLease> inquire(LeaseArea area, Duration limit) throws IOException {
        awaitTurn(limit);
        List<HeldLease> held =
                manager.calls()
                        .within(
                                limit,
                                INQUIRY,
                                () -> {
                                    try {
                                        return registration.inquire();
                                    } finally {
                                        inquiry.release();
                                    }
                                });
        return find(held, area);
    }

    private void awaitTurn(Duration limit) throws LeasesUnavailableException {
        long deadlineNanos = Clock.SYSTEM.nanoTime() + limit.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    long leftNanos = deadlineNanos - Clock.SYSTEM.nanoTime();
                    if (inquiry.tryAcquire(leftNanos, TimeUnit.NANOSECONDS)) {
                        return;
                    }
                    throw new LeasesUnavailableException(
                            "cannot "
                                    + INQUIRY
                                    + ": the sanlock daemon has not answered the inquiry before"
                                    + " yet; it is stopped, or its storage hangs");
                } catch (InterruptedException e) {
                    interrupted = true; // the answer must be known all the same
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static Optional<HeldLease> find(List<HeldLease> held, LeaseArea area) {
        return held.stream()
                .filter(lease -> lease.name().equals(area.resourceId().toString()))
                .filter(lease -> lease.lockspace().equals(area.domainId().toString()))
                .findFirst();
    }

    @Override
    public boolean awaitHangUp(int timeoutMillis) throws IOException {
        if (timeoutMillis == 0) {
            return registration.isHungUp();
        }
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

    DaemonCalls calls() {
        return manager.calls();
    }

    boolean isHungUp() {
        return registration.isHungUp();
    }

    /** A further connection to the same daemon. */
    Registration registerAnother() throws SanlockException {
        return manager.register();
    }

    /**
     * Releases; if storage errs, tries again for some seconds. The daemon does not, and until this
     * host has released the lease on storage the other hosts see it held by a live one.
     *
     * @throws IOException the first failure, with those of the further tries suppressed
     */
    void release(LeaseArea area, LeaseMode mode, HostStatus self) throws IOException {
        try {
            releaseOnce(area, self);
        } catch (SanlockException e) {
            if (!mayPass(e) || !releaseAgain(area, mode, self, e)) {
                throw e;
            }
        }
    }

    /** Storage that hangs is not waited for once more: a try takes as long as its limit then. */
    private static boolean mayPass(IOException e) {
        return e instanceof SanlockException met
                && SanlockErrors.isTemporary(met)
                && met.code() != SanlockReturn.SANLK_AIO_TIMEOUT;
    }

    private boolean releaseAgain(
            LeaseArea area, LeaseMode mode, HostStatus self, SanlockException first) {
        for (Duration pause : RELEASE_PAUSES) {
            try {
                Clock.SYSTEM.sleep(pause);
                if (takeToRelease(area, mode, self)) {
                    releaseOnce(area, self);
                }
                return true;
            } catch (IOException e) {
                first.addSuppressed(e);
                if (!mayPass(e)) {
                    return false;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return false;
    }

    /**
     * The daemon forgets a lease that it could not release; to release it, it is to be taken again.
     *
     * @return false if somebody else has it: then it is not this connection's on storage either
     */
    private boolean takeToRelease(LeaseArea area, LeaseMode mode, HostStatus self)
            throws IOException {
        if (inquire(area, DaemonCalls.FROM_MEMORY).isPresent()) {
            return true;
        }
        try {
            acquireOnce(area, mode, self);
            return true;
        } catch (SanlockException e) {
            if (e.isHeldElsewhere() || e.isHeldHere()) {
                return false;
            }
            throw e;
        }
    }

    private void acquireOnce(LeaseArea area, LeaseMode mode, HostStatus self) throws IOException {
        LeaseClaim claim = new LeaseClaim(SanlockLeaseManager.resource(area), sanlockMode(mode));
        ask(
                DaemonCalls.competing(self.ioTimeoutSeconds()),
                "acquire " + area,
                () -> registration.acquire(List.of(claim), label));
    }

    private void releaseOnce(LeaseArea area, HostStatus self) throws IOException {
        ask(
                DaemonCalls.onStorage(self.ioTimeoutSeconds()),
                "release " + area,
                () -> registration.release(List.of(SanlockLeaseManager.resource(area))));
    }
}
