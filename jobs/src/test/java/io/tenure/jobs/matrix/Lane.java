package io.tenure.jobs.matrix;

import io.tenure.domain.Clock;
import io.tenure.domain.DeviceOpener;
import io.tenure.domain.StorageDomain;
import io.tenure.format.Allocation;
import io.tenure.io.engine.IoGate;
import io.tenure.jobs.DirectJob;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobObserver;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobSettings;
import io.tenure.jobs.JobState;
import io.tenure.jobs.internal.IoAction;
import io.tenure.jobs.internal.TryAll;
import io.tenure.jobs.op.CreateVolume;
import io.tenure.jobs.op.DeleteVolume;
import io.tenure.jobs.op.VolumeSpec;
import io.tenure.lease.LeaseManagers;
import io.tenure.lease.LeaseWatch;
import io.tenure.lease.sanlock.OnTermination;
import io.tenure.lease.sanlock.SanlockLeaseManager;
import io.tenure.sanlock.LockspaceState;
import io.tenure.sanlock.SanlockException;
import io.tenure.testing.process.VanishingFolder;
import io.tenure.testing.sanlock.SanlockLab;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Two hosts with real daemons: host 0, whose jobs are cut off, and host 1, which finds out; and
 * berths for as many cells at once. Used by one thread.
 */
final class Lane implements AutoCloseable {
    static final int VICTIM = 0;
    static final int OBSERVER = 1;

    private final SanlockLab lab;
    private final VanishingFolder folder;
    private final List<Berth> berths = new ArrayList<>();
    private final Deque<JobProcess> idle = new ArrayDeque<>();
    private final List<LeaseManagers> leases = new ArrayList<>();

    private Lane(SanlockLab lab, VanishingFolder folder) {
        this.lab = lab;
        this.folder = folder;
    }

    /**
     * Starts a lane.
     *
     * @param clockFactor how many times faster time passes for its hosts; 1 for the machine's time
     * @param berthCount for how many cells at once
     * @return the lane
     * @throws IOException if it cannot be started
     */
    static Lane start(int clockFactor, int berthCount) throws IOException {
        VanishingFolder folder = VanishingFolder.create("matrix");
        SanlockLab lab;
        try {
            lab = SanlockLab.startWithClock(2, clockFactor); // by 1 too: it goes before others
        } catch (IOException e) {
            folder.close();
            throw e;
        }
        Lane lane = new Lane(lab, folder);
        try {
            for (int host = 0; host < 2; host++) {
                lane.leases.add(
                        new LeaseManagers(
                                List.of(
                                        new SanlockLeaseManager(
                                                lab.sanlock(host), OnTermination.LIVE_ON))));
            }
            for (int i = 0; i < berthCount; i++) {
                lane.berths.add(new Berth(lab, folder, i));
            }
            List<IoAction> joins = new ArrayList<>();
            for (Berth berth : lane.berths) {
                joins.add(() -> berth.join(VICTIM));
                joins.add(() -> berth.join(OBSERVER));
            }
            atOnce(joins);
            lane.awaitAllLive();
            for (Berth berth : lane.berths) {
                lane.useASlot(berth);
            }
            return lane;
        } catch (IOException | RuntimeException | Error e) {
            lane.close();
            throw e;
        }
    }

    /** The first record of a slot takes less operations than all others. */
    private void useASlot(Berth berth) throws IOException {
        UUID volume = UUID.randomUUID();
        VolumeSpec spec =
                new VolumeSpec(volume, JobKind.BYTES, Allocation.SPARSE, Optional.empty(), "");
        List<Job> jobs =
                List.of(
                        new CreateVolume(UUID.randomUUID(), berth.domain(), spec),
                        new DeleteVolume(UUID.randomUUID(), berth.domain(), volume, null));
        for (Job job : jobs) {
            JobResult result = run(OBSERVER, job);
            if (result.outcome() != JobState.DONE) {
                throw new IOException("no berth: " + MatrixChild.words(result));
            }
        }
    }

    SanlockLab lab() {
        return lab;
    }

    List<Berth> berths() {
        return berths;
    }

    Path folder() {
        return folder.path();
    }

    /** A process of host 0 that takes an order. */
    JobProcess takeProcess() throws IOException {
        while (!idle.isEmpty()) {
            JobProcess process = idle.poll();
            if (process.isAlive()) {
                return process;
            }
        }
        return startProcess();
    }

    /** Gives one back that is ready, or dead. */
    void giveBack(JobProcess process) {
        if (process.isAlive()) {
            idle.addFirst(process);
        }
    }

    /** Starts processes for orders to come. */
    void foresee(int count) throws IOException {
        idle.removeIf(process -> !process.isAlive());
        while (idle.size() < count) {
            idle.add(startProcess());
        }
    }

    /** Waits until there are processes that take an order at once. */
    void prepare(int count) throws IOException {
        foresee(count);
        for (JobProcess process : idle) {
            process.awaitReady();
        }
    }

    private JobProcess startProcess() throws IOException {
        return JobProcess.start(lab, VICTIM, folder.path());
    }

    /** The leases of one of the hosts, for this process. */
    LeaseManagers leases(int host) {
        return leases.get(host);
    }

    /** Runs a job in this process, as one of a host's. */
    JobResult run(int host, Job job) {
        try (LeaseWatch watch = new LeaseWatch(JobSettings.DEFAULT.verifyInterval())) {
            return new DirectJob(
                            job,
                            leases(host),
                            watch,
                            IoGate::awaitDrained,
                            new JobSettings(
                                    Clock.SYSTEM,
                                    DeviceOpener.SYSTEM,
                                    Duration.ofSeconds(20),
                                    JobSettings.DEFAULT.verifyInterval(),
                                    JobSettings.DEFAULT_BUFFER_LIMIT_BYTES),
                            JobObserver.NONE)
                    .run();
        }
    }

    /** Lets host 0 come back after its daemon's death, as after a reboot. */
    void revive() throws IOException {
        lab.restart(VICTIM);
        atOnce(berths.stream().<IoAction>map(berth -> () -> berth.join(VICTIM)).toList());
        awaitAllLive();
    }

    /** Whether both hosts are in all domains, as they are between two waves. */
    boolean isSound() {
        try {
            for (int host = 0; host < lab.hostCount(); host++) {
                long joined =
                        lab.sanlock(host).lockspaces().stream()
                                .filter(each -> each.state() == LockspaceState.JOINED)
                                .count();
                if (joined != berths.size()) {
                    return false;
                }
            }
            return true;
        } catch (SanlockException e) {
            return false;
        }
    }

    private void awaitAllLive() throws IOException {
        atOnce(berths.stream().<IoAction>map(berth -> berth::awaitAllLive).toList());
    }

    static StorageDomain domain(Berth berth, int host) {
        return host == VICTIM ? berth.victimDomain() : berth.domain();
    }

    private static void atOnce(List<IoAction> actions) throws IOException {
        try (ExecutorService threads = Executors.newFixedThreadPool(Math.max(1, actions.size()))) {
            List<Future<?>> all = new ArrayList<>();
            for (IoAction action : actions) {
                all.add(
                        threads.submit(() -> {
                            action.run();
                            return true;
                        }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() throws IOException {
        TryAll all = new TryAll();
        berths.forEach(berth -> all.run(berth::fail));
        leases.forEach(each -> all.run(each::close));
        all.run(lab::close);
        berths.forEach(berth -> all.run(berth::close));
        all.run(folder::close);
        all.throwFirst();
    }
}
