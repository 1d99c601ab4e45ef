package io.tenure.io.extent;

import java.io.IOException;
import java.util.Objects;

/**
 * Tells extents one by one, so that the map of a large, scattered file is never held in memory.
 *
 * <p>May be called by any thread. What was told is true until somebody writes to the range.
 */
@FunctionalInterface
public interface ExtentSource {

    /**
     * The first extent of a window.
     *
     * @param offsetBytes where the window begins
     * @param lengthBytes how long the window is, more than 0
     * @return an extent that begins at the window's beginning and does not reach beyond its end.
     *     Another of the same kind may follow it
     * @throws IOException the device could not tell
     * @throws IndexOutOfBoundsException the window reaches beyond the device
     */
    Extent extentAt(long offsetBytes, long lengthBytes) throws IOException;

    /**
     * For a device that knows nothing about its content.
     *
     * @param sizeBytes the size of the device
     * @return a source that calls every window data
     */
    static ExtentSource allData(long sizeBytes) {
        return (offsetBytes, lengthBytes) -> {
            Objects.checkFromIndexSize(offsetBytes, lengthBytes, sizeBytes);
            return new Extent(offsetBytes, lengthBytes, Extent.Kind.DATA);
        };
    }
}
