package io.tenure.io.engine;

import java.util.Objects;
import java.util.concurrent.CancellationException;

/**
 * What an engine has accepted and not handed back: how many requests are still to be completed, and
 * those that wait to be reaped. Refuses what the contract of {@link IoEngine} refuses. Allocates
 * nothing for a request that succeeds. Whatever guards the engine guards this.
 */
final class RequestLedger {
    private final IoGate gate;
    private final int depth;
    private final RequestQueue done;
    private int outstanding;
    private boolean closed;

    /** For an engine with this gate and so many requests in flight, at least 1. */
    RequestLedger(IoGate gate, int depth) {
        if (depth < 1) {
            throw new IllegalArgumentException("depth " + depth);
        }
        this.gate = Objects.requireNonNull(gate);
        this.depth = depth;
        this.done = new RequestQueue(depth);
    }

    int depth() {
        return depth;
    }

    /** See {@link IoEngine#inFlight}. */
    int inFlight() {
        return outstanding + done.size();
    }

    /** How many were accepted and are not complete. */
    int outstanding() {
        return outstanding;
    }

    /** How many are complete and wait to be reaped. */
    int completed() {
        return done.size();
    }

    /** Refuses what {@link IoEngine#submit} refuses. */
    void checkSubmit(IoEngine engine, IoRequest request) {
        request.checkFor(engine, gate);
        if (closed) {
            throw new IllegalStateException("the engine is closed");
        }
        if (inFlight() == depth) {
            throw new IllegalStateException(depth + " requests are in flight already");
        }
    }

    /** Counts a request that was checked: from now on it is in flight. */
    void accept() {
        outstanding++;
    }

    /** Takes back a request that has noted its result, until it is reaped. */
    void complete(IoRequest request) {
        outstanding--;
        done.add(request);
    }

    /** Completes a request that has not reached the device, see {@link IoEngine#cancel}. */
    void giveUp(IoRequest request) {
        request.fail(new CancellationException("given up before it was begun"));
        complete(request);
    }

    /** Refuses to wait for what cannot come, or does not fit. */
    void checkReap(int minimum, IoRequest[] into) {
        if (minimum > inFlight() || minimum > into.length) {
            throw new IllegalArgumentException(
                    "%d of %d in flight, into %d".formatted(minimum, inFlight(), into.length));
        }
    }

    /** Hands back as many as are complete and fit; returns how many. */
    int reap(IoRequest[] into) {
        int count = Math.min(done.size(), into.length);
        for (int i = 0; i < count; i++) {
            into[i] = done.remove();
        }
        return count;
    }

    boolean isClosed() {
        return closed;
    }

    /** Accepts nothing any more. */
    void close() {
        closed = true;
    }
}
