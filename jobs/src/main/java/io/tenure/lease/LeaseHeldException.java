package io.tenure.lease;

/** Somebody else holds the lease, or may hold it. The message names the holder. */
public final class LeaseHeldException extends LeaseException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what failed, on which lease, why, and what to do
     */
    public LeaseHeldException(String message) {
        super(message);
    }

    /**
     * Creates the exception.
     *
     * @param message what failed, on which lease, why, and what to do
     * @param cause what lies behind it
     */
    public LeaseHeldException(String message, Throwable cause) {
        super(message, cause);
    }
}
