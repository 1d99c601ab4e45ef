package io.tenure.sim;

import java.util.List;

/**
 * A schedule after which something does not hold that must.
 *
 * @param seed replays it: the schedule's own, or the number of the schedule of a search
 * @param message which invariant, and how it was violated
 * @param trace what each host did, line by line
 */
public record Violation(long seed, String message, List<String> trace) {
    /** Copies the trace. */
    public Violation {
        trace = List.copyOf(trace);
    }

    @Override
    public String toString() {
        return message + "\nseed " + seed + ":\n  " + String.join("\n  ", trace);
    }
}
