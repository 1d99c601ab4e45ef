package io.tenure.io.copy;

import io.tenure.io.BlockDevice;
import io.tenure.io.engine.IoEngine;
import io.tenure.io.engine.IoGate;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The loop of one copy. A slot reads a piece, then writes what of it is not zero to one destination
 * after the other, then takes the next piece; or it zeroes a range.
 */
final class CopyDriver extends SlotLoop {
    /**
     * 64 KiB: zeroes within a request are left unwritten in pieces of this size, where the
     * destination reads as zero. Smaller ones would cut a request into more calls than they save.
     */
    static final int ZERO_BLOCK_BYTES = 64 << 10;

    private final BlockDevice source;
    private final CopyOutput[] outputs;
    private final CopyProgress progress;
    private final SourceCursor cursor;
    private final @Nullable ContentSums sums;

    /**
     * Creates the loop.
     *
     * @param source where to read
     * @param outputs where to write, all of one size
     * @param gate the job's gate
     * @param engine an idle engine
     * @param slots as many as requests may be in flight
     * @param limiter the pace
     * @param cursor over the source, where the copy begins
     * @param progress counts what is done
     * @param sums receives the content; null if nobody wants its checksum
     */
    CopyDriver(
            BlockDevice source,
            List<CopyOutput> outputs,
            IoGate gate,
            IoEngine engine,
            CopySlot[] slots,
            RateLimiter limiter,
            SourceCursor cursor,
            CopyProgress progress,
            @Nullable ContentSums sums) {
        super(gate, engine, slots, limiter);
        this.source = source;
        this.outputs = outputs.toArray(CopyOutput[]::new);
        this.progress = progress;
        this.cursor = cursor;
        this.sums = sums;
    }

    @Override
    Work giveWork() throws IOException {
        for (CopyOutput output : outputs) {
            int run = output.zeroRuns().choose(!cursor.hasNext());
            if (run >= 0) {
                zeroOrSkip(output, run);
                return Work.BEGUN;
            }
        }
        if (!cursor.hasNext()) {
            return Work.NONE;
        }
        if (!limiter().allows()) {
            return Work.WAITING;
        }
        takePiece();
        return Work.BEGUN;
    }

    private void takePiece() throws IOException {
        cursor.next();
        if (cursor.pieceIsZero()) {
            addZeroRun(cursor.pieceOffsetBytes(), cursor.paddedLengthBytes());
            return;
        }
        CopySlot slot = takeSlot();
        slot.begin(cursor);
        limiter().take(slot.sourceBytes);
        read(source, slot);
    }

    private void addZeroRun(long offsetBytes, long lengthBytes) {
        for (CopyOutput output : outputs) {
            output.zeroRuns().add(offsetBytes, offsetBytes + lengthBytes);
        }
    }

    /** Deals with the beginning of a run: what reads as zero is done, the rest is zeroed. */
    private void zeroOrSkip(CopyOutput output, int run) throws IOException {
        ZeroRuns zeroRuns = output.zeroRuns();
        long offsetBytes = zeroRuns.startBytes(run);
        long leftBytes = zeroRuns.endBytes(run) - offsetBytes;
        long zeroBytes = output.map().zeroBytesAt(offsetBytes, leftBytes);
        if (zeroBytes > 0) {
            progress.addZeroed(zeroBytes);
            zeroRuns.advance(run, zeroBytes);
            return;
        }
        long stepBytes =
                Math.min(Zeroer.STEP_BYTES, output.map().dataBytesAt(offsetBytes, leftBytes));
        zeroRuns.advance(run, stepBytes);
        CopySlot slot = takeSlot();
        slot.request.prepareZero(output.device(), offsetBytes, stepBytes, output.zeroing());
        submit(slot);
    }

    @Override
    void finish(CopySlot slot) throws IOException {
        switch (slot.request.operation()) {
            case READ -> {
                checkComplete(slot, "source");
                slot.pad();
                if (ZeroDetector.isZero(slot.buffer.segment(), 0, slot.paddedBytes)) {
                    addZeroRun(slot.offsetBytes, slot.paddedBytes);
                    freeSlot(slot);
                } else {
                    if (sums != null) {
                        sums.add(slot.offsetBytes, slot.view, slot.sourceBytes);
                    }
                    writeRest(slot);
                }
            }
            case WRITE -> {
                progress.addCopied(slot.request.lengthBytes());
                writeRest(slot);
            }
            case ZERO -> {
                progress.addZeroed(slot.request.lengthBytes());
                freeSlot(slot);
            }
        }
    }

    /**
     * Writes the next part of a piece that has to be written, to each destination in turn; frees
     * the slot when none is left. Each slot has one request at a time, so that several destinations
     * take no more memory, and have no more in flight, than one.
     */
    private void writeRest(CopySlot slot) throws IOException {
        if (isStopping()) {
            return; // nothing new is begun
        }
        while (slot.outputIndex < outputs.length) {
            CopyOutput output = outputs[slot.outputIndex];
            int fromBytes = slot.doneBytes;
            int toBytes = slot.paddedBytes;
            if (output.map().tells()) {
                fromBytes = endOfZeroes(output.map(), slot, fromBytes);
                toBytes = endOfData(output.map(), slot, fromBytes);
            }
            if (fromBytes < slot.paddedBytes) {
                slot.doneBytes = toBytes;
                MemorySegment data = slot.memory(fromBytes, toBytes);
                slot.request.prepareWrite(output.device(), slot.offsetBytes + fromBytes, data);
                submit(slot);
                return;
            }
            slot.outputIndex++;
            slot.doneBytes = 0;
        }
        freeSlot(slot);
    }

    /** Counts the blocks from here on that need not be written. */
    private int endOfZeroes(DestinationMap map, CopySlot slot, int fromBytes) throws IOException {
        int atBytes = fromBytes;
        while (atBytes < slot.paddedBytes && isSkippable(map, slot, atBytes)) {
            int nextBytes = blockEnd(slot, atBytes);
            progress.addZeroed(nextBytes - atBytes);
            atBytes = nextBytes;
        }
        return atBytes;
    }

    /** Where the next block begins that need not be written; the one given has to be. */
    private int endOfData(DestinationMap map, CopySlot slot, int fromBytes) throws IOException {
        int atBytes = fromBytes;
        while (atBytes < slot.paddedBytes
                && (atBytes == fromBytes || !isSkippable(map, slot, atBytes))) {
            atBytes = blockEnd(slot, atBytes);
        }
        return atBytes;
    }

    /** Whether a block of the piece is zero, and the destination reads as zero there. */
    private boolean isSkippable(DestinationMap map, CopySlot slot, int fromBytes)
            throws IOException {
        int lengthBytes = blockEnd(slot, fromBytes) - fromBytes;
        return ZeroDetector.isZero(slot.buffer.segment(), fromBytes, lengthBytes)
                && map.zeroBytesAt(slot.offsetBytes + fromBytes, lengthBytes) == lengthBytes;
    }

    private static int blockEnd(CopySlot slot, int fromBytes) {
        return Math.min(fromBytes + ZERO_BLOCK_BYTES, slot.paddedBytes);
    }
}
