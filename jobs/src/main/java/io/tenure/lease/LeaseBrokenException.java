package io.tenure.lease;

/**
 * The lease area cannot be read, or holds no lease or another one. Such a lease is never taken for
 * free.
 */
public final class LeaseBrokenException extends LeaseException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what failed, on which lease, why, and what to do
     */
    public LeaseBrokenException(String message) {
        super(message);
    }

    /**
     * Creates the exception.
     *
     * @param message what failed, on which lease, why, and what to do
     * @param cause what lies behind it
     */
    public LeaseBrokenException(String message, Throwable cause) {
        super(message, cause);
    }
}
