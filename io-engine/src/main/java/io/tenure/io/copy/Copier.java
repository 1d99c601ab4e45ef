package io.tenure.io.copy;

import io.tenure.io.buffer.BufferPool;
import io.tenure.io.engine.IoEngine;
import io.tenure.io.engine.IoGate;
import java.io.IOException;

/**
 * Copies one device to another: extents of the source through a fixed set of buffers, read and
 * written out of order. Zeroes are not written where the destination reads as zero already.
 *
 * <p>Every request passes the job's gate. {@link #run} runs on the caller's thread, once; {@link
 * #progress} may be looked at by any thread. The devices stay the caller's.
 */
@SuppressWarnings("DoNotCallSuggester") // until the C library is linked
public final class Copier implements AutoCloseable {
    private final CopyProgress progress;

    /**
     * A copier over a given engine and pool, which stay the caller's.
     *
     * @param plan what to copy
     * @param gate the job's gate, the same that the engine's requests pass
     * @param engine an engine that is at least as deep as the plan
     * @param buffers a pool of at least {@code depth} buffers of at least {@code requestBytes}
     */
    public Copier(CopyPlan plan, IoGate gate, IoEngine engine, BufferPool buffers) {
        progress = new CopyProgress(plan.destination().geometry().sizeBytes());
        throw new AssertionError("not linked yet");
    }

    /**
     * A copier with an engine and a pool of its own, which {@link #close} ends.
     *
     * @param plan what to copy
     * @param gate the job's gate
     * @return the copier, which has not touched the devices yet
     */
    public static Copier open(CopyPlan plan, IoGate gate) {
        throw new AssertionError("not linked yet");
    }

    /**
     * How far the copy has come.
     *
     * @return counters that {@link #run} moves
     */
    public CopyProgress progress() {
        return progress;
    }

    /**
     * Copies. When this returns or throws, no request is in flight. The destination is written but
     * not flushed: see {@link #flush}.
     *
     * @return what was done
     * @throws io.tenure.io.engine.GateClosedException the gate was closed; the destination holds
     *     any mix
     * @throws io.tenure.io.TenureIoException a device failed, the source became shorter, or the
     *     destination is too small, which is found before anything is written
     * @throws IOException another device than {@link io.tenure.io.FileDevice} failed
     * @throws IllegalStateException it ran before
     */
    public CopyResult run() throws IOException {
        throw new AssertionError("not linked yet");
    }

    /**
     * Makes the destination durable, under the gate.
     *
     * @throws IOException the gate is closed, or the device failed
     */
    public void flush() throws IOException {
        throw new AssertionError("not linked yet");
    }

    /** Ends the engine and the pool of a copier from {@link #open}. */
    @Override
    public void close() {}
}
