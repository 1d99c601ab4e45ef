package io.tenure.jobs;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How a job ended.
 *
 * <p>Outcome and trouble with the cleaning up are two things: a committed job whose release or
 * close failed is {@link JobState#DONE}, with a warning.
 *
 * @param jobId the job
 * @param kind its kind, such as {@code copy}
 * @param domainId the domain
 * @param volumeId the volume whose record it changes, or that it reads
 * @param outcome {@link JobState#DONE}, {@link JobState#ABORTED} or {@link JobState#FAILED}
 * @param generationBefore the generation found on storage; null if it was never read
 * @param generationAfter the generation left on storage, as far as this job knows; null if it was
 *     never read, or if it is not known whether the commit is on storage
 * @param data what the work did to data
 * @param stepDurations how long each step took that was entered, in their order
 * @param warnings what went wrong without changing the outcome
 * @param failure why it was not committed; null when it was
 * @param volumes what became of each volume; of a job with several that failed between two commits
 *     some are committed
 */
public record JobResult(
        UUID jobId,
        String kind,
        UUID domainId,
        UUID volumeId,
        JobState outcome,
        @Nullable Long generationBefore,
        @Nullable Long generationAfter,
        DataMoved data,
        Map<JobStep, Duration> stepDurations,
        List<String> warnings,
        @Nullable JobFailure failure,
        List<VolumeResult> volumes) {
    /** Of a job that has one volume. */
    JobResult(
            UUID jobId,
            String kind,
            UUID domainId,
            UUID volumeId,
            JobState outcome,
            @Nullable Long generationBefore,
            @Nullable Long generationAfter,
            DataMoved data,
            Map<JobStep, Duration> stepDurations,
            List<String> warnings,
            @Nullable JobFailure failure) {
        this(
                jobId,
                kind,
                domainId,
                volumeId,
                outcome,
                generationBefore,
                generationAfter,
                data,
                stepDurations,
                warnings,
                failure,
                List.of(
                        new VolumeResult(
                                domainId,
                                volumeId,
                                generationBefore,
                                generationAfter,
                                failure == null)));
    }

    /**
     * Bytes of data written.
     *
     * @return as in {@link #data}
     */
    public long bytesCopied() {
        return data.bytesCopied();
    }

    /**
     * Bytes that read as zero, whether they had to be written or not.
     *
     * @return as in {@link #data}
     */
    public long bytesZeroed() {
        return data.bytesZeroed();
    }

    /**
     * Whether nobody here knows how the job ended, whatever the outcome says: its process ended
     * without a word, or it is not known whether the commit is on storage. {@link
     * io.tenure.recon.Reconnaissance} finds it out.
     *
     * @return true if storage is to be asked
     */
    public boolean needsReconnaissance() {
        JobFailure why = failure;
        return why != null
                && (why.kind() == FailureKind.INTERRUPTED
                        || (why.step() == JobStep.COMMIT
                                && volumes.stream().anyMatch(v -> v.generationAfter() == null)));
    }

    /**
     * What each step took.
     *
     * @return the steps that were entered, in their order
     */
    public List<StepReport> steps() {
        return stepDurations.entrySet().stream()
                .map(e -> new StepReport(e.getKey(), e.getValue(), bytesOf(e.getKey())))
                .toList();
    }

    private long bytesOf(JobStep step) {
        return step == JobStep.WORK ? data.bytesSettled() : 0;
    }
}
