package io.tenure.lease;

import io.tenure.domain.Clock;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * For how long to try again while a lease is held by somebody else.
 *
 * @param limit the longest wait; zero tries once
 * @param interval the pause between two tries
 * @param clock measures and waits
 * @param cancelled ends the wait early when it turns true
 */
public record LeaseWait(Duration limit, Duration interval, Clock clock, BooleanSupplier cancelled) {
    /** Short enough to feel prompt, long enough not to burden a lease's storage. */
    public static final Duration DEFAULT_INTERVAL = Duration.ofMillis(100);

    /** Tries once. */
    public static final LeaseWait NONE =
            new LeaseWait(Duration.ZERO, DEFAULT_INTERVAL, Clock.SYSTEM, () -> false);
}
