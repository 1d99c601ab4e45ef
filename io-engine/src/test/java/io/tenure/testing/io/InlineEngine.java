package io.tenure.testing.io;

import io.tenure.io.BlockDevice;
import io.tenure.io.engine.EngineKind;
import io.tenure.io.engine.IoEngine;
import io.tenure.io.engine.IoGate;
import io.tenure.io.engine.IoRequest;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.random.RandomGenerator;

/**
 * An engine without threads: a request is carried out when completions are waited for, on the
 * driver's thread, in an order drawn from a seed. The same seed gives the same run.
 */
public final class InlineEngine implements IoEngine {
    private final IoGate gate;
    private final int depth;
    private final RandomGenerator random;
    private final boolean killSafe;
    private final List<IoRequest> waiting = new ArrayList<>();
    private final List<IoRequest> done = new ArrayList<>();
    private boolean begunAtOnce;
    private boolean closed;

    /**
     * Creates an engine.
     *
     * @param gate the gate that every request passes
     * @param depth the most requests in flight
     * @param random the source of order
     */
    public InlineEngine(IoGate gate, int depth, RandomGenerator random) {
        this(gate, depth, random, true);
    }

    private InlineEngine(IoGate gate, int depth, RandomGenerator random, boolean killSafe) {
        this.gate = gate;
        this.depth = depth;
        this.random = random;
        this.killSafe = killSafe;
    }

    /**
     * Creates an engine that says it is not kill-safe.
     *
     * @param gate the gate that every request passes
     * @param depth the most requests in flight
     * @param random the source of order
     * @return the engine
     */
    public static InlineEngine notKillSafe(IoGate gate, int depth, RandomGenerator random) {
        return new InlineEngine(gate, depth, random, false);
    }

    /**
     * From now on behaves as if every request had reached the kernel at once, so that none can be
     * given up.
     */
    public void begunAtOnce() {
        begunAtOnce = true;
    }

    @Override
    public int depth() {
        return depth;
    }

    @Override
    public int inFlight() {
        return waiting.size() + done.size();
    }

    @Override
    public void register(BlockDevice device) {}

    @Override
    public void register(MemorySegment memory) {}

    @Override
    public void bindTo(int leaseDescriptor) {} // nothing is in flight between two calls

    @Override
    public void submit(IoRequest request) {
        request.checkFor(this, gate);
        if (closed || inFlight() == depth) {
            throw new IllegalStateException(closed ? "closed" : depth + " requests are in flight");
        }
        waiting.add(request);
    }

    @Override
    public int reap(int minimum, IoRequest[] into) {
        if (minimum > inFlight() || minimum > into.length) {
            throw new IllegalArgumentException(minimum + " of " + inFlight());
        }
        while (done.size() < minimum) {
            carryOutOne();
        }
        int count = Math.min(done.size(), into.length);
        for (int i = 0; i < count; i++) {
            into[i] = done.removeFirst();
        }
        return count;
    }

    @Override
    public int cancel() {
        if (begunAtOnce) {
            return 0;
        }
        int count = waiting.size();
        for (IoRequest request : waiting) {
            request.fail(new CancellationException("given up before it was begun"));
            done.add(request);
        }
        waiting.clear();
        return count;
    }

    @Override
    public void drain() {
        while (!waiting.isEmpty()) {
            carryOutOne();
        }
    }

    @Override
    public EngineKind kind() {
        return EngineKind.THREADS; // blocking calls, on the thread that submits
    }

    @Override
    public boolean isKillSafe() {
        return killSafe;
    }

    @Override
    public void close() {
        drain();
        closed = true;
    }

    private void carryOutOne() {
        IoRequest request = waiting.remove(random.nextInt(waiting.size()));
        request.carryOut(gate);
        done.add(request);
    }
}
