package io.tenure.io.copy;

/** How far a copy has come. The copy counts, any thread may look. No count ever falls. */
public final class CopyProgress {
    private final long totalBytes;
    private volatile long copiedBytes;
    private volatile long zeroedBytes;

    CopyProgress(long totalBytes) {
        this.totalBytes = totalBytes;
    }

    /**
     * How much there is to do.
     *
     * @return the size of the destination
     */
    public long totalBytes() {
        return totalBytes;
    }

    /**
     * How much is done.
     *
     * @return the sum of the two counts, at most {@link #totalBytes}
     */
    public long doneBytes() {
        return copiedBytes + zeroedBytes;
    }

    /**
     * How much was written from buffers.
     *
     * @return bytes, as {@link CopyResult#bytesCopied}
     */
    public long copiedBytes() {
        return copiedBytes;
    }

    /**
     * How much was zeroed, or left alone because it read as zero.
     *
     * @return bytes, as {@link CopyResult#bytesZeroed}
     */
    public long zeroedBytes() {
        return zeroedBytes;
    }

    // Only the driver's thread counts, so that a plain read and write of the volatile field is
    // enough.
    @SuppressWarnings("NonAtomicVolatileUpdate")
    void addCopied(long bytes) {
        copiedBytes += bytes;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate")
    void addZeroed(long bytes) {
        zeroedBytes += bytes;
    }
}
