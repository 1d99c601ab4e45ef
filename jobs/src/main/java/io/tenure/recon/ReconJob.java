package io.tenure.recon;

import io.tenure.domain.RandomId;
import io.tenure.domain.RefusedException;
import io.tenure.format.VolumeRecord;
import io.tenure.format.VolumeSlot;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobContext;
import io.tenure.jobs.JobRequest;
import io.tenure.jobs.RecordUse;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides under the lease what became of a job, and closes its generation where that is due: a job
 * of five steps without data.
 */
final class ReconJob implements Job {
    private final JobRequest request;
    private final ReconQuestion question;
    private final Preemption preemption;
    private volatile @Nullable ReconOutcome outcome;

    ReconJob(ReconQuestion question, Preemption preemption) {
        this.question = question;
        this.preemption = preemption;
        this.request =
                new JobRequest(
                        RandomId.next(),
                        "recon",
                        question.domain(),
                        question.volumeId(),
                        RecordUse.DECIDES,
                        null);
    }

    @Override
    public JobRequest request() {
        return request;
    }

    /** It touches no data, and the volumes that it is for are often in quarantine. */
    @Override
    public boolean isAllowedInQuarantine() {
        return true;
    }

    @Override
    public void validate(JobContext context) {
        // Every record is as good as any other: it is what the outcome depends on.
    }

    @Override
    public void work(JobContext context) {
        // No data.
    }

    @Override
    public VolumeRecord commit(JobContext context, @Nullable VolumeRecord current)
            throws IOException {
        if (preemption == Preemption.NEVER) {
            requireWhole(context);
        }
        VolumeRecord record = Objects.requireNonNull(current);
        ReconOutcome found =
                new DecisionTable(question.jobId(), question.generation()).decide(record);
        boolean fence =
                switch (found) {
                    case ReconOutcome.Interrupted(_, boolean closed, _) -> isDue(closed);
                    case ReconOutcome.NotStarted(boolean closed) -> isDue(closed);
                    case ReconOutcome.Failed(_, boolean closed) ->
                            isDue(closed) && preemption == Preemption.FAILED_JOBS_TOO;
                    case ReconOutcome.Superseded _ -> isOpen(record) && isDue(false);
                    default -> false;
                };
        VolumeRecord next = fence ? fenced(context, record) : record;
        outcome = told(fence ? closed(found, next) : found, context, next);
        return next;
    }

    /**
     * What only one copy says may be taken back by a write that comes late, until it is in both.
     */
    private static void requireWhole(JobContext context) throws RefusedException {
        VolumeSlot slot = context.slot();
        if (!slot.isWhole()) {
            throw new RefusedException(
                    "the two copies of the record do not say the same, since "
                            + slot.damagedCopy()
                                    .map(damage ->
                                            "copy %s is damaged: %s"
                                                    .formatted(damage.copy(), damage.problem()))
                                    .orElse("a write was cut off between them")
                            + "; until that is mended, which reconnaissance does if it may write,"
                            + " nothing that is told of it is sure to stay");
        }
    }

    /** Whether the job could still run, whatever is known of it. */
    private boolean isOpen(VolumeRecord record) {
        return record.generation() == question.generation() && !DecisionTable.isClosed(record);
    }

    private ReconOutcome told(ReconOutcome found, JobContext context, VolumeRecord next) {
        return switch (found) {
            case ReconOutcome.Interrupted(var job, boolean closed, _) ->
                    new ReconOutcome.Interrupted(job, closed, context.quarantine());
            case ReconOutcome.Superseded _ when isOpen(next) ->
                    new ReconOutcome.Unknown(
                            "the record keeps no more than its last failures, which are of other"
                                    + " jobs: whether this one has begun before them is not kept,"
                                    + " and it may still begin");
            default -> found;
        };
    }

    private boolean isDue(boolean closed) {
        return !closed && preemption != Preemption.NEVER;
    }

    /** With the story of whoever was working kept, and its host in quarantine. */
    private VolumeRecord fenced(JobContext context, VolumeRecord record) {
        return context.settled(record)
                .fenced(question.jobId(), context.host().hostId(), context.clock().now());
    }

    private static ReconOutcome closed(ReconOutcome found, VolumeRecord next) {
        return switch (found) {
            case ReconOutcome.Interrupted(var job, _, _) ->
                    new ReconOutcome.Interrupted(job, true, Optional.empty());
            case ReconOutcome.Failed(var by, _) -> new ReconOutcome.Failed(by, true);
            case ReconOutcome.Superseded _ -> new ReconOutcome.Superseded(next.generation());
            default -> new ReconOutcome.NotStarted(true);
        };
    }

    /** What was decided, once the job is done. */
    ReconOutcome outcome() {
        return Objects.requireNonNull(outcome);
    }
}
