package io.tenure.io.copy;

import io.tenure.io.BlockDevice;
import io.tenure.io.extent.Extent;
import io.tenure.io.extent.ExtentSource;
import java.io.IOException;

/**
 * What is known about ranges of the destination that were not written yet: whether they read as
 * zero already.
 */
final class DestinationMap {
    private final ExtentSource extents;
    private final boolean readsAsZero;
    private final boolean tells;
    private final long alignmentBytes;

    // The last extent of data. That it still is data costs at most a needless zeroing; to ask
    // again at every step would walk over a scattered file again and again.
    private long dataStartBytes;
    private long dataEndBytes;

    DestinationMap(BlockDevice destination, CopyPlan.DestinationState state) {
        this.extents = destination.extents();
        this.readsAsZero = state == CopyPlan.DestinationState.READS_AS_ZERO;
        this.tells = readsAsZero || !destination.geometry().blockDevice();
        this.alignmentBytes = destination.geometry().offsetAlignment();
    }

    /** Whether it is worth asking about small ranges. */
    boolean tells() {
        return tells;
    }

    /**
     * How much from here on reads as zero.
     *
     * @return a multiple of the alignment, 0 to the length
     */
    long zeroBytesAt(long offsetBytes, long lengthBytes) throws IOException {
        if (readsAsZero) {
            return lengthBytes;
        }
        if (!tells || isKnownData(offsetBytes)) {
            return 0;
        }
        Extent extent = extents.extentAt(offsetBytes, lengthBytes);
        if (!extent.readsAsZero()) {
            dataStartBytes = offsetBytes;
            dataEndBytes = extent.endBytes();
            return 0;
        }
        return extent.lengthBytes() & -alignmentBytes;
    }

    /**
     * How much from here on has to be zeroed, where {@link #zeroBytesAt} said 0.
     *
     * @return a multiple of the alignment, more than 0, at most the length
     */
    long dataBytesAt(long offsetBytes, long lengthBytes) {
        if (!isKnownData(offsetBytes)) {
            return tells ? Math.min(alignmentBytes, lengthBytes) : lengthBytes;
        }
        long endBytes = (dataEndBytes + alignmentBytes - 1) & -alignmentBytes;
        return Math.min(endBytes - offsetBytes, lengthBytes);
    }

    private boolean isKnownData(long offsetBytes) {
        return offsetBytes >= dataStartBytes && offsetBytes < dataEndBytes;
    }
}
