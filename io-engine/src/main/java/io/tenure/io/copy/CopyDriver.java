package io.tenure.io.copy;

import io.tenure.io.BlockDevice;
import io.tenure.io.TenureIoException;
import io.tenure.io.engine.GateClosedException;
import io.tenure.io.engine.IoEngine;
import io.tenure.io.engine.IoGate;
import io.tenure.io.engine.IoRequest;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The loop of one copy. A slot reads a piece, then writes what of it is not zero, then takes the
 * next piece; or it zeroes a range. Slots do not wait for each other.
 */
final class CopyDriver {
    /**
     * 64 KiB: zeroes within a request are left unwritten in pieces of this size, where the
     * destination reads as zero. Smaller ones would cut a request into more calls than they save.
     */
    static final int ZERO_BLOCK_BYTES = 64 << 10;

    private final BlockDevice source;
    private final BlockDevice destination;
    private final CopyPlan plan;
    private final IoGate gate;
    private final IoEngine engine;
    private final CopyProgress progress;
    private final SourceCursor cursor;
    private final DestinationMap map;
    private final ZeroRuns zeroRuns;
    private final CopySlot[] slots;
    private final int[] free;
    private final IoRequest[] completed;
    private int freeCount;
    private @Nullable Throwable failure;

    CopyDriver(
            CopyPlan plan, IoGate gate, IoEngine engine, CopySlot[] slots, CopyProgress progress) {
        this.source = plan.source();
        this.destination = plan.destination();
        this.plan = plan;
        this.gate = gate;
        this.engine = engine;
        this.progress = progress;
        this.slots = slots;
        this.cursor =
                new SourceCursor(
                        source, progress.destinationBytes(), plan.requestBytes(), plan.unitBytes());
        this.map = new DestinationMap(destination, plan.target().state());
        // More than half taken makes room before the completions of one round can fill the rest.
        this.zeroRuns = new ZeroRuns(2 * (slots.length + 1), Zeroer.STEP_BYTES);
        this.free = new int[slots.length];
        this.completed = new IoRequest[slots.length];
        for (int i = 0; i < slots.length; i++) {
            free[i] = i;
        }
        freeCount = slots.length;
    }

    /** Copies; whether it returns or throws, nothing is in flight afterwards. */
    void run() throws IOException {
        try {
            gate.check();
            fill();
            while (engine.inFlight() > 0) {
                reap();
                if (failure == null) {
                    fill();
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            note(e);
        }
        while (engine.inFlight() > 0) {
            reap();
        }
        throwFailure();
    }

    /** Gives work to the free slots. */
    private void fill() throws IOException {
        while (freeCount > 0) {
            gate.check();
            int run = zeroRuns.choose(!cursor.hasNext());
            if (run >= 0) {
                zeroOrSkip(run);
            } else if (cursor.hasNext()) {
                takePiece();
            } else {
                return;
            }
        }
    }

    private void takePiece() throws IOException {
        cursor.next();
        long offsetBytes = cursor.pieceOffsetBytes();
        if (cursor.pieceIsZero()) {
            addZeroRun(offsetBytes, cursor.paddedLengthBytes());
            return;
        }
        CopySlot slot = takeSlot();
        slot.offsetBytes = offsetBytes;
        slot.sourceBytes = (int) cursor.pieceLengthBytes();
        slot.paddedBytes = (int) cursor.paddedLengthBytes();
        slot.doneBytes = 0;
        long readBytes = source.geometry().alignUp(slot.sourceBytes);
        slot.request.prepareRead(source, offsetBytes, slot.memory(0, readBytes));
        engine.submit(slot.request);
    }

    private void addZeroRun(long offsetBytes, long lengthBytes) {
        zeroRuns.add(offsetBytes, offsetBytes + lengthBytes);
    }

    /** Deals with the beginning of a run: what reads as zero is done, the rest is zeroed. */
    private void zeroOrSkip(int run) throws IOException {
        long offsetBytes = zeroRuns.startBytes(run);
        long leftBytes = zeroRuns.endBytes(run) - offsetBytes;
        long zeroBytes = map.zeroBytesAt(offsetBytes, leftBytes);
        if (zeroBytes > 0) {
            progress.addZeroed(zeroBytes);
            zeroRuns.advance(run, zeroBytes);
            return;
        }
        long stepBytes = Math.min(Zeroer.STEP_BYTES, map.dataBytesAt(offsetBytes, leftBytes));
        zeroRuns.advance(run, stepBytes);
        CopySlot slot = takeSlot();
        slot.request.prepareZero(destination, offsetBytes, stepBytes, plan.target().zeroing());
        engine.submit(slot.request);
    }

    private void reap() {
        int count = engine.reap(1, completed);
        for (int i = 0; i < count; i++) {
            try {
                finish(completed[i]);
            } catch (IOException | RuntimeException | Error e) {
                note(e); // the other completions have to be looked at all the same
            }
        }
    }

    private void finish(IoRequest request) throws IOException {
        CopySlot slot = slots[request.tag()];
        Throwable cause = request.failure();
        if (cause != null) {
            note(cause);
            return;
        }
        switch (request.operation()) {
            case READ -> {
                checkComplete(slot);
                slot.memory(slot.sourceBytes, slot.paddedBytes).fill((byte) 0);
                if (ZeroDetector.isZero(slot.buffer.segment(), 0, slot.paddedBytes)) {
                    addZeroRun(slot.offsetBytes, slot.paddedBytes);
                    freeSlot(request.tag());
                } else {
                    writeRest(slot);
                }
            }
            case WRITE -> {
                progress.addCopied(request.lengthBytes());
                writeRest(slot);
            }
            case ZERO -> {
                progress.addZeroed(request.lengthBytes());
                freeSlot(request.tag());
            }
        }
    }

    private void checkComplete(CopySlot slot) throws TenureIoException {
        int gotBytes = slot.request.transferredBytes();
        if (gotBytes < slot.sourceBytes) {
            throw new TenureIoException(
                    "read",
                    source.name(),
                    slot.offsetBytes + gotBytes,
                    slot.sourceBytes - gotBytes,
                    TenureIoException.NO_ERRNO,
                    "unexpected end of file: the source became shorter");
        }
    }

    /** Writes the next part of a piece that has to be written; frees the slot when none is left. */
    private void writeRest(CopySlot slot) throws IOException {
        if (failure != null) {
            return; // nothing new is begun
        }
        int fromBytes = slot.doneBytes;
        int toBytes = slot.paddedBytes;
        if (map.tells()) {
            while (fromBytes < slot.paddedBytes && isSkippable(slot, fromBytes)) {
                int nextBytes = blockEnd(slot, fromBytes);
                progress.addZeroed(nextBytes - fromBytes);
                fromBytes = nextBytes;
            }
            toBytes = fromBytes;
            while (toBytes < slot.paddedBytes
                    && (toBytes == fromBytes || !isSkippable(slot, toBytes))) {
                toBytes = blockEnd(slot, toBytes);
            }
        }
        if (fromBytes == slot.paddedBytes) {
            freeSlot(slot.request.tag());
            return;
        }
        slot.doneBytes = toBytes;
        MemorySegment data = slot.memory(fromBytes, toBytes);
        slot.request.prepareWrite(destination, slot.offsetBytes + fromBytes, data);
        engine.submit(slot.request);
    }

    /** Whether a block of the piece is zero, and the destination reads as zero there. */
    private boolean isSkippable(CopySlot slot, int fromBytes) throws IOException {
        int lengthBytes = blockEnd(slot, fromBytes) - fromBytes;
        return ZeroDetector.isZero(slot.buffer.segment(), fromBytes, lengthBytes)
                && map.zeroBytesAt(slot.offsetBytes + fromBytes, lengthBytes) == lengthBytes;
    }

    private static int blockEnd(CopySlot slot, int fromBytes) {
        return Math.min(fromBytes + ZERO_BLOCK_BYTES, slot.paddedBytes);
    }

    private CopySlot takeSlot() {
        freeCount--;
        return slots[free[freeCount]];
    }

    private void freeSlot(int index) {
        free[freeCount] = index;
        freeCount++;
    }

    private void note(Throwable cause) {
        Throwable first = failure;
        if (first == null) {
            failure = cause;
        } else if (!first.equals(cause) && !(cause instanceof GateClosedException)) {
            first.addSuppressed(cause);
        }
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
