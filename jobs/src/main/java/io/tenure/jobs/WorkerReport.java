package io.tenure.jobs;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A job's result on its way between processes, in one line of text. Of a failure's cause only the
 * message arrives, and of the data how many bytes were copied, zeroed, shared and verified.
 */
final class WorkerReport {
    private static final String SECONDS = "nanos.";
    private static final String WARNING = "warning.";

    private WorkerReport() {}

    static String text(JobResult result, JobProgress progress) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("outcome", result.outcome().name());
        VolumeFields.put(fields, "before", result.generationBefore());
        VolumeFields.put(fields, "after", result.generationAfter());
        VolumeFields.put(fields, "done", progress.bytesDone());
        VolumeFields.put(fields, "total", progress.bytesTotal());
        VolumeFields.put(fields, "copied", result.data().bytesCopied());
        VolumeFields.put(fields, "zeroed", result.data().bytesZeroed());
        VolumeFields.put(fields, "shared", result.data().bytesShared());
        VolumeFields.put(fields, "verified", result.data().bytesVerified());
        if (result.data().checksum().isPresent()) {
            VolumeFields.put(fields, "checksum", result.data().checksum().getAsInt());
        }
        result.stepDurations()
                .forEach((step, took) -> VolumeFields.put(fields, SECONDS + step, took.toNanos()));
        VolumeFields.put(fields, result.volumes(), 0);
        for (int i = 0; i < result.warnings().size(); i++) {
            fields.put(WARNING + i, result.warnings().get(i));
        }
        JobFailure failure = result.failure();
        if (failure != null) {
            fields.put("failure", failure.kind().name());
            fields.put("step", failure.step().name());
            fields.put("why", failure.message());
        }
        return TextFields.write(fields);
    }

    /**
     * Reads a result.
     *
     * @throws IllegalArgumentException if it is none
     */
    static JobResult parse(WorkerOrder order, String text) {
        Map<String, String> fields = TextFields.read(text);
        Map<JobStep, Duration> durations = new EnumMap<>(JobStep.class);
        for (JobStep step : JobStep.values()) {
            String nanos = fields.get(SECONDS + step);
            if (nanos != null) {
                durations.put(step, Duration.ofNanos(Long.parseLong(nanos)));
            }
        }
        List<String> warnings = new ArrayList<>();
        fields.forEach((name, value) -> {
            if (name.startsWith(WARNING)) {
                warnings.add(value);
            }
        });
        return new JobResult(
                order.jobId(),
                order.kind(),
                order.domainId(),
                order.volumeId(),
                JobState.valueOf(TextFields.required(fields, "outcome")),
                VolumeFields.number(fields, "before"),
                VolumeFields.number(fields, "after"),
                data(fields),
                durations,
                warnings,
                failure(fields),
                VolumeFields.read(fields, 0));
    }

    /** How far the work had come at the end. */
    static JobProgress progress(String text) {
        Map<String, String> fields = TextFields.read(text);
        return new JobProgress(
                Long.parseLong(TextFields.required(fields, "done")),
                Long.parseLong(TextFields.required(fields, "total")));
    }

    private static DataMoved data(Map<String, String> fields) {
        String checksum = fields.get("checksum");
        return new DataMoved(
                Long.parseLong(TextFields.required(fields, "copied")),
                Long.parseLong(TextFields.required(fields, "zeroed")),
                Long.parseLong(TextFields.required(fields, "shared")),
                checksum == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(checksum)),
                Long.parseLong(TextFields.required(fields, "verified")),
                Optional.empty());
    }

    private static @Nullable JobFailure failure(Map<String, String> fields) {
        String kind = fields.get("failure");
        if (kind == null) {
            return null;
        }
        String why = TextFields.required(fields, "why");
        return new JobFailure(
                FailureKind.valueOf(kind),
                JobStep.valueOf(TextFields.required(fields, "step")),
                why,
                new IOException(why));
    }

    /** The result where the worker is gone and left none: only storage knows. */
    static JobResult unknown(WorkerOrder order, JobStep lastSeen, String why) {
        return failed(order, FailureKind.INTERRUPTED, lastSeen, why);
    }

    /** The result of a job that was never made, so that storage is as it was. */
    static JobResult notBegun(WorkerOrder order, FailureKind kind, String why) {
        return failed(order, kind, JobStep.ACQUIRE, why);
    }

    private static JobResult failed(WorkerOrder order, FailureKind kind, JobStep step, String why) {
        return ended(order, JobState.FAILED, new JobFailure(kind, step, why, new IOException(why)));
    }

    /** The result of a job that was aborted while it waited for its turn. */
    static JobResult abortedUnbegun(WorkerOrder order) {
        String why = "job " + order.jobId() + " was aborted before it began";
        return ended(
                order,
                JobState.ABORTED,
                new JobFailure(
                        FailureKind.ABORTED, JobStep.ACQUIRE, why, new JobAbortedException(why)));
    }

    private static JobResult ended(WorkerOrder order, JobState outcome, JobFailure failure) {
        return new JobResult(
                order.jobId(),
                order.kind(),
                order.domainId(),
                order.volumeId(),
                outcome,
                null,
                null,
                DataMoved.NONE,
                Map.of(),
                List.of(),
                failure,
                order.untouched());
    }
}
