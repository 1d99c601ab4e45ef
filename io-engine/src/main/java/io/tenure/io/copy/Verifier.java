package io.tenure.io.copy;

import io.tenure.io.BlockDevice;
import io.tenure.io.engine.IoEngine;
import io.tenure.io.engine.IoGate;
import java.io.IOException;

/**
 * Reads a destination back and compares it, window by window, with the sums of what was copied.
 *
 * <p>The reads go past the page cache, like all of a copy's. What the destination tells to be a
 * hole is not read: it counts as the zeroes that it reads as.
 */
final class Verifier extends SlotLoop {
    private final BlockDevice device;
    private final SourceCursor cursor;
    private final CopyProgress progress;
    private final ContentSums expected;
    private final ContentSums found;

    /**
     * Creates a verifier, which has not touched the device yet.
     *
     * @param plan the copy
     * @param gate the job's gate
     * @param engine an idle engine
     * @param slots as many as requests may be in flight
     * @param limiter the pace
     * @param progress counts what is verified
     * @param expected the sums of the windows of what was copied
     */
    Verifier(
            CopyPlan plan,
            IoGate gate,
            IoEngine engine,
            CopySlot[] slots,
            RateLimiter limiter,
            CopyProgress progress,
            ContentSums expected) {
        super(gate, engine, slots, limiter);
        this.device = plan.destination();
        this.progress = progress;
        this.expected = expected;
        long sizeBytes = device.geometry().sizeBytes();
        this.found = ContentSums.ofWindows(sizeBytes);
        this.cursor =
                SourceCursor.over(
                        device, sizeBytes, plan.requestBytes(), plan.unitBytes(), limiter);
    }

    /** Reads everything, then compares. */
    void verify() throws IOException {
        run();
        int first = -1;
        int count = 0;
        for (int i = 0; i < expected.windows(); i++) {
            if (!expected.agrees(i, found)) {
                first = count == 0 ? i : first;
                count++;
            }
        }
        if (count > 0) {
            throw mismatch(first, count);
        }
    }

    @Override
    Work giveWork() throws IOException {
        if (!cursor.hasNext()) {
            return Work.NONE;
        }
        if (!limiter().allows()) {
            return Work.WAITING;
        }
        cursor.next();
        if (cursor.pieceIsZero()) {
            progress.addVerified(cursor.pieceLengthBytes());
            return Work.BEGUN;
        }
        CopySlot slot = takeSlot();
        slot.begin(cursor);
        limiter().take(slot.sourceBytes);
        read(device, slot);
        return Work.BEGUN;
    }

    @Override
    void finish(CopySlot slot) throws IOException {
        checkComplete(slot, "destination");
        found.add(slot.offsetBytes, slot.view, slot.sourceBytes);
        progress.addVerified(slot.sourceBytes);
        freeSlot(slot);
    }

    private ContentMismatchException mismatch(int window, int count) {
        return new ContentMismatchException(
                device.name(),
                expected.startBytes(window),
                expected.endBytes(window) - expected.startBytes(window),
                "read back after the flush it has CRC-32C %08x, but what was copied there has %08x%s: do not use the copy; look at the device's logs, then copy again"
                        .formatted(
                                found.checksumOfWindow(window),
                                expected.checksumOfWindow(window),
                                count == 1
                                        ? ""
                                        : " (and %d other ranges differ)".formatted(count - 1)));
    }
}
