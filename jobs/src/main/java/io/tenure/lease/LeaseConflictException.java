package io.tenure.lease;

/** One job claims one lease in two modes. Refused before anything was acquired. */
public final class LeaseConflictException extends LeaseException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what failed, on which lease, why, and what to do
     */
    public LeaseConflictException(String message) {
        super(message);
    }

    /**
     * Creates the exception.
     *
     * @param message what failed, on which lease, why, and what to do
     * @param cause what lies behind it
     */
    public LeaseConflictException(String message, Throwable cause) {
        super(message, cause);
    }
}
