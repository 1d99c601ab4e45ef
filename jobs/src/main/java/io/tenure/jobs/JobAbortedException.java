package io.tenure.jobs;

import java.io.IOException;

/** The job was stopped by an abort between two of its operations. */
public final class JobAbortedException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was refused or stopped, and why
     */
    public JobAbortedException(String message) {
        super(message);
    }
}
