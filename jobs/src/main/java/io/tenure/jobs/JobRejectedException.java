package io.tenure.jobs;

import java.io.IOException;

/**
 * A job was not accepted: its id is known already, it needs too much memory, too many jobs wait, or
 * the runner is closed.
 */
public final class JobRejectedException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was refused or stopped, and why
     */
    public JobRejectedException(String message) {
        super(message);
    }
}
