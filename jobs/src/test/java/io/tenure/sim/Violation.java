package io.tenure.sim;

import java.util.List;

/**
 * A schedule after which something does not hold that must.
 *
 * @param schedule its name, by which {@link Simulator#replay} runs it again: a seed, or the choices
 *     of a search
 * @param message which invariant, and how it was violated
 * @param trace what each host did, line by line
 */
public record Violation(String schedule, String message, List<String> trace) {
    /** Copies the trace. */
    public Violation {
        trace = List.copyOf(trace);
    }

    @Override
    public String toString() {
        return message
                + "\nruns again with -Dtenure.sim.replay="
                + schedule
                + "\n  "
                + String.join("\n  ", trace);
    }
}
