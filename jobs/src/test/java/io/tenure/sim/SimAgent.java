package io.tenure.sim;

import io.tenure.domain.Clock;
import io.tenure.domain.DeviceOpener;
import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.io.engine.IoGate;
import io.tenure.jobs.AbortRefusedException;
import io.tenure.jobs.BufferBudget;
import io.tenure.jobs.DirectJob;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobHandle;
import io.tenure.jobs.JobObserver;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobSettings;
import io.tenure.jobs.JobStep;
import io.tenure.lease.LeaseListener;
import io.tenure.lease.LeaseManagers;
import io.tenure.lease.LeaseSet;
import io.tenure.lease.LeaseWatcher;
import io.tenure.recon.HolderRequests;
import io.tenure.recon.Preemption;
import io.tenure.recon.ReconOutcome;
import io.tenure.recon.ReconQuestion;
import io.tenure.recon.ReconSettings;
import io.tenure.recon.Reconnaissance;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
    private final JobObserver observer = new Observer();
    private @Nullable LeaseListener listener;
    private @Nullable JobHandle handle;
    private boolean abortAccepted;
    private final List<Runnable> requests = new ArrayList<>();

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
        if (item.asks()) {
            recon(item);
            return;
        }
        JobResult result = direct(item.job(host)).run();
        host.does(() -> {
            host.note("ends ", item, ": ", result.outcome(), World.reason(result));
            host.conduct().ended(result);
            world.outcomes.ended(item, result);
        });
    }

    private DirectJob direct(Job job) {
        DirectJob direct =
                new DirectJob(job, managers, watcher, gate -> drain(gate), settings, observer);
        handle = direct.handle();
        host.does(() -> host.abortable = true);
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
                                    item.kind() == Item.Kind.LOOK
                                            ? ReconSettings.DEFAULT.with(Preemption.NEVER)
                                            : ReconSettings.DEFAULT,
                                    settings,
                                    (job, leases, watch, own) -> direct(job));
            host.does(() -> {
                host.note("ends ", item, ": ", outcome);
                host.conduct().told(outcome);
                Epilogue last = host.epilogue;
                if (last != null) {
                    last.answered(outcome);
                }
                world.outcomes.told(host, item, outcome);
            });
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts it", e);
        }
    }

    /** The process is over. */
    void forget() {
        listener = null;
        handle = null;
        abortAccepted = false;
        requests.clear();
    }

    /** A request is about to be in flight. Returns its number. */
    int expects(Runnable done) {
        requests.add(done);
        return requests.size() - 1;
    }

    /** After a wait: what came of what happened in it. */
    void goesOn() {
        if (abortAccepted) {
            abortAccepted = false;
            host.does(() -> host.conduct().isAborted());
        }
    }

    /** Something happens while the code waits. */
    void feels(Event event) {
        if (event instanceof Event.Completed(int request)) {
            requests.get(request).run();
        } else if (event.equals(Event.ABORT)) {
            abort();
        } else {
            tellLost();
        }
    }

    private LeaseWatcher.Watched watch(LeaseSet leases, LeaseListener told) {
        listener = told;
        host.does(() -> host.watched = true);
        return () -> {
            listener = null;
            host.does(() -> host.watched = false);
        };
    }

    private void drain(IoGate gate) {
        boolean open = gate.closedReason().isEmpty();
        host.does(() -> host.conduct().drains(open));
        if (world.mutation == Mutation.RELEASE_BEFORE_DRAIN) {
            return;
        }
        host.awaitFlights("drain");
    }

    private void abort() {
        try {
            JobHandle running = handle;
            if (running != null) {
                running.abort();
                abortAccepted = true;
            }
        } catch (AbortRefusedException _) {
            host.note("abort refused"); // the message names a job whose id is random
        }
    }

    private void tellLost() {
        LeaseListener told = listener;
        listener = null;
        if (told != null) {
            told.lost("the watch found the lease lost");
        }
    }

    /** Tells which step the job is in. */
    private final class Observer implements JobObserver {
        @Override
        public void stepStarted(Job job, JobStep step) {
            host.does(() -> host.conduct().starts(step));
        }

        @Override
        public void stepFinished(Job job, JobStep step) {
            host.does(() -> host.conduct().finishes(step));
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
            host.sleep(duration);
        }
    }
}
