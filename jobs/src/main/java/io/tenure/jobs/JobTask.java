package io.tenure.jobs;

import io.tenure.domain.Clock;
import io.tenure.domain.LeaseArea;
import io.tenure.format.VolumeRecord;
import io.tenure.io.engine.IoGate;
import io.tenure.jobs.internal.IoAction;
import io.tenure.lease.LeaseListener;
import io.tenure.lease.LeaseManagers;
import io.tenure.lease.LeaseWatcher;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One job in this process, from submission to result: what its thread, its submitter and the watch
 * of its leases tell each other. {@link FiveSteps} does the work, {@link JobLife} has the state.
 */
final class JobTask extends RunnerJob implements LeaseListener {
    private final Job job;
    private final JobRequest request;
    private final List<JobTarget> targets;
    private final LeaseManagers managers;
    private final LeaseWatcher watch;
    private final JobSettings settings;
    private final JobObserver observer;
    private final LastResort lastResort;
    private final JobAccount account;
    private final ProgressMeter progress = new ProgressMeter();
    private final IoGate dataGate = IoGate.underLease();
    private final IoGate recordGate = IoGate.underLease();

    private volatile @Nullable String whyLost;
    private DirectJob.Drain drain = IoGate::awaitDrained;

    JobTask(
            Job job,
            LeaseManagers managers,
            LeaseWatcher watch,
            JobSettings settings,
            JobObserver observer,
            JobQueue queue) {
        super(job.request().id(), job.request().kind(), settings.clock(), queue);
        this.job = job;
        this.request = job.request();
        this.targets = List.copyOf(job.targets());
        this.managers = managers;
        this.watch = watch;
        this.settings = settings;
        this.observer = observer;
        this.lastResort = LastResort.of(request, untouched());
        this.account = new JobAccount(request, settings);
    }

    Job job() {
        return job;
    }

    List<JobTarget> targets() {
        return targets;
    }

    LeaseManagers managers() {
        return managers;
    }

    LeaseWatcher watch() {
        return watch;
    }

    JobSettings settings() {
        return settings;
    }

    Clock clock() {
        return settings.clock();
    }

    /** Closes at an abort and when a lease is lost. */
    IoGate dataGate() {
        return dataGate;
    }

    /** Waits until nothing is in flight behind the closed {@link #dataGate}. */
    void awaitDrained() throws InterruptedException {
        drain.await(dataGate);
    }

    void drainBy(DirectJob.Drain other) {
        drain = other;
    }

    /** Closes when a lease is lost. */
    IoGate recordGate() {
        return recordGate;
    }

    @Override
    public void run() {
        if (!life().begin()) {
            return;
        }
        FiveSteps steps = new FiveSteps(this);
        Throwable died = null;
        try {
            account.noteBegun(untouched());
            steps.run();
        } catch (Throwable e) {
            died = e; // the result tells it; this thread has other jobs to run
        } finally {
            finish(steps, died);
        }
    }

    /** Runs one step's body, timed and observed. */
    void inStep(JobStep entered, IoAction body) throws IOException {
        entered(entered);
        long start = clock().nanoTime();
        boolean completed = false;
        StepEvent event = JobEvents.beginStep();
        try {
            observer.stepStarted(job, entered);
            body.run();
            observer.stepFinished(job, entered);
            completed = true;
        } finally {
            account.took(entered, Duration.ofNanos(clock().nanoTime() - start));
            if (event != null) {
                event.finish(
                        request,
                        entered,
                        completed,
                        entered == JobStep.WORK ? account.bytesSettled() : 0);
            }
        }
    }

    @Override
    public void lost(String why) {
        if (recordGate.closedReason().isEmpty()) {
            whyLost = why; // before the gate says that there is a reason
        }
        recordGate.close(IoGate.Reason.LEASE_LOST, why);
        dataGate.close(IoGate.Reason.LEASE_LOST, why);
        JobEvents.ofAll(LeaseEvent.Transition.LOST, request, why);
    }

    /** Ends as if it were aborted: sooner or later its daemon ends this process otherwise. */
    @Override
    public void wanted(String why) {
        JobEvents.ofAll(LeaseEvent.Transition.WANTED, request, why);
        if (isAbortable()) {
            stop("job " + request.id() + " was aborted: " + why);
        }
    }

    private boolean stop(String why) {
        boolean stopping = life().stop();
        if (stopping) {
            dataGate.close(IoGate.Reason.ABORTED, why);
        }
        return stopping;
    }

    /**
     * Words a failure, with what is behind it: a job may have been aborted since sanlock wants its
     * lease back.
     */
    String because(Throwable cause, Optional<LeaseArea> wanted) {
        String message = JobAccount.wordsOf(cause);
        String behind =
                Optional.ofNullable(whyLost)
                        .or(() -> wanted.map(area -> "another host asks for " + area))
                        .orElse("");
        return message.contains(behind) ? message : message + "; " + behind;
    }

    boolean isLeaseLost() {
        return recordGate.closedReason().isPresent();
    }

    void recordWritten(VolumeRecord record) {
        observer.recordWritten(job, record);
    }

    void reportProgress(Supplier<JobProgress> source) {
        progress.ask(source);
    }

    void accomplished(DataMoved moved) {
        account.accomplished(moved);
    }

    void warn(String what, Throwable cause) {
        account.warn(what, cause);
    }

    /** Ends the job, come what may: somebody waits for it, and its thread will not come again. */
    private void finish(FiveSteps steps, @Nullable Throwable died) {
        boolean committed = steps.isCommitted();
        try {
            JobFailure failure = committed ? null : failureOf(steps, died);
            if (committed && died != null) {
                warn("after the commit", died);
            }
            stopAsking();
            JobState outcome = outcomeOf(failure);
            account.noteEnded(result(outcome, failure, steps));
            end(result(outcome, failure, steps));
        } finally {
            life().end(committed ? lastResort.committed() : lastResort.failed());
        }
    }

    private void stopAsking() {
        try {
            progress.stop();
        } catch (RuntimeException | Error e) {
            warn("asking how far the work has come", e);
        }
    }

    private JobFailure failureOf(FiveSteps steps, @Nullable Throwable died) {
        JobFailure failure = steps.failure();
        if (failure != null) {
            return failure;
        }
        Throwable cause = Objects.requireNonNull(died);
        return new JobFailure(
                FailureKind.OPERATION, currentStep(), JobAccount.wordsOf(cause), cause);
    }

    private JobState outcomeOf(@Nullable JobFailure failure) {
        if (failure == null) {
            return JobState.DONE;
        }
        return life().state() == JobState.ABORTING && failure.kind() != FailureKind.LEASE_LOST
                ? JobState.ABORTED
                : JobState.FAILED;
    }

    private JobResult result(JobState outcome, @Nullable JobFailure failure, FiveSteps steps) {
        return account.result(outcome, failure, steps.volumes());
    }

    private List<VolumeResult> untouched() {
        return targets.stream()
                .map(each ->
                        new VolumeResult(each.domain().id(), each.volumeId(), null, null, false))
                .toList();
    }

    @Override
    JobResult abortedUnbegun() {
        String why = "job " + request.id() + " was aborted before it began";
        JobFailure failure =
                new JobFailure(
                        FailureKind.ABORTED, JobStep.ACQUIRE, why, new JobAbortedException(why));
        return account.result(JobState.ABORTED, failure, untouched());
    }

    @Override
    boolean isAbortable() {
        return job.isAbortable();
    }

    @Override
    boolean stopRunning() {
        return stop("job " + request.id() + " was aborted");
    }

    @Override
    boolean endWithRunner() throws AbortRefusedException {
        abort();
        return true;
    }

    @Override
    public JobProgress progress() {
        return progress.now();
    }
}
