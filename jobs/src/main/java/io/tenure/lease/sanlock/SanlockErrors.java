package io.tenure.lease.sanlock;

import io.tenure.lease.LeasesUnavailableException;
import io.tenure.sanlock.SanlockException;
import java.io.IOException;

/** What the daemon's answers mean for a job. */
final class SanlockErrors {
    private SanlockErrors() {}

    /** Tells a missing daemon or membership, which the environment lacks, from other failures. */
    static IOException unavailable(SanlockException e) {
        return e.isDaemonGone() || e.isNotJoined()
                ? new LeasesUnavailableException(String.valueOf(e.getMessage()), e)
                : e;
    }
}
