package io.tenure.jobs;

import io.tenure.domain.Clock;
import io.tenure.domain.DeviceOpener;
import java.time.Duration;

/**
 * What all jobs of a runner share.
 *
 * @param clock measures, waits and dates records
 * @param devices opens the data of volumes and sources
 * @param leaseWait for how long a job tries again while a lease is held elsewhere; zero tries once
 * @param verifyInterval how often a working job reads its leases from storage
 * @param bufferLimitBytes how much memory the buffers of all jobs that run may take together; a job
 *     that needs more than this alone is not accepted
 */
public record JobSettings(
        Clock clock,
        DeviceOpener devices,
        Duration leaseWait,
        Duration verifyInterval,
        long bufferLimitBytes) {
    /**
     * 256 MiB: thirty copies of the default depth and request size, which is more than the devices
     * of one host keep busy, and little beside what else a host agent's machine holds.
     */
    public static final long DEFAULT_BUFFER_LIMIT_BYTES = 256L << 20;

    /** The real things, no waiting for leases, a look at the leases every two seconds. */
    public static final JobSettings DEFAULT =
            new JobSettings(
                    Clock.SYSTEM,
                    DeviceOpener.SYSTEM,
                    Duration.ZERO,
                    Duration.ofSeconds(2),
                    DEFAULT_BUFFER_LIMIT_BYTES);

    /** Checks the limit. */
    public JobSettings {
        if (bufferLimitBytes < 0) {
            throw new IllegalArgumentException("bufferLimitBytes is " + bufferLimitBytes);
        }
    }
}
