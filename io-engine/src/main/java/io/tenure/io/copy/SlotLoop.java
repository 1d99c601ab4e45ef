package io.tenure.io.copy;

import io.tenure.io.BlockDevice;
import io.tenure.io.TenureIoException;
import io.tenure.io.engine.GateClosedException;
import io.tenure.io.engine.IoEngine;
import io.tenure.io.engine.IoGate;
import io.tenure.io.engine.IoRequest;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a fixed number of slots busy, each with one request at a time, until there is no more work
 * or something has failed. Slots do not wait for each other.
 */
abstract class SlotLoop {
    private final IoGate gate;
    private final IoEngine engine;
    private final CopySlot[] slots;
    private final RateLimiter limiter;
    private final int[] free;
    private final IoRequest[] completed;
    private int freeCount;
    private @Nullable Throwable failure;

    SlotLoop(IoGate gate, IoEngine engine, CopySlot[] slots, RateLimiter limiter) {
        this.gate = gate;
        this.engine = engine;
        this.slots = slots;
        this.limiter = limiter;
        this.free = new int[slots.length];
        this.completed = new IoRequest[slots.length];
        for (int i = 0; i < slots.length; i++) {
            free[i] = i;
        }
        freeCount = slots.length;
    }

    /** What {@link #giveWork} did. */
    enum Work {
        /** Something; there may be more. */
        BEGUN,
        /** Nothing, because the rate limit does not allow it yet. */
        WAITING,
        /** Nothing: there is none, until perhaps a request has come back. */
        NONE
    }

    /** Begins the next piece of work, for which at least one slot is free. */
    abstract Work giveWork() throws IOException;

    /** Goes on with a slot whose request has succeeded: submits the next one, or frees it. */
    abstract void finish(CopySlot slot) throws IOException;

    /** Works to the end; whether it returns or throws, nothing is in flight afterwards. */
    final void run() throws IOException {
        try {
            gate.check();
            Work last = fill();
            while (failure == null && (engine.inFlight() > 0 || last == Work.WAITING)) {
                if (last == Work.WAITING) {
                    limiter.pause();
                    reap(0);
                } else {
                    reap(1);
                }
                if (failure == null) {
                    last = fill();
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            note(e);
        }
        engine.cancel(); // after a failure, what has not begun is not wanted any more
        while (engine.inFlight() > 0) {
            reap(1);
        }
        if (failure != null) { // a pattern switch is linked when it first runs: milliseconds
            throwFailure();
        }
    }

    final RateLimiter limiter() {
        return limiter;
    }

    /** Whether nothing new is to be begun, because something has failed. */
    final boolean isStopping() {
        return failure != null;
    }

    final CopySlot takeSlot() {
        freeCount--;
        return slots[free[freeCount]];
    }

    final void freeSlot(CopySlot slot) {
        free[freeCount] = slot.request.tag();
        freeCount++;
    }

    final void submit(CopySlot slot) {
        engine.submit(slot.request);
    }

    /** Reads a slot's piece from a device. */
    final void read(BlockDevice device, CopySlot slot) {
        long readBytes = device.geometry().alignUp(slot.sourceBytes);
        slot.request.prepareRead(device, slot.offsetBytes, slot.memory(0, readBytes));
        submit(slot);
    }

    /** Fails if a read brought less than the piece. */
    static void checkComplete(CopySlot slot, String whatBecameShorter) throws TenureIoException {
        int gotBytes = slot.request.transferredBytes();
        if (gotBytes < slot.sourceBytes) {
            throw new TenureIoException(
                    "read",
                    slot.request.device().name(),
                    slot.offsetBytes + gotBytes,
                    slot.sourceBytes - gotBytes,
                    TenureIoException.NO_ERRNO,
                    "unexpected end of file: the " + whatBecameShorter + " became shorter");
        }
    }

    private Work fill() throws IOException {
        Work last = Work.NONE;
        while (freeCount > 0) {
            gate.check();
            last = giveWork();
            if (last != Work.BEGUN) {
                break;
            }
        }
        return last;
    }

    private void reap(int minimum) {
        int count = engine.reap(minimum, completed);
        for (int i = 0; i < count; i++) {
            try {
                complete(completed[i]);
            } catch (IOException | RuntimeException | Error e) {
                note(e); // the other completions have to be looked at all the same
            }
        }
    }

    private void complete(IoRequest request) throws IOException {
        Throwable cause = request.failure();
        if (cause != null) {
            note(cause);
            return;
        }
        finish(slots[request.tag()]);
    }

    private void note(Throwable cause) {
        Throwable first = failure;
        if (first == null) {
            failure = cause;
        } else if (!first.equals(cause) && !isConsequence(cause)) {
            first.addSuppressed(cause);
        }
    }

    private static boolean isConsequence(Throwable cause) {
        return cause instanceof GateClosedException || cause instanceof CancellationException;
    }

    private void throwFailure() throws IOException {
        switch (failure) {
            case null -> {}
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IOException("the copy failed", failure);
        }
    }
}
