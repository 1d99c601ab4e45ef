package io.tenure.tools.demo;

import io.tenure.format.ActiveJob;
import io.tenure.format.Legality;
import io.tenure.format.VolumeRecord;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobObserver;
import io.tenure.jobs.JobStep;
import io.tenure.tools.output.Output;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tells of a job's steps as they happen: when each began, what it did, how long it took. */
final class StepTeller implements JobObserver {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MILLI = 1e6;

    private final Output output;
    private final String indent;
    private final long expectedGeneration;
    private final String refusal;
    private final long jobStartNanos = System.nanoTime();
    private long stepStartNanos;
    private @Nullable JobStep unfinished;
    private String said = "";

    /**
     * Begins to tell.
     *
     * @param output where
     * @param indent before each line
     * @param expectedGeneration what the job was given
     * @param refusal what to say of a step that does not end well
     */
    StepTeller(Output output, String indent, long expectedGeneration, String refusal) {
        this.output = output;
        this.indent = indent;
        this.expectedGeneration = expectedGeneration;
        this.refusal = refusal;
    }

    @Override
    public void stepStarted(Job job, JobStep step) {
        JobStep failed = unfinished;
        if (failed != null) {
            line(failed, refusal);
        }
        unfinished = step;
        stepStartNanos = System.nanoTime();
        said = "";
    }

    @Override
    public void recordWritten(Job job, VolumeRecord record) {
        if (record.legality() == Legality.ILLEGAL) {
            said =
                    "record says ILLEGAL and names job %s; "
                            .formatted(
                                    record.activeJob()
                                            .map(ActiveJob::jobId)
                                            .map(RecordColumns::shortId)
                                            .orElse("?"));
        } else {
            said =
                    "still the owner of the lease; record says generation %d, LEGAL"
                            .formatted(record.generation());
        }
    }

    @Override
    public void stepFinished(Job job, JobStep step) {
        unfinished = null;
        line(
                step,
                switch (step) {
                    case ACQUIRE -> "the volume's lease, exclusively";
                    case VALIDATE ->
                            "generation on storage is %d, as expected"
                                    .formatted(expectedGeneration);
                    case WORK -> said + "data, flush";
                    case COMMIT -> said;
                    case RELEASE -> "the lease is free";
                });
    }

    private void line(JobStep step, String what) {
        long now = System.nanoTime();
        output.say(
                String.format(
                        Locale.ROOT,
                        "%s%6.3f s  %-8s  %-62s %6.1f ms",
                        indent,
                        (stepStartNanos - jobStartNanos) / NANOS_PER_SECOND,
                        step,
                        what,
                        (now - stepStartNanos) / NANOS_PER_MILLI));
    }
}
