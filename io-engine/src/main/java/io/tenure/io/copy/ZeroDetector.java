package io.tenure.io.copy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Finds memory that is zero.
 *
 * <p>Memory is zero when its first eight bytes are, and every byte equals the one eight before it.
 * The second is one comparison of the memory with itself, which the JVM does with vectors: about 20
 * GiB/s, and on data it ends at the first difference, mostly within the first bytes.
 */
public final class ZeroDetector {

    private ZeroDetector() {}

    /**
     * Whether a range of memory is zero.
     *
     * @param memory the memory
     * @param offsetBytes where the range begins
     * @param lengthBytes how long it is, at least 8
     * @return true if every byte is 0
     */
    public static boolean isZero(MemorySegment memory, long offsetBytes, long lengthBytes) {
        if (memory.get(ValueLayout.JAVA_LONG_UNALIGNED, offsetBytes) != 0) {
            return false;
        }
        long endBytes = offsetBytes + lengthBytes;
        return MemorySegment.mismatch(
                        memory,
                        offsetBytes,
                        endBytes - Long.BYTES,
                        memory,
                        offsetBytes + Long.BYTES,
                        endBytes)
                < 0;
    }
}
