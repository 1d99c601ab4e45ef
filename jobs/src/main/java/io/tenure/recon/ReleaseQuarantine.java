package io.tenure.recon;

import io.tenure.domain.InvalidRequestException;
import io.tenure.domain.RefusedException;
import io.tenure.domain.StorageDomain;
import io.tenure.format.VolumeRecord;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobContext;
import io.tenure.jobs.JobRequest;
import io.tenure.jobs.RecordUse;
import java.io.IOException;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Ends a volume's quarantine by a person's word, who knows that the host writes no more, for a
 * reason that stays with the transition. The volume stays illegal. One record write.
 */
public final class ReleaseQuarantine implements Job {
    private final JobRequest request;
    private final String reason;

    /**
     * Creates the job.
     *
     * @param id the job's name on storage
     * @param domain the domain of the volume
     * @param volumeId the volume
     * @param expectedGeneration what storage must say of it
     * @param reason why nothing is to be feared of the host any more, not empty
     */
    public ReleaseQuarantine(
            UUID id, StorageDomain domain, UUID volumeId, long expectedGeneration, String reason) {
        this.request =
                new JobRequest(
                        id,
                        "release-quarantine",
                        domain,
                        volumeId,
                        RecordUse.UPDATES,
                        expectedGeneration);
        this.reason = reason;
    }

    @Override
    public JobRequest request() {
        return request;
    }

    @Override
    public boolean isAllowedInQuarantine() {
        return true;
    }

    @Override
    public void validate(JobContext context) throws IOException {
        if (context.quarantine().isEmpty()) {
            throw new RefusedException(
                    "volume "
                            + request.volumeId()
                            + (context.record().quarantine().isPresent()
                                    ? " is in quarantine no more: its host is known to be gone, and"
                                            + " the next job may run"
                                    : " is not in quarantine")
                            + "; nothing was changed");
        }
        try {
            released(context, context.record());
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(e);
        }
    }

    @Override
    public void work(JobContext context) {
        // The record is all there is to change.
    }

    @Override
    public VolumeRecord commit(JobContext context, @Nullable VolumeRecord current) {
        return released(context, Objects.requireNonNull(current));
    }

    private VolumeRecord released(JobContext context, VolumeRecord record) {
        return context.settled(record)
                .released(request.id(), context.host().hostId(), reason, context.clock().now());
    }
}
