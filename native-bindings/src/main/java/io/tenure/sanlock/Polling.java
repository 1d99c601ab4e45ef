package io.tenure.sanlock;

import java.time.Duration;

/** Asking again and again, for a limited time. */
final class Polling {
    /** Between two questions: little beside the seconds that a join takes. */
    static final long PAUSE_MILLIS = 50;

    private final long deadlineNanos;

    private Polling(long deadlineNanos) {
        this.deadlineNanos = deadlineNanos;
    }

    static Polling within(Duration limit) {
        return new Polling(System.nanoTime() + limit.toNanos());
    }

    /**
     * Waits before the next question.
     *
     * @return false if the time is over, or the thread was interrupted, which it then still is
     */
    boolean pause() {
        long leftNanos = deadlineNanos - System.nanoTime();
        if (leftNanos <= 0) {
            return false;
        }
        try {
            Thread.sleep(
                    Duration.ofNanos(
                            Math.min(leftNanos, Duration.ofMillis(PAUSE_MILLIS).toNanos())));
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
