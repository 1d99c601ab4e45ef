package io.tenure.recon;

import io.tenure.domain.StorageDomain;
import io.tenure.format.DamagedCopy;
import io.tenure.format.VolumeRecord;
import io.tenure.format.VolumeSlot;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobContext;
import io.tenure.jobs.JobRequest;
import io.tenure.jobs.RecordUse;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Brings a volume's record up to what is known under its lease: a job that is named as working, but
 * was cut off, is recorded as interrupted; a quarantine begins or ends; a copy of the record that
 * is damaged, or that a write which was cut off has not reached, is written anew. Generation and
 * legality stay. At most one record write.
 */
public final class SettleVolume implements Job {
    private final JobRequest request;
    private volatile @Nullable VolumeRecord before;
    private volatile @Nullable VolumeRecord after;
    private volatile @Nullable VolumeSlot slot;

    /**
     * Creates the job.
     *
     * @param id the job's name
     * @param domain the domain of the volume
     * @param volumeId the volume
     */
    public SettleVolume(UUID id, StorageDomain domain, UUID volumeId) {
        this.request = new JobRequest(id, "repair", domain, volumeId, RecordUse.DECIDES, null);
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
    public void validate(JobContext context) {
        // Any record can be settled.
    }

    @Override
    public void work(JobContext context) {
        // The record is all there is to change.
    }

    @Override
    public VolumeRecord commit(JobContext context, @Nullable VolumeRecord current) {
        slot = context.slot();
        VolumeRecord found = Objects.requireNonNull(current);
        VolumeRecord settled = context.settled(found);
        before = found;
        after = settled;
        return settled;
    }

    /**
     * The record that was found.
     *
     * @return as it was under the lease
     * @throws NullPointerException unless the job is done
     */
    public VolumeRecord before() {
        return Objects.requireNonNull(before);
    }

    /**
     * The record that was left.
     *
     * @return the same, if there was nothing to do
     * @throws NullPointerException unless the job is done
     */
    public VolumeRecord after() {
        return Objects.requireNonNull(after);
    }

    /**
     * Whether the copies of the record did not say the same, and do now.
     *
     * @return true if a copy was written anew
     * @throws NullPointerException unless the job is done
     */
    public boolean madeWhole() {
        return !found().isWhole();
    }

    /**
     * What was wrong with the copy that was written anew.
     *
     * @return the damage; empty if there was none, also where a write had been cut off between the
     *     copies, which damages neither
     * @throws NullPointerException unless the job is done
     */
    public Optional<DamagedCopy> damage() {
        return found().damagedCopy();
    }

    private VolumeSlot found() {
        return Objects.requireNonNull(slot);
    }
}
