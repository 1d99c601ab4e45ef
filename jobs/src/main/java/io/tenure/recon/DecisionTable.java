package io.tenure.recon;

import io.tenure.format.ActiveJob;
import io.tenure.format.Legality;
import io.tenure.format.Transition;
import io.tenure.format.TransitionKind;
import io.tenure.format.VolumeRecord;
import io.tenure.jobs.FailureKind;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * What a volume's record says of a job, while nobody holds the volume's lease but who asks. Pure.
 *
 * @param jobId the job
 * @param generation the generation it was to find
 */
record DecisionTable(UUID jobId, long generation) {

    /** The row that holds; nothing has been written for it yet. */
    ReconOutcome decide(VolumeRecord record) {
        if (record.generation() < generation) {
            return new ReconOutcome.Invalid(
                    "volume %s is at generation %d, and job %s expects %d, which it has never been at"
                            .formatted(record.volumeId(), record.generation(), jobId, generation));
        }
        return record.generation() == generation ? stayed(record) : left(record);
    }

    private ReconOutcome stayed(VolumeRecord record) {
        boolean closed = isClosed(record);
        Optional<ActiveJob> active = record.activeJob().filter(job -> job.jobId().equals(jobId));
        if (active.isPresent()) {
            return new ReconOutcome.Interrupted(active, closed, Optional.empty());
        }
        Optional<Transition> failure = failure(record);
        if (failure.isPresent()) {
            return ended(failure.get(), closed);
        }
        return record.state().keepsAllFailures()
                ? new ReconOutcome.NotStarted(closed)
                : new ReconOutcome.Superseded(generation);
    }

    /** On a tombstone, and in the last generation, no job can ever begin. */
    static boolean isClosed(VolumeRecord record) {
        return record.legality() == Legality.REMOVED || record.generation() == Long.MAX_VALUE;
    }

    private ReconOutcome left(VolumeRecord record) {
        Optional<Transition> leaving =
                record.transitions().stream()
                        .filter(each -> each.fromGeneration() == generation)
                        .filter(each -> each.kind().bumpsGeneration())
                        .findFirst();
        if (leaving.isEmpty()) {
            return new ReconOutcome.Superseded(record.generation());
        }
        Transition by = leaving.get();
        if (by.jobId().equals(jobId)) {
            return by.kind() == TransitionKind.FENCED
                    ? fencedOff(record, by)
                    : new ReconOutcome.Completed(by);
        }
        Optional<Transition> failure = failure(record);
        return new ReconOutcome.Preempted(
                by,
                failure.isPresent()
                        ? OptionalInt.of(failure.get().failureCode())
                        : OptionalInt.empty());
    }

    /** What was told when the fence was written is told again. */
    private ReconOutcome fencedOff(VolumeRecord record, Transition fence) {
        Optional<Transition> failure = failure(record);
        if (failure.isPresent()) {
            return ended(failure.get(), true);
        }
        return switch (fence.failureCode()) {
            case 0 -> new ReconOutcome.NotStarted(true);
            case Transition.NOT_KNOWN -> new ReconOutcome.Superseded(record.generation());
            default -> ended(fence, true);
        };
    }

    private static ReconOutcome ended(Transition how, boolean closed) {
        return how.failureCode() == FailureKind.INTERRUPTED.code()
                ? new ReconOutcome.Interrupted(Optional.empty(), closed, Optional.empty())
                : new ReconOutcome.Failed(how, closed);
    }

    /** How the job gave up in its generation, if that is kept: the last time, if more than once. */
    private Optional<Transition> failure(VolumeRecord record) {
        return record.state().failureOf(jobId, generation);
    }
}
