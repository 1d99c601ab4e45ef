package io.tenure.io;

/**
 * The size of an opened device, and the alignment that its requests must keep.
 *
 * <p>Alignment is a property of the opened device, never of the process: two devices of one copy
 * may differ.
 *
 * @param sizeBytes the size when the device was opened. Of a file it need not be a multiple of
 *     {@code offsetAlignment}
 * @param offsetAlignment in bytes, a power of two: every offset and every length is a multiple of
 *     it
 * @param memoryAlignment in bytes, a power of two: every buffer's address is a multiple of it
 * @param logicalSectorBytes the sector that the device addresses; of a file, the same as {@code
 *     offsetAlignment}
 * @param blockDevice true for a block device, false for a file
 */
public record Geometry(
        long sizeBytes,
        int offsetAlignment,
        int memoryAlignment,
        int logicalSectorBytes,
        boolean blockDevice) {

    /** Checks the values. */
    public Geometry {
        if (sizeBytes < 0) {
            throw new IllegalArgumentException("negative size " + sizeBytes);
        }
        checkPowerOfTwo("offset alignment", offsetAlignment);
        checkPowerOfTwo("memory alignment", memoryAlignment);
        checkPowerOfTwo("logical sector", logicalSectorBytes);
    }

    /**
     * Whether a position or a length keeps the alignment.
     *
     * @param bytes an offset or a length, not negative
     * @return true if it is a multiple of {@code offsetAlignment}
     */
    public boolean isAligned(long bytes) {
        return (bytes & (offsetAlignment - 1L)) == 0;
    }

    /**
     * The next aligned position.
     *
     * @param bytes an offset or a length, not negative
     * @return the smallest multiple of {@code offsetAlignment} that is not less
     */
    public long alignUp(long bytes) {
        return Math.addExact(bytes, offsetAlignment - 1L) & -(long) offsetAlignment;
    }

    private static void checkPowerOfTwo(String what, int bytes) {
        if (Integer.bitCount(bytes) != 1 || bytes < 0) {
            throw new IllegalArgumentException(what + " " + bytes + " is not a power of two");
        }
    }
}
