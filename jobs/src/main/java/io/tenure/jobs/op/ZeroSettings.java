package io.tenure.jobs.op;

import io.tenure.io.copy.RateLimiter;
import io.tenure.jobs.IoPriority;

/**
 * How a job zeroes. It needs no buffers: the device zeroes by itself, or the kernel writes for it.
 *
 * @param rateLimitBytesPerSecond how much is zeroed in a second, at least {@link
 *     RateLimiter#MINIMUM_LIMIT}; {@link RateLimiter#NO_LIMIT} for as fast as the device can
 * @param ioPriority the I/O priority of the work
 */
public record ZeroSettings(long rateLimitBytesPerSecond, IoPriority ioPriority) {
    /** As fast as the device can, at the process's own priority. */
    public static final ZeroSettings DEFAULT =
            new ZeroSettings(RateLimiter.NO_LIMIT, IoPriority.NONE);

    /** Checks the values. */
    public ZeroSettings {
        RateLimiter.checkLimit(rateLimitBytesPerSecond);
    }
}
