package io.tenure.io.copy;

/**
 * How far a copy has come. The copy counts, any thread may look. No count ever falls.
 *
 * <p>A copy that is verified goes over the destination twice, and both count: it is half done when
 * everything is written.
 */
public final class CopyProgress {
    private final long destinationBytes;
    private final long totalBytes;
    private volatile long copiedBytes;
    private volatile long zeroedBytes;
    private volatile long sharedBytes;
    private volatile long verifiedBytes;

    /** Of a copy that is not verified. */
    CopyProgress(long destinationBytes) {
        this(destinationBytes, CopyPlan.Check.NONE);
    }

    CopyProgress(long destinationBytes, CopyPlan.Check check) {
        this.destinationBytes = destinationBytes;
        this.totalBytes =
                check == CopyPlan.Check.VERIFY
                        ? Math.multiplyExact(destinationBytes, 2)
                        : destinationBytes;
    }

    /**
     * How much there is to do.
     *
     * @return the size of the destination, of several the sum; twice that if it is verified
     */
    public long totalBytes() {
        return totalBytes;
    }

    /**
     * How much is done.
     *
     * @return the sum of the counts, at most {@link #totalBytes}
     */
    public long doneBytes() {
        return writtenBytes() + verifiedBytes;
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

    /**
     * How much shares the source's storage.
     *
     * @return bytes, as {@link CopyResult#bytesShared}
     */
    public long sharedBytes() {
        return sharedBytes;
    }

    /**
     * How much of the destination was read back, or is known to be a hole.
     *
     * @return bytes; more than 0 only while {@link Copier#verify} runs or after it
     */
    public long verifiedBytes() {
        return verifiedBytes;
    }

    /** The size of the destination, or of all. */
    long destinationBytes() {
        return destinationBytes;
    }

    /** How much of the destination is as it will be. */
    long writtenBytes() {
        return copiedBytes + zeroedBytes + sharedBytes;
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

    @SuppressWarnings("NonAtomicVolatileUpdate")
    void addShared(long bytes) {
        sharedBytes += bytes;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate")
    void addVerified(long bytes) {
        verifiedBytes += bytes;
    }
}
