package io.tenure.io.engine;

import java.io.IOException;

/** A request was refused because the job's gate is closed. Nothing was submitted. */
public final class GateClosedException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Why the gate was closed. */
    private final IoGate.Reason reason;

    /**
     * Creates the exception.
     *
     * @param reason why the gate was closed
     * @param message what happened, for people
     */
    public GateClosedException(IoGate.Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /**
     * Why the gate was closed.
     *
     * @return the first reason that was given
     */
    public IoGate.Reason reason() {
        return reason;
    }
}
