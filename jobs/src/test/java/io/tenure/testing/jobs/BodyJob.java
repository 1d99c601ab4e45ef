package io.tenure.testing.jobs;

import io.tenure.domain.StorageDomain;
import io.tenure.domain.Volume;
import io.tenure.format.VolumeRecord;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobContext;
import io.tenure.jobs.RecordUse;
import io.tenure.lease.LeaseClaim;
import io.tenure.lease.LeaseMode;
import java.io.IOException;
import java.util.List;
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

    private final UUID id;
    private final StorageDomain domain;
    private final UUID volumeId;
    private final @Nullable Long expectedGeneration;
    private final Body body;

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
        this.id = id;
        this.domain = domain;
        this.volumeId = volumeId;
        this.expectedGeneration = expectedGeneration;
        this.body = body;
    }

    @Override
    public UUID id() {
        return id;
    }

    @Override
    public String kind() {
        return "test";
    }

    @Override
    public StorageDomain domain() {
        return domain;
    }

    @Override
    public UUID volumeId() {
        return volumeId;
    }

    @Override
    public RecordUse recordUse() {
        return RecordUse.REWRITES;
    }

    @Override
    public @Nullable Long expectedGeneration() {
        return expectedGeneration;
    }

    @Override
    public List<LeaseClaim> claims(@Nullable Volume target) throws IOException {
        return List.of(
                new LeaseClaim(
                        domain.leaseArea(Objects.requireNonNull(target).slotIndex(), volumeId),
                        LeaseMode.EXCLUSIVE));
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
