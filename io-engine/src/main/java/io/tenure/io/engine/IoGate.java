package io.tenure.io.engine;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The gate that every I/O of a job passes: once it is closed nothing more is submitted, and whoever
 * closed it can wait until what was in flight has come back. Only then may a lease be released.
 *
 * <p>{@link #enter} comes directly before the system call that submits a request, {@link #exit}
 * after its result has been seen:
 *
 * <pre>{@code
 * gate.enter();
 * try {
 *     device.write(offsetBytes, record);
 * } finally {
 *     gate.exit();
 * }
 * }</pre>
 *
 * <p>A gate belongs to one job and is never opened again. All methods may be called by any thread.
 * A lock is taken for each passage; against a request to a device it costs nothing.
 */
public final class IoGate {

    /** Why a gate was closed. */
    public enum Reason {
        /** Somebody asked the job to stop. */
        ABORTED,
        /** The lease is lost, or it is not known whether it is still held. */
        LEASE_LOST
    }

    private record Closed(Reason reason, String message) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition drained = lock.newCondition();
    private volatile @Nullable Closed closed;
    private int inFlight;

    private final boolean guardsLease;

    /** Creates an open gate for I/O that no lease guards. */
    public IoGate() {
        this(false);
    }

    private IoGate(boolean guardsLease) {
        this.guardsLease = guardsLease;
    }

    /**
     * Creates an open gate for I/O under a lease. An engine that is not kill-safe refuses to write
     * behind it.
     *
     * @return the gate
     */
    public static IoGate underLease() {
        return new IoGate(true);
    }

    /**
     * Whether what passes is guarded by a lease.
     *
     * @return true for a gate from {@link #underLease}
     */
    public boolean guardsLease() {
        return guardsLease;
    }

    /**
     * Enters, or is refused. Who entered must {@link #exit}.
     *
     * @throws GateClosedException the gate is closed; there is nothing to exit from
     */
    public void enter() throws GateClosedException {
        lock.lock();
        try {
            check();
            inFlight++;
        } finally {
            lock.unlock();
        }
    }

    /** Leaves, after the request's result has been seen. */
    public void exit() {
        lock.lock();
        try {
            if (inFlight == 0) {
                throw new IllegalStateException("exit without enter");
            }
            inFlight--;
            if (inFlight == 0) {
                drained.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Closes the gate. When this returns nobody enters any more; what has entered is still in
     * flight, see {@link #awaitDrained}. The first reason stays.
     *
     * @param reason why
     * @param message what happened, for people
     * @return true if this call closed the gate, false if it was closed already
     */
    public boolean close(Reason reason, String message) {
        Objects.requireNonNull(reason);
        Objects.requireNonNull(message);
        lock.lock();
        try {
            if (closed != null) {
                return false;
            }
            closed = new Closed(reason, message);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Fails when the gate is closed.
     *
     * @throws GateClosedException the gate is closed
     */
    public void check() throws GateClosedException {
        Closed now = closed;
        if (now != null) {
            throw new GateClosedException(now.reason(), now.message());
        }
    }

    /**
     * Whether and why the gate is closed.
     *
     * @return the first reason given, or empty while the gate is open
     */
    public Optional<Reason> closedReason() {
        Closed now = closed;
        return now == null ? Optional.empty() : Optional.of(now.reason());
    }

    /**
     * How many have entered and not left.
     *
     * @return the count at this moment
     */
    public int inFlight() {
        lock.lock();
        try {
            return inFlight;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until nothing is in flight, as long as that takes: a request that hangs in the device
     * cannot be given up.
     *
     * @throws IllegalStateException the gate is open, so waiting would prove nothing
     * @throws InterruptedException the thread was interrupted; requests may still be in flight
     */
    public void awaitDrained() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            requireClosed();
            while (inFlight > 0) {
                drained.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until nothing is in flight, but not longer than a limit.
     *
     * @param limit how long to wait
     * @return true when nothing is in flight, false when the limit came first
     * @throws IllegalStateException the gate is open, so waiting would prove nothing
     * @throws InterruptedException the thread was interrupted; requests may still be in flight
     */
    public boolean awaitDrained(Duration limit) throws InterruptedException {
        long leftNanos = limit.toNanos();
        lock.lockInterruptibly();
        try {
            requireClosed();
            while (inFlight > 0 && leftNanos > 0) {
                leftNanos = drained.awaitNanos(leftNanos);
            }
            return inFlight == 0;
        } finally {
            lock.unlock();
        }
    }

    private void requireClosed() {
        if (closed == null) {
            throw new IllegalStateException("the gate is open");
        }
    }
}
