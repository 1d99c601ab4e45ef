package io.tenure.sim;

import java.util.Optional;

/**
 * What came out of a simulation.
 *
 * @param schedules how many schedules ran
 * @param steps how many things happened in all of them
 * @param states how many states a search went through; 0 for random schedules
 * @param seconds how long it took
 * @param violation the first that was found; then the simulation ended
 */
public record SimReport(
        long schedules, long steps, long states, double seconds, Optional<Violation> violation) {
    @Override
    public String toString() {
        return "%,d schedules, %,d steps%s in %.1f s, %,.0f schedules a minute%s"
                .formatted(
                        schedules,
                        steps,
                        states == 0 ? "" : ", %,d states".formatted(states),
                        seconds,
                        schedules / Math.max(seconds, 0.001) * 60,
                        violation.map(v -> ": " + v).orElse(""));
    }
}
