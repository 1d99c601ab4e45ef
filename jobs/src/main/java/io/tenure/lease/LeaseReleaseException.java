package io.tenure.lease;

/** A lease could not be released cleanly. It ends with its connection at the latest. */
public final class LeaseReleaseException extends LeaseException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what failed, on which lease, why, and what to do
     */
    public LeaseReleaseException(String message) {
        super(message);
    }

    /**
     * Creates the exception.
     *
     * @param message what failed, on which lease, why, and what to do
     * @param cause what lies behind it
     */
    public LeaseReleaseException(String message, Throwable cause) {
        super(message, cause);
    }
}
