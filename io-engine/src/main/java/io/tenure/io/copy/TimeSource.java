package io.tenure.io.copy;

/** Time, as a rate limit sees it. */
interface TimeSource {
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

    /** A clock for durations, as {@link System#nanoTime}. */
    long nanoTime();

    /** Lets time pass, not much more than asked for. */
    void pause(long nanos) throws InterruptedException;
}
