package io.tenure.jobs.op;

import io.tenure.io.copy.CopyTuning;
import io.tenure.jobs.IoPriority;

/**
 * How a job zeroes. It needs no buffers: the device zeroes by itself, or the kernel writes for it.
 *
 * @param rateLimitBytesPerSecond how much is zeroed in a second, at least {@link
 *     CopyTuning#MINIMUM_RATE_LIMIT}; {@link CopyTuning#NO_RATE_LIMIT} for as fast as the device
 *     can
 * @param ioPriority the I/O priority of the work
 */
public record ZeroSettings(long rateLimitBytesPerSecond, IoPriority ioPriority) {
    /** As fast as the device can, at the process's own priority. */
    public static final ZeroSettings DEFAULT =
            new ZeroSettings(CopyTuning.NO_RATE_LIMIT, IoPriority.NONE);

    /** Checks the values. */
    public ZeroSettings {
        if (rateLimitBytesPerSecond != CopyTuning.NO_RATE_LIMIT
                && rateLimitBytesPerSecond < CopyTuning.MINIMUM_RATE_LIMIT) {
            throw new IllegalArgumentException(
                    "rate limit %d bytes a second: it must be at least %d, or %d for none"
                            .formatted(
                                    rateLimitBytesPerSecond,
                                    CopyTuning.MINIMUM_RATE_LIMIT,
                                    CopyTuning.NO_RATE_LIMIT));
        }
    }
}
