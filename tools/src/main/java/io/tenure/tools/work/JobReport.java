package io.tenure.tools.work;

import io.tenure.jobs.DataMoved;
import io.tenure.jobs.JobFailure;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobStep;
import io.tenure.jobs.VolumeResult;
import io.tenure.tools.output.HumanSize;
import io.tenure.tools.verb.Choices;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How a job's result is shown. */
public final class JobReport {
    private static final double NANOS_PER_SECOND = 1e9;

    private JobReport() {}

    /**
     * The result for programs.
     *
     * @param result how a job ended
     * @return fields in their order; times in seconds, the rate in bytes copied for each second of
     *     work
     */
    public static Map<String, @Nullable Object> fields(JobResult result) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("job_id", result.jobId());
        fields.put("kind", result.kind());
        fields.put("domain_id", result.domainId());
        fields.put("volume_id", result.volumeId());
        fields.put("outcome", result.outcome().name().toLowerCase(Locale.ROOT));
        fields.put("generation_before", result.generationBefore());
        fields.put("generation_after", result.generationAfter());
        fields.put("bytes_copied", result.bytesCopied());
        fields.put("bytes_zeroed", result.bytesZeroed());
        fields.put("seconds", seconds(result));
        if (result.bytesCopied() > 0) {
            fields.put("rate", rate(result));
        }
        if (result.volumes().size() > 1) {
            fields.put("volumes", volumes(result));
        }
        fields.put("warnings", result.warnings());
        JobFailure failure = result.failure();
        if (failure != null) {
            fields.put("failed_step", failure.step().name().toLowerCase(Locale.ROOT));
        }
        return fields;
    }

    /**
     * The result of a copy or an export for programs.
     *
     * @param result how it ended
     * @return {@link #fields}; the CRC-32C of the source in eight hexadecimal digits, null if none
     *     was asked for; and what was shared and verified, through which engine
     */
    public static Map<String, @Nullable Object> copyFields(JobResult result) {
        DataMoved data = result.data();
        Map<String, @Nullable Object> fields = new LinkedHashMap<>(fields(result));
        fields.put("crc32c", data.checksum().isPresent() ? crc32c(data) : null);
        fields.put("verified", data.bytesVerified() > 0);
        fields.put("offloaded", data.bytesShared() > 0);
        fields.put("bytes_shared", data.bytesShared());
        fields.put("io_engine", data.engine().map(Choices::word).orElse(null));
        return fields;
    }

    private static String crc32c(DataMoved data) {
        return "%08x".formatted(data.checksum().getAsInt());
    }

    /** What became of each volume, for programs. */
    private static List<Map<String, @Nullable Object>> volumes(JobResult result) {
        List<Map<String, @Nullable Object>> volumes = new ArrayList<>();
        for (VolumeResult each : result.volumes()) {
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("volume_id", each.volumeId());
            fields.put("generation_before", each.generationBefore());
            fields.put("generation_after", each.generationAfter());
            fields.put("committed", each.committed());
            volumes.add(fields);
        }
        return volumes;
    }

    /** Every step, those not entered without a value. */
    private static Map<String, @Nullable Object> seconds(JobResult result) {
        Map<String, @Nullable Object> seconds = new LinkedHashMap<>();
        for (JobStep step : JobStep.values()) {
            Duration duration = result.stepDurations().get(step);
            seconds.put(
                    step.name().toLowerCase(Locale.ROOT),
                    duration == null ? null : seconds(duration));
        }
        return seconds;
    }

    /** To the microsecond. */
    private static double seconds(Duration duration) {
        return Math.round(duration.toNanos() / 1e3) / 1e6;
    }

    private static long rate(JobResult result) {
        double work = work(result).toNanos() / NANOS_PER_SECOND;
        return work > 0 ? Math.round(result.bytesCopied() / work) : 0;
    }

    private static Duration work(JobResult result) {
        return result.stepDurations().getOrDefault(JobStep.WORK, Duration.ZERO);
    }

    /**
     * What was moved, in a line for people.
     *
     * @param result of a copy or an export
     * @return bytes, seconds, rate; checksum and verification if they were asked for
     */
    public static String summary(JobResult result) {
        DataMoved data = result.data();
        StringBuilder summary = new StringBuilder();
        summary.append(
                "%s (%d bytes) of data, %s of zeroes in %.2f s, %s/s"
                        .formatted(
                                HumanSize.of(data.bytesCopied()),
                                data.bytesCopied(),
                                HumanSize.of(data.bytesZeroed()),
                                work(result).toNanos() / NANOS_PER_SECOND,
                                HumanSize.of(rate(result))));
        if (data.bytesShared() > 0) {
            summary.append("; %s shared".formatted(HumanSize.of(data.bytesShared())));
        }
        if (data.checksum().isPresent()) {
            summary.append("; crc32c ").append(crc32c(data));
        }
        if (data.bytesVerified() > 0) {
            summary.append("; verified");
        }
        data.engine().ifPresent(engine -> summary.append("; engine ").append(Choices.word(engine)));
        return summary.toString();
    }

    /**
     * What was zeroed, in a few words for people.
     *
     * @param result of a job that zeroes
     * @return bytes and seconds
     */
    public static String zeroed(JobResult result) {
        return "%s (%d bytes) in %.2f s"
                .formatted(
                        HumanSize.of(result.bytesZeroed()),
                        result.bytesZeroed(),
                        work(result).toNanos() / NANOS_PER_SECOND);
    }

    /**
     * How the generation of each volume of a copy went on, in lines for people.
     *
     * @param result of a copy that was committed
     * @return a line for each volume, without an end
     */
    public static String generationsOfEach(JobResult result) {
        return result.volumes().stream()
                .map(each ->
                        "volume %s: generation %d -> %d, legal"
                                .formatted(
                                        each.volumeId(),
                                        each.generationBefore(),
                                        each.generationAfter()))
                .collect(Collectors.joining("\n"));
    }

    /**
     * How a volume's generation went on, in words for people.
     *
     * @param result of a job that was committed
     * @return such as {@code generation 3 -> 4}
     */
    public static String generations(JobResult result) {
        return "generation %d -> %d".formatted(result.generationBefore(), result.generationAfter());
    }
}
