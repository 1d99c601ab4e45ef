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
 */
public record JobSettings(
        Clock clock, DeviceOpener devices, Duration leaseWait, Duration verifyInterval) {
    /** The real things, no waiting for leases, a look at the leases every two seconds. */
    public static final JobSettings DEFAULT =
            new JobSettings(
                    Clock.SYSTEM, DeviceOpener.SYSTEM, Duration.ZERO, Duration.ofSeconds(2));
}
