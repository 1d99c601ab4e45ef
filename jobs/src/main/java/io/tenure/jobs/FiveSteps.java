package io.tenure.jobs;

import io.tenure.domain.LeaseArea;
import io.tenure.io.engine.IoGate;
import io.tenure.jobs.internal.TryAll;
import io.tenure.lease.HostJoiningException;
import io.tenure.lease.LeaseClaim;
import io.tenure.lease.LeaseHeldException;
import io.tenure.lease.LeaseLostException;
import io.tenure.lease.LeaseSet;
import io.tenure.lease.LeaseWait;
import io.tenure.lease.LeaseWatcher;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The protocol: acquire, validate, work, commit, release. Every kind of job goes through here; what
 * it does to records stands in {@link RecordSteps}.
 *
 * <p>What holds at every moment: a data byte is written only after the record names the job and, if
 * it is one of the volume's own, says ILLEGAL; the generation grows only after the data is flushed
 * and the leases have been read from storage once more; a lease is released only after the last
 * request in flight has come back; and once a lease is lost nothing is written any more.
 */
final class FiveSteps {
    private final JobTask task;
    private final Job job;
    private final JobRequest request;
    private final List<RecordSteps> records;
    private @Nullable LeaseSet leases;
    private List<LeaseClaim> claims = List.of();
    private LeaseWatcher.@Nullable Watched watch;
    private List<JobContext> contexts = List.of();
    private Optional<LeaseArea> wanted = Optional.empty();
    private boolean releaseBegun;
    private @Nullable JobFailure failure;

    FiveSteps(JobTask task) {
        this.task = task;
        this.job = task.job();
        this.request = job.request();
        this.records = task.targets().stream().map(each -> new RecordSteps(task, each)).toList();
    }

    /** What became of each volume. */
    List<VolumeResult> volumes() {
        return records.stream().map(RecordSteps::result).toList();
    }

    /** Whether every commit is on storage, whatever went wrong after it. */
    boolean isCommitted() {
        return records.stream().allMatch(RecordSteps::isCommitted);
    }

    /**
     * Runs the job to its end.
     *
     * <p>Throws only where even a failure cannot be put into words or dealt with: a class that is
     * missing, no memory left. The leases are let go all the same.
     */
    void run() {
        try {
            failure = runUpToCommit();
        } finally {
            finishUp();
        }
    }

    /** Why the job was not committed; null if it was, or if there were no words for it. */
    @Nullable JobFailure failure() {
        return failure;
    }

    private @Nullable JobFailure runUpToCommit() {
        try {
            task.inStep(JobStep.ACQUIRE, this::acquire);
            JobContext active = contexts.getFirst();
            task.inStep(JobStep.VALIDATE, () -> validate(active));
            task.inStep(JobStep.WORK, () -> work(active));
            task.inStep(JobStep.COMMIT, () -> commit(active));
            return null;
        } catch (Throwable e) {
            // Errors too: whatever happens, what was begun is recorded and the leases are let go.
            if (isCommitted()) {
                task.warn("after the commit", e);
                return null;
            }
            return failed(e);
        }
    }

    private void acquire() throws IOException {
        task.dataGate().check();
        IoGate gate = task.dataGate();
        LeaseWait wait =
                new LeaseWait(
                        task.settings().leaseWait(),
                        LeaseWait.DEFAULT_INTERVAL,
                        task.clock(),
                        () -> gate.closedReason().isPresent());
        LeaseSet acquired;
        List<LeaseClaim> needed;
        try {
            List<LeaseClaim> all = new ArrayList<>();
            for (RecordSteps each : records) {
                all.addAll(each.claims());
            }
            needed = LeaseClaim.inOrder(all);
            acquired =
                    LeaseSet.acquire(
                            task.managers(), needed, request.kind() + " " + request.id(), wait);
        } catch (LeaseHeldException | HostJoiningException e) {
            gate.check();
            throw e;
        }
        leases = acquired;
        claims = needed;
        JobEvents.ofEach(LeaseEvent.Transition.ACQUIRED, request, needed);
        contexts = JobContext.ofEach(task, acquired);
        watch = task.watch().watch(acquired, task);
    }

    private void validate(JobContext active) throws IOException {
        active.checkGate();
        forEach(RecordSteps::validate);
        // The threads of an engine that is opened here take it over; and a priority that cannot be
        // had is found out before the mark.
        try (ThreadIoPriority _ = ThreadIoPriority.of(job.ioPriority())) {
            job.validate(active);
        }
    }

    private void work(JobContext active) throws IOException {
        active.checkGate();
        if (request.recordUse() != RecordUse.DECIDES) {
            active.leases().sign();
        }
        forEach(RecordSteps::mark);
        try (ThreadIoPriority _ = ThreadIoPriority.of(job.ioPriority())) {
            job.work(active);
        }
    }

    private void commit(JobContext active) throws IOException {
        // From here on an abort comes too late, unless it came before.
        active.checkGate();
        forEach(RecordSteps::commit);
        cleanUp(active);
    }

    /** A step of each volume's record; the next waits for the one before. */
    private void forEach(StepOfRecord step) throws IOException {
        for (int i = 0; i < records.size(); i++) {
            step.run(records.get(i), contexts.get(i));
        }
    }

    private interface StepOfRecord {
        void run(RecordSteps record, JobContext active) throws IOException;
    }

    private void cleanUp(JobContext active) {
        try {
            task.recordGate().check(); // without the lease it may be somebody else's by now
            job.cleanUp(active);
        } catch (IOException | RuntimeException e) {
            task.warn("cleaning up after the commit", e);
        }
    }

    private JobFailure failed(Throwable cause) {
        JobStep step = task.currentStep();
        if (!task.isLeaseLost() && cause instanceof LeaseLostException) {
            task.lost(String.valueOf(cause.getMessage()));
        }
        boolean workBegan = step.compareTo(JobStep.WORK) >= 0;
        boolean unknown = records.stream().anyMatch(RecordSteps::isCommitUnknown);
        boolean some = records.stream().anyMatch(RecordSteps::isCommitted);
        // Where nobody knows whether the commit is on storage, nothing is taken back.
        if (workBegan && !task.isLeaseLost() && !unknown) {
            drain(IoGate.Reason.ABORTED);
            if (stillHolds(cause)) {
                if (!some) {
                    rollBack(cause);
                }
                for (int i = 0; i < records.size(); i++) {
                    records.get(i).fail(contexts.get(i), FailureKind.of(cause), cause);
                }
            }
        }
        FailureKind kind = task.isLeaseLost() ? FailureKind.LEASE_LOST : FailureKind.of(cause);
        String message =
                task.because(cause, kind == FailureKind.ABORTED ? wanted : Optional.empty());
        if (unknown) {
            message +=
                    "; it is not known whether the commit is on storage:"
                            + " reconnaissance tells, once storage can be read again";
        }
        if (some) {
            message += "; committed all the same: " + committedVolumes();
        }
        return new JobFailure(kind, step, message, cause);
    }

    private String committedVolumes() {
        return records.stream()
                .filter(RecordSteps::isCommitted)
                .map(each -> "volume " + each.target().volumeId())
                .collect(Collectors.joining(", "));
    }

    /** Takes back what the work left beside the volumes. */
    private void rollBack(Throwable cause) {
        try {
            job.rollBack(contexts.getFirst());
        } catch (IOException | RuntimeException | Error e) {
            task.warn("taking back what the job left", e);
            suppress(cause, e);
        }
    }

    /** What failed may have taken long enough for others to take over: storage is asked first. */
    private boolean stillHolds(Throwable cause) {
        try {
            wanted = Objects.requireNonNull(leases).verify();
            return !task.isLeaseLost(); // which the watch may have told meanwhile
        } catch (LeaseLostException e) {
            task.lost(String.valueOf(e.getMessage()));
            suppress(cause, e);
        } catch (IOException | RuntimeException e) {
            task.warn("the failure is not recorded, since the leases cannot be verified", e);
            suppress(cause, e);
        }
        return false;
    }

    private void finishUp() {
        try {
            task.inStep(JobStep.RELEASE, this::release);
        } catch (Throwable e) {
            try {
                releaseTroubled(e);
            } finally {
                if (!releaseBegun) { // the observer failed before it
                    releaseUnobserved();
                }
            }
        }
    }

    private void releaseUnobserved() {
        try {
            release();
        } catch (Throwable e) {
            releaseTroubled(e);
        }
    }

    private void releaseTroubled(Throwable trouble) {
        task.warn("releasing", trouble);
        JobFailure failed = failure;
        if (failed != null) {
            suppress(failed.cause(), trouble);
        }
    }

    private void release() throws IOException {
        releaseBegun = true;
        drain(IoGate.Reason.ABORTED);
        TryAll all = new TryAll();
        all.run(job::close);
        LeaseWatcher.Watched running = watch;
        if (running != null) {
            all.run(running::close);
        }
        LeaseSet held = leases;
        if (held != null) {
            all.run(() -> {
                held.close();
                JobEvents.ofEach(LeaseEvent.Transition.RELEASED, request, claims);
            });
        }
        all.throwFirst();
    }

    /** Lets no further request in, and waits for those in flight, however long they take. */
    private void drain(IoGate.Reason reason) {
        task.dataGate().close(reason, "job " + request.id() + " is ending");
        boolean interrupted = false;
        while (true) {
            try {
                task.awaitDrained();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** A throwable that suppresses itself is refused by the JDK. */
    static void suppress(Throwable cause, Throwable later) {
        if (!cause.equals(later)) {
            cause.addSuppressed(later);
        }
    }
}
