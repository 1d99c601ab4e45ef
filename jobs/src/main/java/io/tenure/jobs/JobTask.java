package io.tenure.jobs;

import io.tenure.domain.Clock;
import io.tenure.domain.LeaseArea;
import io.tenure.format.VolumeRecord;
import io.tenure.io.engine.IoGate;
import io.tenure.jobs.internal.IoAction;
import io.tenure.lease.LeaseListener;
import io.tenure.lease.LeaseManagers;
import io.tenure.lease.LeaseWatch;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One job's state in this process, from submission to result. The states change only here, under
 * this object's lock; {@link FiveSteps} does the work.
 */
final class JobTask implements JobHandle, LeaseListener, Runnable {
    private final Job job;
    private final JobRequest request;
    private final LeaseManagers managers;
    private final LeaseWatch watch;
    private final JobSettings settings;
    private final JobObserver observer;
    private final JobQueue queue;
    private final IoGate dataGate = IoGate.underLease();
    private final IoGate recordGate = IoGate.underLease();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final List<String> warnings = Collections.synchronizedList(new ArrayList<>());
    private final Map<JobStep, Duration> durations = new EnumMap<>(JobStep.class);

    private volatile JobState state = JobState.PENDING;
    private volatile @Nullable JobStep step;
    private volatile Supplier<JobProgress> progress = () -> JobProgress.NONE;
    private volatile @Nullable JobResult result;
    private volatile @Nullable String whyLost;
    private final LastResort lastResort;
    private DataMoved data = DataMoved.NONE;

    JobTask(
            Job job,
            LeaseManagers managers,
            LeaseWatch watch,
            JobSettings settings,
            JobObserver observer,
            JobQueue queue) {
        this.job = job;
        this.request = job.request();
        this.managers = managers;
        this.watch = watch;
        this.settings = settings;
        this.observer = observer;
        this.queue = queue;
        this.lastResort = LastResort.of(request);
    }

    Job job() {
        return job;
    }

    LeaseManagers managers() {
        return managers;
    }

    LeaseWatch watch() {
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

    /** Closes when a lease is lost. */
    IoGate recordGate() {
        return recordGate;
    }

    @Override
    public void run() {
        synchronized (this) {
            if (state != JobState.PENDING) {
                return;
            }
            state = JobState.RUNNING;
        }
        FiveSteps steps = new FiveSteps(this);
        Throwable died = null;
        try {
            steps.run();
        } catch (Throwable e) {
            died = e; // the result tells it; this thread has other jobs to run
        } finally {
            finish(steps, died);
        }
    }

    /** Runs one step's body, timed and observed. */
    void inStep(JobStep entered, IoAction body) throws IOException {
        step = entered;
        long start = clock().nanoTime();
        try {
            observer.stepStarted(job, entered);
            body.run();
            observer.stepFinished(job, entered);
        } finally {
            durations.put(entered, Duration.ofNanos(clock().nanoTime() - start));
        }
    }

    @Override
    public void lost(String why) {
        if (recordGate.closedReason().isEmpty()) {
            whyLost = why; // before the gate says that there is a reason
        }
        recordGate.close(IoGate.Reason.LEASE_LOST, why);
        dataGate.close(IoGate.Reason.LEASE_LOST, why);
    }

    /** Ends as if it were aborted: sooner or later its daemon ends this process otherwise. */
    @Override
    public synchronized void wanted(String why) {
        if (state == JobState.RUNNING && job.isAbortable()) {
            stop("job " + request.id() + " was aborted: " + why);
        }
    }

    private void stop(String why) {
        state = JobState.ABORTING;
        dataGate.close(IoGate.Reason.ABORTED, why);
    }

    /**
     * Words a failure, with what is behind it: a job may have been aborted since sanlock wants its
     * lease back.
     */
    String because(Throwable cause, Optional<LeaseArea> wanted) {
        String message = wordsOf(cause);
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
        progress = source;
    }

    void accomplished(DataMoved moved) {
        data = moved;
    }

    void warn(String what, Throwable cause) {
        warnings.add(what + ": " + wordsOf(cause));
    }

    /** What a throwable says of itself, also of one that fails to. */
    static String wordsOf(Throwable cause) {
        try {
            String message = cause instanceof Error ? null : cause.getMessage();
            return message == null ? cause.toString() : message;
        } catch (Throwable e) {
            return cause.getClass().getName();
        }
    }

    JobStep currentStep() {
        JobStep now = step;
        return now == null ? JobStep.ACQUIRE : now;
    }

    /** Ends the job, come what may: somebody waits for it, and its thread will not come again. */
    private void finish(FiveSteps steps, @Nullable Throwable died) {
        boolean committed = steps.isCommitted();
        try {
            JobFailure failure = committed ? null : failureOf(steps, died);
            if (committed && died != null) {
                warn("after the commit", died);
            }
            end(
                    outcomeOf(failure),
                    failure,
                    steps.generationBefore(),
                    steps.generationAfter());
        } finally {
            endAnyhow(committed ? lastResort.committed() : lastResort.failed());
        }
    }

    private JobFailure failureOf(FiveSteps steps, @Nullable Throwable died) {
        JobFailure failure = steps.failure();
        if (failure != null) {
            return failure;
        }
        Throwable cause = Objects.requireNonNull(died);
        return new JobFailure(FailureKind.OPERATION, currentStep(), wordsOf(cause), cause);
    }

    private synchronized JobState outcomeOf(@Nullable JobFailure failure) {
        if (failure == null) {
            return JobState.DONE;
        }
        return state == JobState.ABORTING && failure.kind() != FailureKind.LEASE_LOST
                ? JobState.ABORTED
                : JobState.FAILED;
    }

    private synchronized void end(
            JobState outcome,
            @Nullable JobFailure failure,
            @Nullable Long generationBefore,
            @Nullable Long generationAfter) {
        endAs(
                new JobResult(
                        request.id(),
                        request.kind(),
                        request.domain().id(),
                        request.volumeId(),
                        outcome,
                        generationBefore,
                        generationAfter,
                        data,
                        Collections.unmodifiableMap(new EnumMap<>(durations)),
                        List.copyOf(warnings),
                        failure));
    }

    private synchronized void endAnyhow(JobResult prepared) {
        if (result == null) {
            endAs(prepared);
        }
    }

    private void endAs(JobResult told) {
        result = told;
        state = told.outcome();
        ended.countDown();
    }

    @Override
    public void abort() throws AbortRefusedException {
        synchronized (this) {
            switch (state) {
                case PENDING -> {
                    JobAbortedException cause = new JobAbortedException("aborted before it began");
                    end(
                            JobState.ABORTED,
                            new JobFailure(
                                    FailureKind.ABORTED,
                                    JobStep.ACQUIRE,
                                    "job " + request.id() + " was aborted before it began",
                                    cause),
                            null,
                            null);
                    queue.withdraw(this);
                }
                case RUNNING -> {
                    if (!job.isAbortable()) {
                        throw new AbortRefusedException(
                                "job "
                                        + request.id()
                                        + " cannot be aborted: a "
                                        + request.kind()
                                        + " job runs to its end");
                    }
                    stop("job " + request.id() + " was aborted");
                }
                case ABORTING -> {}
                case DONE, ABORTED, FAILED ->
                        throw new AbortRefusedException(
                                "job "
                                        + request.id()
                                        + " is not active any more: it is "
                                        + state.name().toLowerCase(java.util.Locale.ROOT));
            }
        }
    }

    @Override
    public UUID id() {
        return request.id();
    }

    @Override
    public JobState state() {
        return state;
    }

    @Override
    public Optional<JobStep> step() {
        return Optional.ofNullable(step);
    }

    @Override
    public JobProgress progress() {
        return progress.get();
    }

    @Override
    public Optional<JobResult> result() {
        return Optional.ofNullable(result);
    }

    @Override
    public JobResult await() throws InterruptedException {
        ended.await();
        return result().orElseThrow();
    }

    @Override
    public Optional<JobResult> await(Duration limit) throws InterruptedException {
        boolean inTime = ended.await(limit.toNanos(), TimeUnit.NANOSECONDS);
        return inTime ? result() : Optional.empty();
    }
}
