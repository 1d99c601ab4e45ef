package io.tenure.lease;

/**
 * How old the last renewal of a host id is at most, told by looking at it again and again, as other
 * hosts do. No time of the renewing daemon is compared with one of this process: their clocks may
 * differ.
 *
 * <p>A renewal that is seen was made after the look before, which did not see it; so the age is
 * counted from the begin of that one. Until a renewal has been seen it is counted from the grant of
 * the lease, which the daemon would not have made or brought to storage with its host id expired.
 *
 * <p>Safe for use by many threads.
 */
final class RenewalAge {
    private long madeAfterNanos;
    private long lastLookNanos;
    private long lastValue;
    private boolean looked;

    /**
     * Begins to count.
     *
     * @param nowNanos now
     */
    RenewalAge(long nowNanos) {
        this.madeAfterNanos = nowNanos;
        this.lastLookNanos = nowNanos;
    }

    /**
     * Takes note of a look.
     *
     * @param beginNanos when the look began
     * @param value what was seen
     */
    synchronized void seen(long beginNanos, long value) {
        if (looked && value != lastValue) {
            madeAfterNanos = lastLookNanos;
        }
        looked = true;
        lastValue = value;
        lastLookNanos = beginNanos;
    }

    /**
     * The age of the last renewal.
     *
     * @param nowNanos now
     * @return nanoseconds, never less than it is
     */
    synchronized long nanos(long nowNanos) {
        return nowNanos - madeAfterNanos;
    }
}
