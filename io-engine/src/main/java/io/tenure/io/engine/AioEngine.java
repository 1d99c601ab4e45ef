package io.tenure.io.engine;

import io.tenure.bindings.Errno;
import io.tenure.io.BlockDevice;
import io.tenure.io.TenureIoException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.CancellationException;

/**
 * An engine over Linux native AIO. It has no threads: requests are gathered by {@link #submit} and
 * go to the kernel together at the next {@link #reap} or {@link #drain}. Every method belongs to
 * the driver, one thread at a time.
 *
 * <p>Only reads and writes of registered devices go this way; everything else is carried out by the
 * device's own methods while {@link #submit} runs. The kernel answers asynchronously only for
 * direct I/O; for other files it carries the request out while it takes it.
 *
 * <p>Kill-safe: when a process ends, the kernel waits for its AIO requests (exit_aio, when the
 * memory map goes) before it closes its files.
 *
 * <p>Nothing is allocated for a request that succeeds. The engine's own memory and the descriptors
 * are let go only when nothing is in flight, because {@link #close} drains first, and the memory
 * after io_destroy.
 */
public final class AioEngine implements IoEngine {
    /**
     * How often io_submit is tried again while the kernel says EAGAIN and nothing is in flight that
     * could make room: 20 pauses of 10 ms.
     */
    static final int MOST_REFUSALS = 20;

    private final IoGate gate;
    private final int depth;
    private final AioContext context;
    private final HeldDevices devices = new HeldDevices();
    private final KernelTransfer[] transfers; // by place
    private final int[] free; // a stack of places
    private final int[] waiting; // a queue of places: prepared, not submitted
    private final RequestQueue done;
    private int freeCount;
    private int waitingCount;
    private int inKernel;
    private boolean closed;

    /**
     * Creates an engine.
     *
     * @param gate the gate that every request passes
     * @param depth the most requests in flight, at least 1
     * @throws TenureIoException the kernel gives no context: fs.aio-max-nr is used up, or it has no
     *     AIO, or a seccomp filter forbids it
     */
    public AioEngine(IoGate gate, int depth) throws TenureIoException {
        this(gate, depth, AioCalls.KERNEL);
    }

    AioEngine(IoGate gate, int depth, AioCalls calls) throws TenureIoException {
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
        this.context = AioContext.open(calls, depth);
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
    }

    @Override
    public void register(MemorySegment memory) {} // the kernel looks pages up for each request

    @Override
    public void bindTo(
            int leaseDescriptor) {} // the kernel waits for requests before it closes files

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
            prepare(request, descriptor);
        }
    }

    @Override
    public int reap(int minimum, IoRequest[] into) {
        if (minimum > inFlight() || minimum > into.length) {
            throw new IllegalArgumentException(
                    "%d of %d in flight, into %d".formatted(minimum, inFlight(), into.length));
        }
        do {
            submitWaiting();
            if (inKernel > 0) {
                collect(Math.clamp(minimum - done.size(), 0, inKernel));
            }
        } while (done.size() < minimum);
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
        for (int i = 0; i < count; i++) {
            transfers[waiting[i]]
                    .request()
                    .fail(new CancellationException("given up before it was begun"));
            finish(waiting[i]);
        }
        waitingCount = 0;
        return count;
    }

    @Override
    public void drain() {
        while (waitingCount + inKernel > 0) {
            submitWaiting();
            if (inKernel > 0) {
                collect(inKernel);
            }
        }
    }

    @Override
    public EngineKind kind() {
        return EngineKind.AIO;
    }

    @Override
    public boolean isKillSafe() {
        return true;
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

    private void prepare(IoRequest request, int descriptor) {
        freeCount--;
        int place = free[freeCount];
        try {
            if (transfers[place].begin(request, descriptor)) {
                await(place);
                return;
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            request.fail(e); // the caller's mistake, but where every other failure is
        }
        freeCount++;
        done.add(request);
    }

    /** Puts a place at the end of what waits. */
    private void await(int place) {
        context.prepare(place, transfers[place]);
        waiting[waitingCount] = place;
        waitingCount++;
    }

    /** Gives the kernel all that waits, or completes it with the reason why not. */
    private void submitWaiting() {
        int refusals = 0;
        while (waitingCount > 0 && enterGate()) {
            int entered = waitingCount;
            int taken = context.submit(waiting, entered);
            leaveGate(entered - Math.max(taken, 0));
            if (taken > 0) {
                inKernel += taken;
                removeWaiting(taken);
                refusals = 0;
            } else if (taken == -Errno.EAGAIN && inKernel > 0) {
                collect(1); // makes room
            } else if (taken == -Errno.EAGAIN && refusals < MOST_REFUSALS) {
                refusals++;
                context.pause();
            } else if (taken != -Errno.EINTR) {
                failFirst(taken);
                refusals = 0;
            }
        }
    }

    /** Lets all that waits enter, or completes it refused. */
    private boolean enterGate() {
        int entered = 0;
        try {
            while (entered < waitingCount) {
                gate.enter();
                entered++;
            }
            return true;
        } catch (GateClosedException e) {
            leaveGate(entered); // nothing is submitted any more, though these still might be
            for (int i = 0; i < waitingCount; i++) {
                transfers[waiting[i]].request().fail(e);
                finish(waiting[i]);
            }
            waitingCount = 0;
            return false;
        }
    }

    private void leaveGate(int count) {
        for (int i = 0; i < count; i++) {
            gate.exit();
        }
    }

    /** Io_submit speaks of the first request only: the others are tried again without it. */
    private void failFirst(int errno) {
        int place = waiting[0];
        transfers[place].fail(errno);
        finish(place);
        removeWaiting(1);
    }

    private void removeWaiting(int count) {
        waitingCount -= count;
        System.arraycopy(waiting, count, waiting, 0, waitingCount);
    }

    /** Takes completions from the kernel; what came back short waits again. */
    private void collect(int minimum) {
        int count = context.await(minimum, inKernel);
        for (int i = 0; i < count; i++) {
            int place = context.place(i);
            inKernel--;
            boolean over = transfers[place].advance(context.result(i));
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
