package io.tenure.testing.jobs;

import java.util.ArrayList;
import java.util.List;

/** What happened, in order, from many threads. */
public final class Trace {
    private final List<String> lines = new ArrayList<>();

    /** Creates an empty trace. */
    public Trace() {}

    /**
     * Adds a line.
     *
     * @param line what happened
     */
    public synchronized void add(String line) {
        lines.add(line);
    }

    /** Forgets everything. */
    public synchronized void clear() {
        lines.clear();
    }

    /**
     * What happened so far.
     *
     * @return a copy
     */
    public synchronized List<String> lines() {
        return List.copyOf(lines);
    }

    /**
     * What happened so far, equal neighbours taken together.
     *
     * @return a copy
     */
    public synchronized List<String> steps() {
        List<String> steps = new ArrayList<>();
        for (String line : lines) {
            if (steps.isEmpty() || !steps.getLast().equals(line)) {
                steps.add(line);
            }
        }
        return steps;
    }
}
