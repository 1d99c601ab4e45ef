package io.tenure.recon;

import io.tenure.domain.RandomId;
import io.tenure.format.VolumeRecord;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobContext;
import io.tenure.jobs.JobRequest;
import io.tenure.jobs.RecordUse;
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
    public VolumeRecord commit(JobContext context, @Nullable VolumeRecord current) {
        VolumeRecord record = Objects.requireNonNull(current);
        ReconOutcome found =
                new DecisionTable(question.jobId(), question.generation()).decide(record);
        boolean fence =
                switch (found) {
                    case ReconOutcome.Interrupted(_, boolean closed, _) -> isDue(closed);
                    case ReconOutcome.NotStarted(boolean closed) -> isDue(closed);
                    case ReconOutcome.Failed(_, boolean closed) ->
                            isDue(closed) && preemption == Preemption.FAILED_JOBS_TOO;
                    default -> false;
                };
        VolumeRecord next = fence ? fenced(context, record) : record;
        outcome = fence ? closed(found) : found;
        if (outcome instanceof ReconOutcome.Interrupted(var job, boolean closed, _)) {
            outcome = new ReconOutcome.Interrupted(job, closed, context.quarantine());
        }
        return next;
    }

    private boolean isDue(boolean closed) {
        return !closed && preemption != Preemption.NEVER;
    }

    /** With the story of whoever was working kept, and its host in quarantine. */
    private VolumeRecord fenced(JobContext context, VolumeRecord record) {
        return context.settled(record)
                .fenced(question.jobId(), context.host().hostId(), context.clock().now());
    }

    private static ReconOutcome closed(ReconOutcome found) {
        return switch (found) {
            case ReconOutcome.Interrupted(var job, _, _) ->
                    new ReconOutcome.Interrupted(job, true, Optional.empty());
            case ReconOutcome.Failed(var by, _) -> new ReconOutcome.Failed(by, true);
            default -> new ReconOutcome.NotStarted(true);
        };
    }

    /** What was decided, once the job is done. */
    ReconOutcome outcome() {
        return Objects.requireNonNull(outcome);
    }
}
