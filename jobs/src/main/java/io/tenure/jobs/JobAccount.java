package io.tenure.jobs;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a job while it runs, for its result and for the journal. Belongs to the job's
 * thread, but for warnings, which any thread may add.
 */
final class JobAccount {
    private final JobRequest request;
    private final JobSettings settings;
    private final List<String> warnings = Collections.synchronizedList(new ArrayList<>());
    private final Map<JobStep, Duration> durations = new EnumMap<>(JobStep.class);
    private DataMoved data = DataMoved.NONE;

    JobAccount(JobRequest request, JobSettings settings) {
        this.request = request;
        this.settings = settings;
    }

    void took(JobStep step, Duration duration) {
        durations.put(step, duration);
    }

    void accomplished(DataMoved moved) {
        data = moved;
    }

    long bytesSettled() {
        return data.bytesSettled();
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

    /** A journal that fails costs its line, never a job. */
    void noteBegun(List<VolumeResult> untouched) {
        try {
            if (settings.journal().isPresent()) {
                settings.journal().get().begun(request, untouched, settings.clock().now());
            }
        } catch (IOException | RuntimeException | Error e) {
            warn("writing to the journal that the job begins", e);
        }
    }

    void noteEnded(JobResult told) {
        try {
            if (settings.journal().isPresent()) {
                settings.journal().get().ended(told, settings.clock().now());
            }
        } catch (IOException | RuntimeException | Error e) {
            warn("writing to the journal how the job ended", e);
        }
    }

    JobResult result(JobState outcome, @Nullable JobFailure failure, List<VolumeResult> volumes) {
        VolumeResult first = volumes.getFirst();
        return new JobResult(
                request.id(),
                request.kind(),
                request.domain().id(),
                request.volumeId(),
                outcome,
                first.generationBefore(),
                first.generationAfter(),
                data,
                Collections.unmodifiableMap(new EnumMap<>(durations)),
                List.copyOf(warnings),
                failure,
                volumes);
    }
}
