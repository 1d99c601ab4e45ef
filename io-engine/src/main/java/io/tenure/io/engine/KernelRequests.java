package io.tenure.io.engine;

import io.tenure.io.BlockDevice;
import java.io.IOException;

/**
 * The requests that an engine brings to a queue of the kernel by itself, each in a place from 0 to
 * the depth: which wait to be submitted, in their order, and how many the kernel has. Knows nothing
 * of how the kernel is asked; what is asked next for a place is in its {@link KernelTransfer}.
 *
 * <p>A request enters the gate for each call, directly before its submission ({@link #enterGate},
 * then {@link #taken}), and leaves after the call's completion ({@link #complete}).
 *
 * <p>Allocates nothing for a request that succeeds. Of the engine's driver.
 */
final class KernelRequests implements AutoCloseable {
    /**
     * 20: how often an engine tries again while the kernel says EAGAIN and nothing is in flight
     * that could make room, with pauses of {@link #PAUSE_NANOS}: for 200 ms.
     */
    static final int MOST_REFUSALS = 20;

    /** 10 ms: what the kernel is short of when it says EAGAIN comes back quickly or not at all. */
    static final long PAUSE_NANOS = 10_000_000;

    private final RequestLedger ledger;
    private final IoGate gate;
    private final HeldDevices devices = new HeldDevices();
    private final KernelTransfer[] transfers; // by place
    private final int[] free; // a stack of places
    private final int[] waiting; // a queue of places: begun, not submitted
    private int freeCount;
    private int waitingCount;
    private int inKernel;

    KernelRequests(RequestLedger ledger, IoGate gate) {
        int depth = ledger.depth();
        this.ledger = ledger;
        this.gate = gate;
        this.transfers = new KernelTransfer[depth];
        this.free = new int[depth];
        this.waiting = new int[depth];
        for (int i = 0; i < depth; i++) {
            transfers[i] = new KernelTransfer();
            free[i] = i;
        }
        this.freeCount = depth;
    }

    /**
     * Makes a device known, and holds it until the end.
     *
     * @return its descriptor, or {@link HeldDevices#NO_DESCRIPTOR}
     */
    int register(BlockDevice device) throws IOException {
        devices.add(device);
        return devices.numberOf(device);
    }

    /**
     * Accepts a request and gives it a place among what waits. One that cannot be carried out, or
     * has nothing to do, is complete at once.
     *
     * @return false if it is not for the kernel's queue: {@link #carryOut} does it
     */
    boolean begin(IoRequest request) {
        int descriptor = devices.numberOf(request.device());
        if (descriptor == HeldDevices.NO_DESCRIPTOR
                || request.operation() == IoRequest.Operation.ZERO) {
            return false;
        }
        int place = free[freeCount - 1];
        try {
            if (transfers[place].begin(request, descriptor)) {
                freeCount--;
                ledger.accept();
                await(place);
                return true;
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            request.fail(e); // the caller's mistake, but where every other failure is
        }
        ledger.accept();
        ledger.complete(request);
        return true;
    }

    /** Accepts a request and completes it, by blocking calls. */
    void carryOut(IoRequest request) {
        ledger.accept();
        request.carryOut(gate);
        ledger.complete(request);
    }

    /** How many wait to be submitted. */
    int waiting() {
        return waitingCount;
    }

    /** How many the kernel has. */
    int inKernel() {
        return inKernel;
    }

    /** The place of one that waits, by its position in the queue. */
    int place(int position) {
        return waiting[position];
    }

    /** What is asked next for a place. */
    KernelTransfer transfer(int place) {
        return transfers[place];
    }

    /** Lets all that waits enter, or completes it refused; returns how many entered. */
    int enterGate() {
        int entered = 0;
        try {
            while (entered < waitingCount) {
                gate.enter();
                entered++;
            }
            return entered;
        } catch (GateClosedException e) {
            leaveGate(entered); // nothing is submitted any more, though these still might be
            for (int i = 0; i < waitingCount; i++) {
                transfers[waiting[i]].request().fail(e);
                finish(waiting[i]);
            }
            waitingCount = 0;
            return 0;
        }
    }

    /** Notes how many of those that entered the kernel took, from the first on; the rest wait. */
    void taken(int entered, int count) {
        leaveGate(entered - count);
        inKernel += count;
        removeWaiting(count);
    }

    /** Completes the first that waits by an error: the kernel will not have it. */
    void failFirst(int errno) {
        transfers[waiting[0]].fail(errno);
        finish(waiting[0]);
        removeWaiting(1);
    }

    /** Takes the kernel's answer for a place; what came back short waits again. */
    void complete(int place, long result) {
        boolean over = transfers[place].advance(result);
        inKernel--;
        gate.exit();
        if (over) {
            finish(place);
        } else {
            await(place);
        }
    }

    /** Gives up all that waits; returns how many these were. */
    int cancel() {
        int count = waitingCount;
        for (int i = 0; i < count; i++) {
            ledger.giveUp(transfers[waiting[i]].request());
            release(waiting[i]);
        }
        waitingCount = 0;
        return count;
    }

    /** Lets the devices go. Only with nothing in the kernel. */
    @Override
    public void close() {
        devices.close();
    }

    private void leaveGate(int count) {
        for (int i = 0; i < count; i++) {
            gate.exit();
        }
    }

    private void await(int place) {
        waiting[waitingCount] = place;
        waitingCount++;
    }

    private void removeWaiting(int count) {
        waitingCount -= count;
        System.arraycopy(waiting, count, waiting, 0, waitingCount);
    }

    private void finish(int place) {
        ledger.complete(transfers[place].request());
        release(place);
    }

    private void release(int place) {
        free[freeCount] = place;
        freeCount++;
    }
}
