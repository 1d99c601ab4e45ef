package io.tenure.io.engine;

import io.tenure.bindings.Errno;
import io.tenure.bindings.uring.Ring;
import io.tenure.io.BlockDevice;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.LockSupport;

/**
 * An engine over io_uring. It has no threads: requests are gathered by {@link #submit} and go to
 * the kernel together at the next {@link #reap} or {@link #drain}, by the same system call that
 * waits for completions. The thread that makes the first of these calls is the driver, and the
 * kernel refuses any other.
 *
 * <p>Only reads and writes of registered devices go this way; everything else is carried out by the
 * device's own methods while {@link #submit} runs.
 *
 * <p>Kill-safe only when bound, see {@link #bindTo}: the kernel closes a killed process's files
 * without waiting for its rings' requests, but a file in a ring's table lives until the ring is
 * gone, and that is after them.
 *
 * <p>Nothing is allocated for a request that succeeds. The rings are unmapped, and the descriptors
 * let go, only when nothing is in flight.
 */
public final class UringEngine implements IoEngine {
    private final RequestLedger ledger;
    private final KernelRequests requests;
    private final UringContext context;
    private int refusals;
    private boolean bound;

    /**
     * Creates an engine.
     *
     * @param gate the gate that every request passes
     * @param depth the most requests in flight, at least 1
     * @throws IOException the kernel gives no ring: it has no io_uring, or it is switched off
     */
    public UringEngine(IoGate gate, int depth) throws IOException {
        this(gate, depth, Ring::enter);
    }

    UringEngine(IoGate gate, int depth, UringContext.Enter enter) throws IOException {
        this.ledger = new RequestLedger(gate, depth);
        this.requests = new KernelRequests(ledger, gate);
        this.context = new UringContext(depth, enter);
    }

    /** {@inheritDoc} Refused before Linux 5.19, where a ring has no table for it. */
    @Override
    public void bindTo(int leaseDescriptor) throws IOException {
        int result = context.addFile(leaseDescriptor);
        if (result < 0) {
            throw UringContext.unbound(leaseDescriptor, result);
        }
        bound = true;
    }

    @Override
    public int depth() {
        return ledger.depth();
    }

    @Override
    public int inFlight() {
        return ledger.inFlight();
    }

    @Override
    public void register(BlockDevice device) throws IOException {
        int descriptor = requests.register(device);
        if (descriptor != HeldDevices.NO_DESCRIPTOR) {
            context.addFile(descriptor); // one that finds no room is used by its descriptor
        }
    }

    @Override
    public void register(MemorySegment memory) {
        context.addBuffer(memory);
    }

    @Override
    public void submit(IoRequest request) {
        ledger.checkSubmit(this, request);
        if (!requests.begin(request)) {
            submitWaiting(); // they go on meanwhile
            requests.carryOut(request);
        }
    }

    @Override
    public int reap(int minimum, IoRequest[] into) {
        ledger.checkReap(minimum, into);
        collect();
        boolean look =
                requests.waiting() > 0 || (ledger.completed() == 0 && requests.inKernel() > 0);
        while (look || ledger.completed() < minimum) {
            exchange(minimum - ledger.completed());
            look = false;
        }
        submitWaiting(); // the rests of short completions
        return ledger.reap(into);
    }

    @Override
    public int cancel() {
        return requests.cancel();
    }

    @Override
    public void drain() {
        while (ledger.outstanding() > 0) {
            exchange(ledger.outstanding());
        }
    }

    @Override
    public boolean isKillSafe() {
        return bound;
    }

    @Override
    public EngineKind kind() {
        return EngineKind.URING;
    }

    @Override
    public void close() {
        if (ledger.isClosed()) {
            return;
        }
        drain();
        ledger.close();
        context.close();
        requests.close();
    }

    private void submitWaiting() {
        while (requests.waiting() > 0) {
            exchange(0);
        }
    }

    /** Gives the kernel what waits, and waits for so many completions, those of parts included. */
    private void exchange(int minimum) {
        int entered = requests.enterGate();
        for (int i = 0; i < entered; i++) {
            int place = requests.place(i);
            context.prepare(place, requests.transfer(place));
        }
        int mostToCome = requests.inKernel() + entered;
        int left = context.exchange(entered, Math.clamp(minimum, 0, mostToCome));
        requests.taken(entered, left < 0 ? 0 : entered - left);
        if (left < 0) {
            recover(left);
        } else {
            refusals = 0;
        }
        collect();
    }

    /** Makes the next attempt possible after the kernel took nothing. */
    private void recover(int errno) {
        if (errno == -Errno.EINTR) {
            return; // a signal; the next call goes on
        }
        if (errno != -Errno.EAGAIN && errno != -Errno.EBUSY) {
            // A mistake in this package, or a second driver. What is in flight stays so.
            throw new IllegalStateException("io_uring_enter: " + Errno.describe(errno));
        }
        if (requests.inKernel() > 0) {
            context.exchange(0, 1); // makes room
        } else if (refusals < KernelRequests.MOST_REFUSALS) {
            refusals++;
            LockSupport.parkNanos(KernelRequests.PAUSE_NANOS);
        } else {
            requests.failFirst(errno);
        }
    }

    /** Takes what has completed. */
    private void collect() {
        while (context.hasCompletion()) {
            int place = context.place();
            int result = context.result();
            context.advance();
            requests.complete(place, result);
        }
    }
}
