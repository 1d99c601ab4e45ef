package io.tenure.jobs;

import java.io.IOException;

/** A job cannot be aborted: it has ended, or its kind must run to its end. */
public final class AbortRefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was refused or stopped, and why
     */
    public AbortRefusedException(String message) {
        super(message);
    }
}
