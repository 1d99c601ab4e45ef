package io.tenure.io.engine;

import io.tenure.bindings.Errno;
import io.tenure.bindings.uring.Ring;
import io.tenure.io.BlockDevice;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.CancellationException;
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
    /** How often a refused submission is tried again while nothing is in flight: for 200 ms. */
    private static final int MOST_REFUSALS = 20;

    private static final long PAUSE_NANOS = 10_000_000;

    private final IoGate gate;
    private final int depth;
    private final UringContext context;
    private final HeldDevices devices = new HeldDevices();
    private final KernelTransfer[] transfers; // by place
    private final int[] free; // a stack of places
    private final int[] waiting; // a queue of places: begun, not submitted
    private final RequestQueue done;
    private int freeCount;
    private int waitingCount;
    private int inKernel;
    private int refusals;
    private boolean bound;
    private boolean closed;

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
        if (depth < 1) {
            throw new IllegalArgumentException("depth " + depth);
        }
        this.gate = Objects.requireNonNull(gate);
        this.depth = depth;
        this.transfers = new KernelTransfer[depth];
        this.free = new int[depth];
        this.waiting = new int[depth];
        this.done = new RequestQueue(depth);
        for (int i = 0; i < depth; i++) {
            transfers[i] = new KernelTransfer();
            free[i] = i;
        }
        this.freeCount = depth;
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
        return depth;
    }

    @Override
    public int inFlight() {
        return waitingCount + inKernel + done.size();
    }

    @Override
    public void register(BlockDevice device) throws IOException {
        devices.add(device);
        int descriptor = devices.numberOf(device);
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
        request.checkFor(this, gate);
        if (closed) {
            throw new IllegalStateException("the engine is closed");
        }
        if (inFlight() == depth) {
            throw new IllegalStateException(depth + " requests are in flight already");
        }
        int descriptor = devices.numberOf(request.device());
        if (descriptor == HeldDevices.NO_DESCRIPTOR
                || request.operation() == IoRequest.Operation.ZERO) {
            submitWaiting(); // they go on meanwhile
            request.carryOut(gate);
            done.add(request);
        } else {
            begin(request, descriptor);
        }
    }

    @Override
    public int reap(int minimum, IoRequest[] into) {
        if (minimum > inFlight() || minimum > into.length) {
            throw new IllegalArgumentException(
                    "%d of %d in flight, into %d".formatted(minimum, inFlight(), into.length));
        }
        collect();
        boolean look = waitingCount > 0 || (done.size() == 0 && inKernel > 0);
        while (look || done.size() < minimum) {
            exchange(minimum - done.size());
            look = false;
        }
        submitWaiting(); // the rests of short completions
        int count = Math.min(done.size(), into.length);
        for (int i = 0; i < count; i++) {
            into[i] = done.remove();
        }
        return count;
    }

    @Override
    public int cancel() {
        int count = waitingCount;
        failWaiting(new CancellationException("given up before it was begun"));
        return count;
    }

    @Override
    public void drain() {
        while (waitingCount + inKernel > 0) {
            exchange(waitingCount + inKernel);
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
        if (closed) {
            return;
        }
        drain();
        closed = true;
        context.close();
        devices.close();
    }

    private void begin(IoRequest request, int descriptor) {
        int place = free[freeCount - 1];
        try {
            if (transfers[place].begin(request, descriptor)) {
                freeCount--;
                await(place);
                return;
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            request.fail(e); // the caller's mistake, but where every other failure is
        }
        done.add(request);
    }

    /** Puts a place at the end of what waits. */
    private void await(int place) {
        waiting[waitingCount] = place;
        waitingCount++;
    }

    private void submitWaiting() {
        while (waitingCount > 0) {
            exchange(0);
        }
    }

    /** Gives the kernel what waits, and waits for so many completions, those of parts included. */
    private void exchange(int minimum) {
        int entered = enterGate();
        for (int i = 0; i < entered; i++) {
            context.prepare(waiting[i], transfers[waiting[i]]);
        }
        int left = context.exchange(entered, Math.clamp(minimum, 0, inKernel + entered));
        int taken = left < 0 ? 0 : entered - left;
        leaveGate(entered - taken);
        inKernel += taken;
        removeWaiting(taken);
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
        if (inKernel > 0) {
            context.exchange(0, 1); // makes room
        } else if (refusals < MOST_REFUSALS) {
            refusals++;
            LockSupport.parkNanos(PAUSE_NANOS);
        } else {
            transfers[waiting[0]].fail(errno);
            finish(waiting[0]);
            removeWaiting(1);
        }
    }

    private void removeWaiting(int count) {
        waitingCount -= count;
        System.arraycopy(waiting, count, waiting, 0, waitingCount);
    }

    /** Lets all that waits enter, or completes it refused; returns how many entered. */
    private int enterGate() {
        int entered = 0;
        try {
            while (entered < waitingCount) {
                gate.enter();
                entered++;
            }
            return entered;
        } catch (GateClosedException e) {
            leaveGate(entered); // nothing is submitted any more, though these still might be
            failWaiting(e);
            return 0;
        }
    }

    private void leaveGate(int count) {
        for (int i = 0; i < count; i++) {
            gate.exit();
        }
    }

    private void failWaiting(Exception why) {
        for (int i = 0; i < waitingCount; i++) {
            transfers[waiting[i]].request().fail(why);
            finish(waiting[i]);
        }
        waitingCount = 0;
    }

    /** Takes what has completed; what came back short waits again. */
    private void collect() {
        while (context.hasCompletion()) {
            int place = context.place();
            boolean over = transfers[place].advance(context.result());
            context.advance();
            inKernel--;
            gate.exit();
            if (over) {
                finish(place);
            } else {
                await(place);
            }
        }
    }

    private void finish(int place) {
        done.add(transfers[place].request());
        free[freeCount] = place;
        freeCount++;
    }
}
