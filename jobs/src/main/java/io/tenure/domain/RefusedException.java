package io.tenure.domain;

import java.io.IOException;

/**
 * The request is well formed but storage is not in a state that allows it: no such volume, a
 * destination that is in use or too small. Nothing was changed.
 */
public final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was refused, on what, why, and what to do
     */
    public RefusedException(String message) {
        super(message);
    }
}
