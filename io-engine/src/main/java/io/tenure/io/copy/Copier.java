package io.tenure.io.copy;

import io.tenure.io.BlockDevice;
import io.tenure.io.TenureIoException;
import io.tenure.io.buffer.AlignedBuffer;
import io.tenure.io.buffer.BufferPool;
import io.tenure.io.engine.EngineKind;
import io.tenure.io.engine.IoEngine;
import io.tenure.io.engine.IoEngines;
import io.tenure.io.engine.IoGate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Copies one device to another, or to several: extents of the source through a fixed set of
 * buffers, read once and written out of order. Zeroes are not written where a destination reads as
 * zero already.
 *
 * <p>Three steps, in this order: {@link #run}, {@link #flush}, {@link #verify}; the last does
 * nothing unless the plan asks for it.
 *
 * <p>Every request passes the job's gate. {@link #run} runs on the caller's thread, once; {@link
 * #progress} may be looked at by any thread. The devices stay the caller's.
 */
public final class Copier implements AutoCloseable {
    private final CopyPlans plans;
    private final CopyPlan plan; // the first of them
    private final IoGate gate;
    private final IoEngine engine;
    private final BufferPool buffers;
    private final boolean owner;
    private final CopyProgress progress;
    private final TimeSource time;
    private final @Nullable ContentSums sums;
    private boolean started;
    private boolean flushed;
    private boolean verified;
    private @Nullable CopyResult result;

    /**
     * A copier over a given engine and pool, which stay the caller's.
     *
     * @param plan what to copy
     * @param gate the job's gate, the same that the engine's requests pass
     * @param engine an idle engine that is at least as deep as the plan
     * @param buffers a pool with {@code depth} free buffers of at least {@code requestBytes}
     */
    public Copier(CopyPlan plan, IoGate gate, IoEngine engine, BufferPool buffers) {
        this(CopyPlans.of(plan), gate, engine, buffers, false, TimeSource.SYSTEM);
    }

    Copier(
            CopyPlans plans,
            IoGate gate,
            IoEngine engine,
            BufferPool buffers,
            boolean owner,
            TimeSource time) {
        CopyPlan plan = plans.first();
        if (engine.depth() < plan.depth()) {
            throw new IllegalArgumentException(
                    "an engine of depth %d for a copy of depth %d"
                            .formatted(engine.depth(), plan.depth()));
        }
        if (buffers.bufferBytes() < plan.requestBytes() || buffers.count() < plan.depth()) {
            throw new IllegalArgumentException(
                    "%d buffers of %d bytes for a copy with %d requests of %d bytes"
                            .formatted(
                                    buffers.count(),
                                    buffers.bufferBytes(),
                                    plan.depth(),
                                    plan.requestBytes()));
        }
        this.plans = plans;
        this.plan = plan;
        this.gate = gate;
        this.engine = engine;
        this.buffers = buffers;
        this.owner = owner;
        this.time = time;
        this.progress = new CopyProgress(plans.allBytes(), plan.check());
        this.sums =
                switch (plan.check()) {
                    case NONE -> null;
                    case CHECKSUM -> ContentSums.ofWhole(plans.sizeBytes());
                    case VERIFY -> ContentSums.ofWindows(plans.sizeBytes());
                };
    }

    /**
     * A copier with an engine and a pool of its own, which {@link #close} ends.
     *
     * @param plan what to copy
     * @param gate the job's gate
     * @return the copier, which has not touched the devices yet
     * @throws IOException there is not enough memory for the buffers, or the engine is not to be
     *     had
     */
    public static Copier open(CopyPlan plan, IoGate gate) throws IOException {
        return open(List.of(plan), gate, List.of());
    }

    /**
     * A copier for the holder of leases, with an engine and a pool of its own, which {@link #close}
     * ends. The thread that opens it runs and closes it.
     *
     * @param together what to copy: at least one plan. Of several, all have the same source, tuning
     *     and check, and destinations of one size that share no storage with it; it is read once
     * @param gate the job's gate
     * @param leaseDescriptors what holds the leases, see {@link IoEngine#bindTo}
     * @return the copier, which has not touched the devices yet
     * @throws IOException there is not enough memory for the buffers, or the engine is not to be
     *     had
     * @throws IllegalArgumentException if several plans cannot be carried out together
     */
    public static Copier open(List<CopyPlan> together, IoGate gate, List<Integer> leaseDescriptors)
            throws IOException {
        CopyPlans plans = new CopyPlans(together);
        CopyPlan plan = plans.first();
        BufferPool buffers = BufferPool.allocate(plan.depth(), plan.requestBytes());
        try {
            IoEngine engine =
                    IoEngines.open(plan.tuning().engine(), gate, plan.depth(), plans.devices());
            try {
                engine.register(buffers.memory());
                for (int descriptor : leaseDescriptors) {
                    engine.bindTo(descriptor);
                }
                return new Copier(plans, gate, engine, buffers, true, TimeSource.SYSTEM);
            } catch (IOException | RuntimeException | Error e) {
                engine.close();
                throw e;
            }
        } catch (IOException | RuntimeException | Error e) {
            buffers.close();
            throw e;
        }
    }

    /**
     * What keeps the requests in flight.
     *
     * @return the kind of its engine, never {@link EngineKind#AUTO}
     */
    public EngineKind engine() {
        return engine.kind();
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
     * not flushed: see {@link #flush}. Interruption does not stop it: close the gate.
     *
     * @return what was done, to all destinations together
     * @throws io.tenure.io.engine.GateClosedException the gate was closed; the destination holds
     *     any mix of old and new
     * @throws TenureIoException a device failed, or the source became shorter; or the destination
     *     is too small or cannot be written to its end, which is found before anything is written
     * @throws IOException another device than {@link io.tenure.io.FileDevice} failed
     * @throws IllegalStateException it ran before, or the pool has not enough free buffers
     */
    public CopyResult run() throws IOException {
        if (started) {
            throw new IllegalStateException("a copier runs once");
        }
        started = true;
        plans.checkSizes();
        gate.check();
        long sharedBytes = new Preparation(plan, gate).share(progress);
        List<CopyOutput> outputs = new ArrayList<>();
        for (CopyPlan each : plans.all()) {
            DestinationMap map = new Preparation(each, gate).allocate();
            outputs.add(CopyOutput.of(each, map, plan.depth()));
        }
        for (BlockDevice device : plans.devices()) {
            engine.register(device);
        }
        CopySlot[] slots = new CopySlot[plan.depth()];
        try {
            acquire(slots);
            RateLimiter limiter = limiter();
            SourceCursor cursor =
                    SourceCursor.over(
                                    plan.source(),
                                    plans.sizeBytes(),
                                    plan.requestBytes(),
                                    plans.unitBytes(),
                                    limiter)
                            .startingAt(sharedBytes);
            new CopyDriver(
                            plan.source(),
                            outputs,
                            gate,
                            engine,
                            slots,
                            limiter,
                            cursor,
                            progress,
                            sums)
                    .run();
        } finally {
            release(slots);
        }
        if (progress.writtenBytes() != progress.destinationBytes()) {
            throw new IllegalStateException(
                    "copied %d of %d bytes without an error"
                            .formatted(progress.writtenBytes(), progress.destinationBytes()));
        }
        result =
                new CopyResult(
                        progress.copiedBytes(),
                        progress.zeroedBytes(),
                        progress.sharedBytes(),
                        checksum(),
                        0);
        return result;
    }

    /**
     * Makes each destination durable, under the gate.
     *
     * @throws IOException the gate is closed, or a device failed
     */
    public void flush() throws IOException {
        for (CopyPlan each : plans.all()) {
            gate.enter();
            try {
                each.destination().flush();
            } finally {
                gate.exit();
            }
        }
        flushed = true;
    }

    /**
     * Reads each destination back and compares it with the checksums of what was copied, window by
     * window, if the plan asks for {@link CopyPlan.Check#VERIFY}; otherwise does nothing. The third
     * step, after {@link #run} and {@link #flush} and before the job is committed; under the gate
     * like the copy. What the destination tells to be a hole is not read.
     *
     * @return the result of {@link #run}, with what was verified
     * @throws io.tenure.io.engine.GateClosedException the gate was closed
     * @throws ContentMismatchException the destination holds something else than was written: the
     *     message names the first window and both its checksums
     * @throws TenureIoException a device failed
     * @throws IOException another device than {@link io.tenure.io.FileDevice} failed
     * @throws IllegalStateException the copy did not run to its end, was not flushed, or was
     *     verified before
     */
    public CopyResult verify() throws IOException {
        CopyResult copied = result;
        if (copied == null || !flushed || verified) {
            throw new IllegalStateException(
                    "only what was copied and flushed can be verified, and only once");
        }
        verified = true;
        if (plan.check() != CopyPlan.Check.VERIFY) {
            return copied;
        }
        CopySlot[] slots = new CopySlot[plan.depth()];
        try {
            acquire(slots);
            ContentSums expected = Objects.requireNonNull(sums);
            for (CopyPlan each : plans.all()) {
                new Verifier(each, gate, engine, slots, limiter(), progress, expected).verify();
            }
        } finally {
            release(slots);
        }
        return copied.withVerified(progress.verifiedBytes());
    }

    /** Ends the engine and the pool of a copier from {@link #open}. Closing again does nothing. */
    @Override
    public void close() {
        if (owner) {
            engine.close();
            buffers.close();
        }
    }

    private OptionalInt checksum() {
        return sums == null
                ? OptionalInt.empty()
                : OptionalInt.of(sums.checksum(plan.source().geometry().sizeBytes()));
    }

    private RateLimiter limiter() {
        return new RateLimiter(plan.tuning().rateLimitBytesPerSecond(), time);
    }

    private void acquire(@Nullable CopySlot[] slots) {
        for (int i = 0; i < slots.length; i++) {
            AlignedBuffer buffer = buffers.tryAcquire();
            if (buffer == null) {
                throw new IllegalStateException("the pool has not enough free buffers");
            }
            slots[i] = new CopySlot(i, buffer, plan.requestBytes());
        }
    }

    private void release(@Nullable CopySlot[] slots) {
        for (CopySlot slot : slots) {
            if (slot != null) {
                buffers.release(slot.buffer);
            }
        }
    }
}
