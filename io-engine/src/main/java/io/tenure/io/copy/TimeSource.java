package io.tenure.io.copy;

/** Time, as a rate limit sees it. Safe for use by many threads. */
public interface TimeSource {
    /** The system's time. */
    TimeSource SYSTEM =
            new TimeSource() {
                @Override
                public long nanoTime() {
                    return System.nanoTime();
                }

                @Override
                public void pause(long nanos) throws InterruptedException {
                    Thread.sleep(nanos / 1_000_000, (int) (nanos % 1_000_000));
                }
            };

    /**
     * A clock for durations, as {@link System#nanoTime}.
     *
     * @return nanoseconds from an arbitrary origin
     */
    long nanoTime();

    /**
     * Lets time pass, not much more than asked for.
     *
     * @param nanos for how long, in nanoseconds
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    void pause(long nanos) throws InterruptedException;
}
