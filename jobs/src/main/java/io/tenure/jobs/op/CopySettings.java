package io.tenure.jobs.op;

import io.tenure.io.copy.CopyPlan;

/**
 * How data is moved. What a job may use of memory is depth times request size.
 *
 * @param requestBytes bytes in one request
 * @param depth how many requests may be in flight
 */
public record CopySettings(int requestBytes, int depth) {
    /** Measured to be enough for the devices tried, and small enough to run many jobs at once. */
    public static final CopySettings DEFAULT =
            new CopySettings(CopyPlan.DEFAULT_REQUEST_BYTES, CopyPlan.DEFAULT_DEPTH);
}
