package io.tenure.io;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * The size of an opened device, and the alignment that its requests must keep.
 *
 * <p>Alignment is a property of the opened device, never of the process: two devices of one copy
 * may differ.
 *
 * @param sizeBytes the size when the device was opened. Of a file it need not be a multiple of
 *     {@code offsetAlignment}; then the incomplete unit at its end can be read, but not written
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

    /** 1 GiB: below the 2 GiB less a page that one call of Linux transfers, see read(2). */
    public static final int MAXIMUM_REQUEST_BYTES = 1 << 30;

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

    /**
     * Refuses a read that does not keep the alignment. It may reach beyond the size.
     *
     * @param offsetBytes where it begins
     * @param target what it fills
     * @throws IllegalArgumentException offset, length or memory is not aligned, or not native
     */
    public void checkRead(long offsetBytes, MemorySegment target) {
        if (offsetBytes < 0) {
            throw new IndexOutOfBoundsException("negative offset " + offsetBytes);
        }
        checkAligned(offsetBytes, target.byteSize());
        checkMemory(target);
        if (target.isReadOnly()) {
            throw new IllegalArgumentException("a read into a read-only segment");
        }
    }

    /**
     * Refuses a write that does not keep the alignment, or does not lie within the size.
     *
     * @param offsetBytes where it begins
     * @param source what it writes
     * @throws IllegalArgumentException offset, length or memory is not aligned, or not native
     * @throws IndexOutOfBoundsException it reaches beyond the size
     */
    public void checkWrite(long offsetBytes, MemorySegment source) {
        checkRange(offsetBytes, source.byteSize());
        checkMemory(source);
    }

    /**
     * Refuses a range that does not keep the alignment, or does not lie within the size.
     *
     * @param offsetBytes where it begins
     * @param lengthBytes how long it is
     * @throws IllegalArgumentException offset or length is not aligned
     * @throws IndexOutOfBoundsException it reaches beyond the size
     */
    public void checkRange(long offsetBytes, long lengthBytes) {
        Objects.checkFromIndexSize(offsetBytes, lengthBytes, sizeBytes);
        checkAligned(offsetBytes, lengthBytes);
    }

    private void checkAligned(long offsetBytes, long lengthBytes) {
        if (!isAligned(offsetBytes) || !isAligned(lengthBytes)) {
            throw new IllegalArgumentException(
                    "%d bytes at offset %d: not a multiple of %d"
                            .formatted(lengthBytes, offsetBytes, offsetAlignment));
        }
    }

    private void checkMemory(MemorySegment memory) {
        if (!memory.isNative()) {
            throw new IllegalArgumentException("memory on the heap cannot be used for direct I/O");
        }
        if (memory.byteSize() > MAXIMUM_REQUEST_BYTES) {
            throw new IllegalArgumentException(
                    "a request of %d bytes: at most %d"
                            .formatted(memory.byteSize(), MAXIMUM_REQUEST_BYTES));
        }
        if ((memory.address() & (memoryAlignment - 1L)) != 0) {
            throw new IllegalArgumentException(
                    "memory at 0x%x: not a multiple of %d"
                            .formatted(memory.address(), memoryAlignment));
        }
    }

    private static void checkPowerOfTwo(String what, int bytes) {
        if (Integer.bitCount(bytes) != 1 || bytes < 0) {
            throw new IllegalArgumentException(what + " " + bytes + " is not a power of two");
        }
    }
}
