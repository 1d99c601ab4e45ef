package io.tenure.io.engine;

import io.tenure.io.BlockDevice;
import io.tenure.io.Zeroing;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One request to an engine: made once for each slot, prepared and submitted again and again, so
 * that nothing is allocated for a request.
 *
 * <p>Between {@link IoEngine#submit} and the {@link IoEngine#reap} that hands it back, the request
 * and its memory belong to the engine: nobody else may touch them. Otherwise it belongs to one
 * thread.
 */
public final class IoRequest {

    /** What a request does. */
    public enum Operation {
        /** {@link BlockDevice#read}. */
        READ,
        /** {@link BlockDevice#write}. */
        WRITE,
        /** {@link BlockDevice#zero}. */
        ZERO
    }

    private final int tag;
    private Operation operation = Operation.READ;
    private @Nullable BlockDevice device;
    private long offsetBytes;
    private long lengthBytes;
    private MemorySegment memory = MemorySegment.NULL;
    private Zeroing zeroing = Zeroing.MAY_DEALLOCATE;
    private int transferredBytes;
    private @Nullable Throwable failure;

    /**
     * Creates a request that does nothing yet.
     *
     * @param tag a number by which its owner knows it again, such as the slot's index
     */
    public IoRequest(int tag) {
        this.tag = tag;
    }

    /**
     * Makes this a read.
     *
     * @param from the device
     * @param atBytes the offset on the device
     * @param target memory to fill
     */
    public void prepareRead(BlockDevice from, long atBytes, MemorySegment target) {
        prepare(Operation.READ, from, atBytes, target.byteSize(), target);
    }

    /**
     * Makes this a write.
     *
     * @param to the device
     * @param atBytes the offset on the device
     * @param source what to write
     */
    public void prepareWrite(BlockDevice to, long atBytes, MemorySegment source) {
        prepare(Operation.WRITE, to, atBytes, source.byteSize(), source);
    }

    /**
     * Makes this a request to zero a range.
     *
     * @param on the device
     * @param atBytes the offset on the device
     * @param countBytes how much
     * @param mode what may become of the storage behind the range
     */
    public void prepareZero(BlockDevice on, long atBytes, long countBytes, Zeroing mode) {
        prepare(Operation.ZERO, on, atBytes, countBytes, MemorySegment.NULL);
        this.zeroing = Objects.requireNonNull(mode);
    }

    /**
     * The owner's number.
     *
     * @return as given when the request was made
     */
    public int tag() {
        return tag;
    }

    /**
     * What the request does.
     *
     * @return the operation
     */
    public Operation operation() {
        return operation;
    }

    /**
     * Where the request goes.
     *
     * @return the device
     * @throws IllegalStateException the request was never prepared
     */
    public BlockDevice device() {
        BlockDevice prepared = device;
        if (prepared == null) {
            throw new IllegalStateException("the request was never prepared");
        }
        return prepared;
    }

    /**
     * Where the range begins.
     *
     * @return bytes from the beginning of the device
     */
    public long offsetBytes() {
        return offsetBytes;
    }

    /**
     * How long the range is.
     *
     * @return bytes
     */
    public long lengthBytes() {
        return lengthBytes;
    }

    /**
     * The memory that is read into or written from.
     *
     * @return the memory; {@link MemorySegment#NULL} for {@link Operation#ZERO}
     */
    public MemorySegment memory() {
        return memory;
    }

    /**
     * What zeroing may do to the storage.
     *
     * @return as prepared
     */
    public Zeroing zeroing() {
        return zeroing;
    }

    /**
     * How much a read brought.
     *
     * @return bytes: less than {@link #lengthBytes} only at the end of the device; 0 for other
     *     operations and after a failure
     */
    public int transferredBytes() {
        return transferredBytes;
    }

    /**
     * Why the request failed.
     *
     * @return an {@link IOException} of the device or the gate, or what else was thrown; null after
     *     success
     */
    public @Nullable Throwable failure() {
        return failure;
    }

    /**
     * Notes success. For engines.
     *
     * @param countBytes what a read brought, else 0
     */
    public void succeed(int countBytes) {
        transferredBytes = countBytes;
        failure = null;
    }

    /**
     * Notes failure. For engines.
     *
     * @param cause why
     */
    public void fail(Throwable cause) {
        transferredBytes = 0;
        failure = Objects.requireNonNull(cause);
    }

    /**
     * Refuses what must not be submitted. Every engine asks this first. For engines.
     *
     * @param engine the engine that is to carry the request out
     * @param gate the gate that its requests pass
     * @throws IllegalStateException the request was never prepared; or it would write under a lease
     *     and the engine is not kill-safe, so the write could land after the lease went to another
     *     host
     */
    public void checkFor(IoEngine engine, IoGate gate) {
        device();
        if (operation != Operation.READ && gate.guardsLease() && !engine.isKillSafe()) {
            throw new IllegalStateException(
                    "this engine must not write under a lease: it is not kill-safe");
        }
    }

    /**
     * Carries the request out by blocking calls of its device, under a gate, and notes the result.
     * Never throws. For engines.
     *
     * @param gate the job's gate
     */
    public void carryOut(IoGate gate) {
        try {
            gate.enter();
            try {
                succeed(call());
            } finally {
                gate.exit();
            }
        } catch (Throwable e) { // whatever it is, the submitting thread has to see it
            fail(e);
        }
    }

    private int call() throws IOException {
        switch (operation) {
            case READ -> {
                return device().read(offsetBytes, memory);
            }
            case WRITE -> device().write(offsetBytes, memory);
            case ZERO -> device().zero(offsetBytes, lengthBytes, zeroing);
        }
        return 0;
    }

    private void prepare(
            Operation what, BlockDevice where, long atBytes, long countBytes, MemorySegment with) {
        operation = what;
        device = Objects.requireNonNull(where);
        offsetBytes = atBytes;
        lengthBytes = countBytes;
        memory = with;
        transferredBytes = 0;
        failure = null;
    }
}
