package io.tenure.testing.jobs;

import io.tenure.domain.Clock;
import java.time.Duration;
import java.time.Instant;

/** The system's clock, but that a test moves on what it measures with. */
public final class MovedClock implements Clock {
    private volatile long movedNanos;

    /** Stands at 0. */
    public MovedClock() {}

    /**
     * Moves on.
     *
     * @param by how far
     */
    @SuppressWarnings("NonAtomicVolatileUpdate") // by one thread
    public void move(Duration by) {
        movedNanos += by.toNanos();
    }

    @Override
    public Instant now() {
        return Clock.SYSTEM.now();
    }

    @Override
    public long nanoTime() {
        return movedNanos;
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        Clock.SYSTEM.sleep(duration);
    }
}
