package io.tenure.testing.jobs;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What happened, in order, from many threads. */
public final class Trace {
    private final List<String> lines = new ArrayList<>();
    private volatile Consumer<String> listener = line -> {};

    /** Creates an empty trace. */
    public Trace() {}

    /**
     * Adds a line.
     *
     * @param line what happened
     */
    public void add(String line) {
        synchronized (this) {
            lines.add(line);
        }
        listener.accept(line);
    }

    /**
     * Has each line told right when it happens, on the thread that adds it.
     *
     * @param told what to do with it
     */
    public void listen(Consumer<String> told) {
        listener = told;
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
     * What happened so far, but for some lines.
     *
     * @param prefix how the lines begin that are left out
     * @return a copy
     */
    public List<String> linesWithout(String prefix) {
        return lines().stream().filter(line -> !line.startsWith(prefix)).toList();
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
