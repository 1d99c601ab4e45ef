package io.tenure.recon;

import io.tenure.format.ActiveJob;
import io.tenure.format.Legality;
import io.tenure.format.Transition;
import io.tenure.format.TransitionKind;
import io.tenure.format.VolumeRecord;
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
        // On a tombstone, and in the last generation, no job can ever begin.
        boolean closed =
                record.legality() == Legality.REMOVED || record.generation() == Long.MAX_VALUE;
        Optional<ActiveJob> active = record.activeJob().filter(job -> job.jobId().equals(jobId));
        if (active.isPresent()) {
            return new ReconOutcome.Interrupted(active.get(), closed, Optional.empty());
        }
        Optional<Transition> failure = failure(record);
        return failure.isPresent()
                ? new ReconOutcome.Failed(failure.get(), closed)
                : new ReconOutcome.NotStarted(closed);
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
        if (by.kind() != TransitionKind.FENCED && by.jobId().equals(jobId)) {
            return new ReconOutcome.Completed(by);
        }
        Optional<Transition> failure = failure(record);
        return new ReconOutcome.Preempted(
                by,
                failure.isPresent()
                        ? OptionalInt.of(failure.get().failureCode())
                        : OptionalInt.empty());
    }

    /** How the job gave up in its generation, if that is kept: the last time, if more than once. */
    private Optional<Transition> failure(VolumeRecord record) {
        return record.transitions().stream()
                .filter(each -> each.kind() == TransitionKind.FAILED)
                .filter(each -> each.fromGeneration() == generation)
                .filter(each -> each.jobId().equals(jobId))
                .findFirst();
    }
}
