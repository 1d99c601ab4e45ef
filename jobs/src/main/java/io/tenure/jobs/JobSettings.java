package io.tenure.jobs;

import io.tenure.domain.Clock;
import io.tenure.domain.DeviceOpener;
import java.time.Duration;
import java.util.Optional;

/**
 * What all jobs of a runner share.
 *
 * @param clock measures, waits and dates records
 * @param devices opens the data of volumes and sources
 * @param leaseWait for how long a job tries again while a lease is held elsewhere; zero tries once
 * @param verifyInterval how often a working job reads its leases from storage
 * @param buffers what the memory of the buffers of all jobs that run comes from; other runners may
 *     share it
 * @param keepEnded for how long a runner remembers a job that has ended; negative for as long as
 *     there is room
 * @param journal where is written which jobs begin, and how they end; stays the caller's, who
 *     closes it after the runner
 * @param workers runs the jobs in processes of their own, which have their own clock and devices;
 *     empty to run them in this one
 */
public record JobSettings(
        Clock clock,
        DeviceOpener devices,
        Duration leaseWait,
        Duration verifyInterval,
        BufferBudget buffers,
        Duration keepEnded,
        Optional<JobJournal> journal,
        Optional<JobWorkers> workers) {
    /** An hour: long enough for an engine that was away to ask how its jobs ended. */
    public static final Duration DEFAULT_KEEP_ENDED = Duration.ofHours(1);

    /**
     * 256 MiB: twenty copies of the default depth and request size, which is more than the devices
     * of one host keep busy, and little beside what else a host agent's machine holds.
     */
    public static final long DEFAULT_BUFFER_LIMIT_BYTES = 256L << 20;

    /**
     * The real things, no waiting for leases, a look at the leases every two seconds, and the
     * process's budget for buffers.
     */
    public static final JobSettings DEFAULT =
            new JobSettings(
                    Clock.SYSTEM,
                    DeviceOpener.SYSTEM,
                    Duration.ZERO,
                    Duration.ofSeconds(2),
                    BufferBudget.OF_PROCESS,
                    DEFAULT_KEEP_ENDED,
                    Optional.empty(),
                    Optional.empty());

    /**
     * For a runner whose jobs share no memory with those of others.
     *
     * @param clock measures, waits and dates records
     * @param devices opens the data of volumes and sources
     * @param leaseWait for how long a job tries again while a lease is held elsewhere
     * @param verifyInterval how often a working job reads its leases from storage
     * @param bufferLimitBytes the limit of the runner's own budget
     */
    public JobSettings(
            Clock clock,
            DeviceOpener devices,
            Duration leaseWait,
            Duration verifyInterval,
            long bufferLimitBytes) {
        this(clock, devices, leaseWait, verifyInterval, new BufferBudget(bufferLimitBytes));
    }

    /**
     * For a runner that remembers ended jobs for {@link #DEFAULT_KEEP_ENDED}.
     *
     * @param clock measures, waits and dates records
     * @param devices opens the data of volumes and sources
     * @param leaseWait for how long a job tries again while a lease is held elsewhere
     * @param verifyInterval how often a working job reads its leases from storage
     * @param buffers where the memory of the jobs' buffers comes from
     */
    public JobSettings(
            Clock clock,
            DeviceOpener devices,
            Duration leaseWait,
            Duration verifyInterval,
            BufferBudget buffers) {
        this(
                clock,
                devices,
                leaseWait,
                verifyInterval,
                buffers,
                DEFAULT_KEEP_ENDED,
                Optional.empty(),
                Optional.empty());
    }

    /**
     * The same, but for how long ended jobs are remembered.
     *
     * @param duration for how long; negative for as long as there is room
     * @return the settings
     */
    public JobSettings withKeepEnded(Duration duration) {
        return new JobSettings(
                clock, devices, leaseWait, verifyInterval, buffers, duration, journal, workers);
    }

    /**
     * The same, but with a journal.
     *
     * @param opened where jobs are to be noted
     * @return the settings
     */
    public JobSettings withJournal(JobJournal opened) {
        return new JobSettings(
                clock,
                devices,
                leaseWait,
                verifyInterval,
                buffers,
                keepEnded,
                Optional.of(opened),
                workers);
    }

    /**
     * The same, but jobs run in worker processes unless they are submitted otherwise, and the
     * workers' journal is that of all jobs.
     *
     * @param opened for one runner; those that an earlier agent left are found by it
     * @return the settings
     */
    public JobSettings withWorkers(JobWorkers opened) {
        return new JobSettings(
                clock,
                devices,
                leaseWait,
                verifyInterval,
                buffers,
                keepEnded,
                Optional.of(opened.journal()),
                Optional.of(opened));
    }

    /**
     * The same, but a job tries for a while to get a lease that is held elsewhere.
     *
     * @param wait for how long; zero tries once
     * @return the settings
     */
    public JobSettings withLeaseWait(Duration wait) {
        return new JobSettings(
                clock, devices, wait, verifyInterval, buffers, keepEnded, journal, workers);
    }

    /** Where jobs run that are submitted without saying so. */
    Isolation isolation() {
        return workers.isPresent() ? Isolation.PROCESS : Isolation.IN_PROCESS;
    }
}
