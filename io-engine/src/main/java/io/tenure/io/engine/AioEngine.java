package io.tenure.io.engine;

import io.tenure.bindings.Errno;
import io.tenure.io.BlockDevice;
import io.tenure.io.TenureIoException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

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
    private final RequestLedger ledger;
    private final KernelRequests requests;
    private final AioContext context;

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
        this.ledger = new RequestLedger(gate, depth);
        this.requests = new KernelRequests(ledger, gate);
        this.context = AioContext.open(calls, depth);
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
        requests.register(device);
    }

    @Override
    public void register(MemorySegment memory) {} // the kernel looks pages up for each request

    @Override
    public void bindTo(
            int leaseDescriptor) {} // the kernel waits for requests before it closes files

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
        do {
            submitWaiting();
            if (requests.inKernel() > 0) {
                collect(Math.clamp(minimum - ledger.completed(), 0, requests.inKernel()));
            }
        } while (ledger.completed() < minimum);
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
            submitWaiting();
            if (requests.inKernel() > 0) {
                collect(requests.inKernel());
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
        if (ledger.isClosed()) {
            return;
        }
        drain();
        ledger.close();
        context.close();
        requests.close();
    }

    /** Gives the kernel all that waits, or completes it with the reason why not. */
    private void submitWaiting() {
        int refusals = 0;
        while (requests.waiting() > 0) {
            int entered = requests.enterGate();
            if (entered == 0) {
                return; // all were refused
            }
            int result = context.submit(requests, entered);
            requests.taken(entered, Math.max(result, 0));
            if (result > 0) {
                refusals = 0;
            } else if (result == -Errno.EAGAIN && requests.inKernel() > 0) {
                collect(1); // makes room
            } else if (result == -Errno.EAGAIN && refusals < KernelRequests.MOST_REFUSALS) {
                refusals++;
                context.pause();
            } else if (result != -Errno.EINTR) {
                // Io_submit speaks of the first request only: the others are tried without it.
                requests.failFirst(result);
                refusals = 0;
            }
        }
    }

    /** Takes completions from the kernel. */
    private void collect(int minimum) {
        int count = context.await(minimum, requests.inKernel());
        for (int i = 0; i < count; i++) {
            requests.complete(context.place(i), context.result(i));
        }
    }
}
