package io.tenure.sim;

import io.tenure.domain.Clock;
import io.tenure.domain.DeviceOpener;
import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.jobs.AbortRefusedException;
import io.tenure.jobs.BufferBudget;
import io.tenure.jobs.DirectJob;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobHandle;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobSettings;
import io.tenure.lease.LeaseListener;
import io.tenure.lease.LeaseManagers;
import io.tenure.lease.LeaseSet;
import io.tenure.lease.LeaseWatcher;
import io.tenure.recon.HolderRequests;
import io.tenure.recon.ReconOutcome;
import io.tenure.recon.ReconQuestion;
import io.tenure.recon.ReconSettings;
import io.tenure.recon.Reconnaissance;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What works on a host: the protocol's own code, given a clock, devices, leases and a watch that
 * are all simulated. A process of it has one job at a time.
 */
final class SimAgent {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final World world;
    private final SimHost host;
    private final LeaseManagers managers;
    private final JobSettings settings;
    private final LeaseWatcher watcher = this::watch;
    private @Nullable LeaseListener listener;
    private @Nullable JobHandle handle;
    private boolean aborted;

    SimAgent(World world, SimHost host) {
        this.world = world;
        this.host = host;
        this.managers = new LeaseManagers(List.of(new SimLeaseManager(world, host)));
        this.settings =
                new JobSettings(
                        new HostClock(),
                        new DataOpener(),
                        Duration.ZERO,
                        Duration.ofSeconds(2),
                        BufferBudget.OF_PROCESS);
    }

    /** Runs an item to its end, unless the process ends before it. */
    void run(Item item) {
        if (item.kind() == Item.Kind.RECON) {
            recon(item);
            return;
        }
        JobResult result = direct(item.job(host)).run();
        if (!host.gone) {
            host.note("ends " + item + ": " + result.outcome() + World.reason(result));
            host.conduct().ended(result);
            world.outcomes.ended(item, result);
        }
    }

    private DirectJob direct(Job job) {
        DirectJob direct =
                new DirectJob(job, managers, watcher, _ -> drain(), settings, host.conduct());
        handle = direct.handle();
        return direct;
    }

    private void recon(Item item) {
        try {
            ReconOutcome outcome =
                    new Reconnaissance(managers, HolderRequests.NONE, settings.clock())
                            .askHere(
                                    new ReconQuestion(
                                            host.domain,
                                            Item.VOLUME_ID,
                                            Item.jobId(item.target()),
                                            item.expected()),
                                    ReconSettings.DEFAULT,
                                    settings,
                                    (job, leases, watch, own) -> direct(job));
            if (!host.gone) {
                host.note("ends " + item + ": " + outcome);
                host.conduct().told(outcome);
                world.outcomes.told(item, outcome);
            }
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts it", e);
        }
    }

    /** The process is over. */
    void forget() {
        listener = null;
        handle = null;
        aborted = false;
    }

    boolean isWatched() {
        return listener != null;
    }

    boolean isAborted() {
        return aborted;
    }

    private LeaseWatcher.Watched watch(LeaseSet leases, LeaseListener told) {
        listener = told;
        return () -> listener = null;
    }

    private void drain() {
        if (world.mutation == Mutation.RELEASE_BEFORE_DRAIN) {
            return;
        }
        host.awaitFlights("drain");
    }

    boolean canAbort() {
        JobHandle running = handle;
        return running != null && !aborted;
    }

    void abort() {
        aborted = true;
        try {
            JobHandle running = handle;
            if (running != null) {
                running.abort();
                host.conduct().isAborted();
            }
        } catch (AbortRefusedException e) {
            host.note("abort refused: " + e.getMessage());
        }
    }

    void tellLost() {
        LeaseListener told = listener;
        listener = null;
        if (told != null) {
            host.conduct().isToldLost();
            told.lost("the watch found the lease lost");
        }
    }

    /** Every path leads to the one volume. */
    private final class DataOpener implements DeviceOpener {
        @Override
        public BlockDevice open(Path path, Access access) {
            return new SimDevice(host, SimDevice.Of.DATA);
        }

        @Override
        public boolean exists(Path path) {
            return true;
        }
    }

    /** The machine's own clock: it stands still while the machine does. */
    private final class HostClock implements Clock {
        private long millis() {
            return world.pruning.stopsClocks() ? 0 : world.nowMillis - host.clockLagMillis;
        }

        @Override
        public Instant now() {
            return START.plusMillis(millis());
        }

        @Override
        public long nanoTime() {
            return millis() * 1_000_000;
        }

        @Override
        public void sleep(Duration duration) {
            if (world.pruning.isVain(host)) {
                world.abandon();
            }
            world.nowMillis += duration.toMillis();
            host.operation = "sleep";
            world.point(host);
        }
    }
}
