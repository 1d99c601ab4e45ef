package io.tenure.lease;

/**
 * This host has no host id in the domain yet, but is just being given one: a job that waits for
 * leases waits for that too.
 */
public final class HostJoiningException extends LeaseException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what failed, in which domain, under which host id, and what to do
     */
    public HostJoiningException(String message) {
        super(message);
    }
}
