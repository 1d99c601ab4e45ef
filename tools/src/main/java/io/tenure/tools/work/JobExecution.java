package io.tenure.tools.work;

import io.tenure.domain.Clock;
import io.tenure.domain.DeviceOpener;
import io.tenure.format.VolumeRecord;
import io.tenure.jobs.AbortRefusedException;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobFailure;
import io.tenure.jobs.JobHandle;
import io.tenure.jobs.JobObserver;
import io.tenure.jobs.JobProgress;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobRunner;
import io.tenure.jobs.JobSettings;
import io.tenure.jobs.JobState;
import io.tenure.jobs.JobStep;
import io.tenure.tools.output.Output;
import io.tenure.tools.output.Progress;
import io.tenure.tools.verb.CommandException;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.Interruption;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Runs one job to its end, with the command as its worker: shows how far it is, warns, and aborts
 * it at a signal. Drains and releases before it returns, whatever happens. For one thread.
 */
public final class JobExecution {
    /** As often as progress is drawn at most. */
    private static final Duration PROGRESS_INTERVAL = Duration.ofMillis(100);

    private final OpenDomain domain;
    private final Duration leaseWait;
    private final Output output;
    private final Interruption interruption;

    /**
     * Creates an execution.
     *
     * @param domain where the leases come from; stays open until the job has ended
     * @param leaseWait for how long to try again while a lease is held elsewhere
     * @param output where progress and warnings go
     * @param interruption aborts the job
     */
    public JobExecution(
            OpenDomain domain, Duration leaseWait, Output output, Interruption interruption) {
        this.domain = domain;
        this.leaseWait = leaseWait;
        this.output = output;
        this.interruption = interruption;
    }

    /**
     * Runs a job that has to succeed.
     *
     * @param job the job
     * @return its result; the job is committed
     * @throws CommandException if it was not committed; with the fields of its result
     * @throws IOException if it was not accepted
     * @throws InterruptedException if this thread was interrupted; the job has ended then too
     */
    public JobResult run(Job job) throws IOException, InterruptedException, CommandException {
        JobResult result = runToEnd(job, observer());
        result.warnings().forEach(output::warning);
        JobFailure failure = result.failure();
        if (failure == null) {
            return result;
        }
        // An abort shows in many ways, down to a gate that was found closed; it is one outcome.
        ExitCode exitCode =
                result.outcome() == JobState.ABORTED
                        ? ExitCode.INTERRUPTED
                        : ExitCode.of(failure.kind());
        throw new CommandException(
                exitCode, failure.message(), JobReport.fields(result), failure.cause());
    }

    /**
     * Runs a job, whatever comes of it.
     *
     * @param job the job
     * @param observer is told what it does
     * @return its result
     * @throws IOException if it was not accepted
     * @throws InterruptedException if this thread was interrupted; the job has ended then too
     */
    public JobResult runToEnd(Job job, JobObserver observer)
            throws IOException, InterruptedException {
        // One job: what it may take of memory was asked for on the command line.
        JobSettings settings =
                new JobSettings(
                        Clock.SYSTEM,
                        DeviceOpener.SYSTEM,
                        leaseWait,
                        JobSettings.DEFAULT.verifyInterval(),
                        job.bufferBytes());
        // Closing the runner aborts, drains and releases.
        try (JobRunner runner = JobRunner.start(domain.leases(), settings, 1, 1)) {
            AtomicReference<JobHandle> running = new AtomicReference<>();
            interruption.onSignal(() -> abort(running.get()));
            JobHandle handle = runner.submit(job, observer);
            running.set(handle);
            if (interruption.isRaised()) {
                abort(handle);
            }
            return await(handle, job);
        }
    }

    private void abort(@org.jspecify.annotations.Nullable JobHandle handle) {
        if (handle == null) {
            return;
        }
        try {
            handle.abort();
        } catch (AbortRefusedException e) {
            output.detail(() -> String.valueOf(e.getMessage()));
        }
        boolean interrupted = false;
        while (handle.result().isEmpty()) {
            try {
                handle.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private JobResult await(JobHandle handle, Job job) throws InterruptedException {
        JobProgress progress = handle.progress();
        while (progress.bytesTotal() == 0) {
            var result = handle.await(PROGRESS_INTERVAL);
            if (result.isPresent()) {
                return result.get();
            }
            progress = handle.progress();
        }
        try (Progress drawn = output.progress(job.request().kind(), progress.bytesTotal())) {
            while (true) {
                drawn.update(handle.progress().bytesDone());
                var result = handle.await(PROGRESS_INTERVAL);
                if (result.isPresent()) {
                    return result.get();
                }
            }
        }
    }

    private JobObserver observer() {
        long startNanos = System.nanoTime();
        return new JobObserver() {
            @Override
            public void stepStarted(Job job, JobStep step) {
                tell(job, () -> lowerCase(step) + " begins");
            }

            @Override
            public void stepFinished(Job job, JobStep step) {
                tell(job, () -> lowerCase(step) + " done");
            }

            @Override
            public void recordWritten(Job job, VolumeRecord record) {
                tell(
                        job,
                        () ->
                                "record written: generation %d, %s"
                                        .formatted(
                                                record.generation(), lowerCase(record.legality())));
            }

            private void tell(Job job, Supplier<String> what) {
                output.detail(() ->
                        "%s job %s at %.3f s: %s"
                                .formatted(
                                        job.request().kind(),
                                        job.request().id(),
                                        (System.nanoTime() - startNanos) / 1e9,
                                        what.get()));
            }
        };
    }

    private static String lowerCase(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
