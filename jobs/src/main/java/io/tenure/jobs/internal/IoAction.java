package io.tenure.jobs.internal;

import java.io.IOException;

/** A piece of work that may fail. */
@FunctionalInterface
public interface IoAction {
    /**
     * Does it.
     *
     * @throws IOException if it failed
     */
    void run() throws IOException;
}
