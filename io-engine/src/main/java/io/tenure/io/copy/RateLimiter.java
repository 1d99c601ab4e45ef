package io.tenure.io.copy;

import io.tenure.io.engine.GateClosedException;
import io.tenure.io.engine.IoGate;

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
public final class RateLimiter {
    /** The limit of work that has none. */
    public static final long NO_LIMIT = 0;

    /** 128 KiB/s: below it a single piece of 4 KiB is too much of a second to keep the rate. */
    public static final long MINIMUM_LIMIT = 128 << 10;

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
     * @param bytesPerSecond the limit, as {@link #checkLimit} allows it
     * @param time what it waits by
     */
    public RateLimiter(long bytesPerSecond, TimeSource time) {
        checkLimit(bytesPerSecond);
        this.bytesPerSecond = bytesPerSecond;
        this.time = time;
        this.nextNanos = time.nanoTime();
    }

    /**
     * Refuses a limit that cannot be kept.
     *
     * @param bytesPerSecond at least {@link #MINIMUM_LIMIT}, or {@link #NO_LIMIT}
     * @throws IllegalArgumentException it is anything else
     */
    public static void checkLimit(long bytesPerSecond) {
        if (bytesPerSecond != NO_LIMIT && bytesPerSecond < MINIMUM_LIMIT) {
            throw new IllegalArgumentException(
                    "rate limit %d bytes a second: it must be at least %d, or %d for none"
                            .formatted(bytesPerSecond, MINIMUM_LIMIT, NO_LIMIT));
        }
    }

    /**
     * The largest piece that keeps the rate even.
     *
     * @param largestBytes what a piece may have without a limit
     * @param unitBytes what a piece is a multiple of
     * @return {@code unitBytes} to {@code largestBytes}
     */
    public long pieceBytes(long largestBytes, int unitBytes) {
        if (isUnlimited()) {
            return largestBytes;
        }
        long evenBytes = bytesPerSecond / PIECES_PER_SECOND / unitBytes * unitBytes;
        return Math.clamp(evenBytes, unitBytes, largestBytes);
    }

    /**
     * Whether a piece may begin now.
     *
     * @return true if it would not exceed the limit
     */
    public boolean allows() {
        return isUnlimited() || nextNanos - time.nanoTime() <= 0;
    }

    /**
     * Notes that a piece begins.
     *
     * @param bytes its size
     */
    public void take(long bytes) {
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
     * Waits until a piece may begin, and notes that it does.
     *
     * @param bytes its size
     * @param gate ends the wait when it is closed
     * @throws GateClosedException it was closed meanwhile; the piece does not begin
     */
    public void await(long bytes, IoGate gate) throws GateClosedException {
        while (!allows()) {
            gate.check();
            pause();
        }
        take(bytes);
    }

    /**
     * Waits until a piece may begin, but not longer than a slice of time. Keeps the thread's
     * interrupt status, and does not react to it.
     */
    public void pause() {
        long waitNanos = Math.min(nextNanos - time.nanoTime(), SLICE_NANOS);
        if (waitNanos <= 0) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        try {
            time.pause(waitNanos);
        } catch (InterruptedException e) {
            interrupted = true; // work is stopped by its gate
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isUnlimited() {
        return bytesPerSecond == NO_LIMIT;
    }
}
