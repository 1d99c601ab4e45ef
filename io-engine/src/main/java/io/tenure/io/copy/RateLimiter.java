package io.tenure.io.copy;

/**
 * Says when the next piece may begin, so that within any two seconds at most 1.05 times the limit
 * begins, and on the average no less than the limit if the devices can.
 *
 * <p>The pieces are spread evenly. Who comes late may catch up on {@link #CREDIT_NANOS}; in a
 * window of time begins no more than the window and the credit allow, and one piece. With a credit
 * of 65 ms and a piece of a fortieth of a second, or of 4 KiB at the smallest rate, this is less
 * than 2.1 seconds' worth within two seconds.
 *
 * <p>Of one thread.
 */
final class RateLimiter {
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /** 65 ms: longer than a thread that sleeps, or a device, is late if it is not overloaded. */
    private static final long CREDIT_NANOS = 65_000_000;

    /** A piece is at most the data of a fortieth of a second. */
    private static final int PIECES_PER_SECOND = 40;

    /** 5 ms: whoever waits looks at the gate, and for completions, as often. */
    private static final long SLICE_NANOS = 5_000_000;

    private final long bytesPerSecond;
    private final TimeSource time;
    private long nextNanos;

    /**
     * Creates a limiter, and starts its time.
     *
     * @param bytesPerSecond the limit, or {@link CopyTuning#NO_RATE_LIMIT}
     * @param time what it waits by
     */
    RateLimiter(long bytesPerSecond, TimeSource time) {
        this.bytesPerSecond = bytesPerSecond;
        this.time = time;
        this.nextNanos = time.nanoTime();
    }

    /** The largest piece that keeps the rate even. */
    int pieceBytes(int requestBytes, int unitBytes) {
        if (isUnlimited()) {
            return requestBytes;
        }
        long evenBytes = bytesPerSecond / PIECES_PER_SECOND / unitBytes * unitBytes;
        return Math.clamp(evenBytes, unitBytes, requestBytes);
    }

    /** Whether a piece may begin now. */
    boolean allows() {
        return isUnlimited() || nextNanos - time.nanoTime() <= 0;
    }

    /** Notes that a piece begins. */
    void take(long bytes) {
        if (isUnlimited()) {
            return;
        }
        long earliestNanos = time.nanoTime() - CREDIT_NANOS;
        if (nextNanos - earliestNanos < 0) {
            nextNanos = earliestNanos;
        }
        nextNanos += Math.multiplyExact(bytes, NANOS_PER_SECOND) / bytesPerSecond;
    }

    /**
     * Waits until a piece may begin, but not longer than a slice of time. Keeps the thread's
     * interrupt status, and does not react to it.
     */
    void pause() {
        long waitNanos = Math.min(nextNanos - time.nanoTime(), SLICE_NANOS);
        if (waitNanos <= 0) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        try {
            time.pause(waitNanos);
        } catch (InterruptedException e) {
            interrupted = true; // a copy is stopped by its gate
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isUnlimited() {
        return bytesPerSecond == CopyTuning.NO_RATE_LIMIT;
    }
}
