package io.tenure.lease;

/** Leases cannot be had here at all: no daemon, no library, or this host has not joined. */
public final class LeasesUnavailableException extends LeaseException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what failed, on which lease, why, and what to do
     */
    public LeasesUnavailableException(String message) {
        super(message);
    }

    /**
     * Creates the exception.
     *
     * @param message what failed, on which lease, why, and what to do
     * @param cause what lies behind it
     */
    public LeasesUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
