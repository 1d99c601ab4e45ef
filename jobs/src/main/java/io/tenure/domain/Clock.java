package io.tenure.domain;

import io.tenure.io.copy.TimeSource;
import java.time.Duration;
import java.time.Instant;

/**
 * Time, as the protocol sees it.
 *
 * <p>Protocol code never reads the system's clock or sleeps but through this interface, so a
 * simulation can run the same code on a clock of its own. Implementations are safe for use by many
 * threads.
 */
public interface Clock extends TimeSource {
    /** The system's clock. */
    Clock SYSTEM =
            new Clock() {
                @Override
                public Instant now() {
                    return Instant.now();
                }

                @Override
                public long nanoTime() {
                    return System.nanoTime();
                }

                @Override
                public void sleep(Duration duration) throws InterruptedException {
                    Thread.sleep(duration);
                }
            };

    /**
     * The time of day, for records that people read. Never used to decide anything.
     *
     * @return now
     */
    Instant now();

    /**
     * Lets time pass.
     *
     * @param duration for how long
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    void sleep(Duration duration) throws InterruptedException;

    @Override
    default void pause(long nanos) throws InterruptedException {
        sleep(Duration.ofNanos(nanos));
    }
}
