package io.tenure.jobs;

import java.io.IOException;

/** A piece of a job that may fail. */
@FunctionalInterface
interface IoAction {
    void run() throws IOException;
}
