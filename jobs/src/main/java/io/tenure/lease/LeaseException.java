package io.tenure.lease;

import java.io.IOException;

/** Something about a lease went wrong. The subclasses say what it means for the job. */
public abstract sealed class LeaseException extends IOException
        permits HostJoiningException,
                LeaseBrokenException,
                LeaseConflictException,
                LeaseHeldException,
                LeaseLostException,
                LeaseReleaseException,
                LeasesUnavailableException {
    private static final long serialVersionUID = 1L;

    LeaseException(String message) {
        super(message);
    }

    LeaseException(String message, Throwable cause) {
        super(message, cause);
    }
}
