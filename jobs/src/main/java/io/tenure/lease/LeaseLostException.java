package io.tenure.lease;

/** A lease that this process held is no longer its own. Nothing may be written any more. */
public final class LeaseLostException extends LeaseException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what failed, on which lease, why, and what to do
     */
    public LeaseLostException(String message) {
        super(message);
    }

    /**
     * Creates the exception.
     *
     * @param message what failed, on which lease, why, and what to do
     * @param cause what lies behind it
     */
    public LeaseLostException(String message, Throwable cause) {
        super(message, cause);
    }
}
