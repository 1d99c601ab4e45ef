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

    /**
     * Of a destination where zeroes may be left as they are.
     *
     * @param destination the device
     * @param state what it holds before the copy
     */
    DestinationMap(BlockDevice destination, CopyPlan.DestinationState state) {
        this(
                destination,
                state == CopyPlan.DestinationState.READS_AS_ZERO,
                state == CopyPlan.DestinationState.READS_AS_ZERO
                        || !destination.geometry().blockDevice());
    }

    private DestinationMap(BlockDevice destination, boolean readsAsZero, boolean tells) {
        this.extents = destination.extents();
        this.readsAsZero = readsAsZero;
        this.tells = tells;
        this.alignmentBytes = destination.geometry().offsetAlignment();
    }

    /** Of a destination where every zero has to be brought, so that there is storage behind it. */
    static DestinationMap ofNoZeroes(BlockDevice destination) {
        return new DestinationMap(destination, false, false);
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
