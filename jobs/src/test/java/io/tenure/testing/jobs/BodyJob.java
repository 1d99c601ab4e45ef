package io.tenure.testing.jobs;

import io.tenure.domain.StorageDomain;
import io.tenure.format.VolumeRecord;
import io.tenure.jobs.IoPriority;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobContext;
import io.tenure.jobs.JobRequest;
import io.tenure.jobs.RecordUse;
import java.io.IOException;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A job on one volume whose work is what a test says. */
public class BodyJob implements Job {
    /** The work of a job. */
    @FunctionalInterface
    public interface Body {
        /**
         * Works.
         *
         * @param context the job's surroundings
         * @throws IOException if it failed
         */
        void work(JobContext context) throws IOException;
    }

    private final JobRequest request;
    private final Body body;
    private long bufferBytes;
    private IoPriority ioPriority = IoPriority.NONE;

    /**
     * Creates a job.
     *
     * @param id its id
     * @param domain the domain of the volume
     * @param volumeId the volume
     * @param expectedGeneration what storage must say; null for whatever
     * @param body the work
     */
    public BodyJob(
            UUID id,
            StorageDomain domain,
            UUID volumeId,
            @Nullable Long expectedGeneration,
            Body body) {
        this.request =
                new JobRequest(
                        id, "test", domain, volumeId, RecordUse.REWRITES, expectedGeneration);
        this.body = body;
    }

    /**
     * Says that the job needs memory.
     *
     * @param bytes how much
     * @return this
     */
    public BodyJob needing(long bytes) {
        bufferBytes = bytes;
        return this;
    }

    /**
     * Says that the work has a priority of its own.
     *
     * @param priority the priority
     * @return this
     */
    public BodyJob at(IoPriority priority) {
        ioPriority = priority;
        return this;
    }

    @Override
    public long bufferBytes() {
        return bufferBytes;
    }

    @Override
    public IoPriority ioPriority() {
        return ioPriority;
    }

    @Override
    public JobRequest request() {
        return request;
    }

    @Override
    public void validate(JobContext context) throws IOException {
        // Nothing to check.
    }

    @Override
    public void work(JobContext context) throws IOException {
        body.work(context);
    }

    @Override
    public VolumeRecord commit(JobContext context, @Nullable VolumeRecord current) {
        return Objects.requireNonNull(current).completed(context.clock().now());
    }
}
