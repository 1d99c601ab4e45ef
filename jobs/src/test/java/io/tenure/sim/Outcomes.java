package io.tenure.sim;

import io.tenure.format.Transition;
import io.tenure.format.TransitionKind;
import io.tenure.jobs.FailureKind;
import io.tenure.jobs.JobFailure;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobState;
import io.tenure.recon.ReconOutcome;
import io.tenure.recon.ReconOutcome.Failed;
import io.tenure.recon.ReconOutcome.Interrupted;
import io.tenure.recon.ReconOutcome.Preempted;
import io.tenure.recon.ReconOutcome.Superseded;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * What jobs and reconnaissances have said, held against what really is: at once, and in the end.
 */
final class Outcomes {
    private record Ended(Item item, JobResult result) {}

    private record Told(Item item, ReconOutcome outcome, boolean named, boolean begun) {
        /** Whether both can be true: each is final, and of the same job in the same generation. */
        boolean agreesWith(Told other) {
            Set<Class<?>> said = new HashSet<>();
            for (Told each : List.of(this, other)) {
                if (each.outcome().isFinal() && !(each.outcome() instanceof Superseded)) {
                    said.add(each.outcome().getClass());
                }
            }
            // What was left open is there for another job, which may leave the generation.
            boolean followed =
                    said.equals(Set.of(Failed.class, Preempted.class))
                            || (said.equals(Set.of(Interrupted.class, Preempted.class))
                                    && (isOpen() || other.isOpen()));
            return said.size() < 2 || followed;
        }

        private boolean isOpen() {
            return outcome instanceof Interrupted(_, boolean fenced, _) && !fenced;
        }
    }

    private final World world;
    private final Truth truth;
    private final List<Ended> endings = new ArrayList<>();
    private final List<Told> outcomes = new ArrayList<>();

    Outcomes(World world) {
        this.world = world;
        this.truth = world.truth;
    }

    void reset() {
        endings.clear();
        outcomes.clear();
    }

    /** A job has ended, and said how. */
    void ended(Item item, JobResult result) {
        endings.add(new Ended(item, result));
        Long before = result.generationBefore();
        if (result.outcome() == JobState.DONE && before != null && !item.decides()) {
            checkAcknowledged(item, before, "is done");
            if (!Long.valueOf(before + 1).equals(result.generationAfter())) {
                world.violate("OUTCOME: " + item + " says generation " + result.generationAfter());
            }
        }
        if (!world.troubled && truth.isWorking(item)) {
            world.violate("RECORDED: " + item + " has ended, but is recorded as working");
        }
        if (!world.faulted && !hasReason(item, result)) {
            world.violate(
                    "PROGRESS: "
                            + item
                            + " failed although nothing went wrong:"
                            + World.reason(result));
        }
    }

    /** Another holds the lease, or the generation is another: or else a job is done. */
    private static boolean hasReason(Item item, JobResult result) {
        JobFailure failure = result.failure();
        if (failure == null) {
            return true;
        }
        Long before = result.generationBefore();
        return failure.kind() == FailureKind.LEASE_HELD
                || (failure.kind() == FailureKind.GENERATION_MISMATCH
                        && before != null
                        && before != item.expected());
    }

    private void checkAcknowledged(Item item, long generation, String said) {
        if (!truth.isForGood(generation)) {
            world.violate(
                    "ACKNOWLEDGED: " + item + " " + said + ", but not both copies say so for good");
        }
    }

    /** A reconnaissance has said what became of a job. */
    void told(SimHost host, Item item, ReconOutcome outcome) {
        UUID job = Item.jobId(item.target());
        Told told =
                new Told(
                        item,
                        outcome,
                        truth.wasNamed(job, item.expected()),
                        truth.hasBegun(job, item.expected()) && !isOfThePast(host, outcome));
        for (Told before : outcomes) {
            if (before.item().target() == item.target()
                    && before.item().expected() == item.expected()
                    && !told.agreesWith(before)) {
                world.violate(
                        "RECON: " + item + " said " + outcome + ", and before " + before.outcome());
            }
        }
        outcomes.add(told);
        boolean left =
                switch (outcome) {
                    case ReconOutcome.Completed _ -> true;
                    case ReconOutcome.Preempted _ -> true;
                    case ReconOutcome.Interrupted i -> i.fenced();
                    case ReconOutcome.NotStarted n -> n.fenced();
                    default -> false;
                };
        if (left) {
            checkAcknowledged(item, item.expected(), "said " + outcome);
        }
        if (!world.faulted
                && ((outcome instanceof ReconOutcome.Unknown(var why) && !why.contains("ask again"))
                        || (outcome instanceof ReconOutcome.Invalid
                                && item.expected() == Truth.BASE))) {
            world.violate("PROGRESS: " + item + " said " + outcome + ", and nothing went wrong");
        }
    }

    /** Who has closed nothing, and stood still after its last look, tells what was true then. */
    private static boolean isOfThePast(SimHost host, ReconOutcome outcome) {
        return outcome instanceof ReconOutcome.NotStarted(boolean closed)
                && !closed
                && host.stalledSinceProof;
    }

    private void checkTold(Told told, Map<Long, Transition> all) {
        Item item = told.item();
        ReconOutcome outcome = told.outcome();
        Transition left = all.get(item.expected());
        boolean completed =
                left != null
                        && left.kind() != TransitionKind.FENCED
                        && left.jobId().equals(Item.jobId(item.target()));
        boolean right =
                switch (outcome) {
                    case ReconOutcome.Completed _ -> completed;
                    case ReconOutcome.Preempted _ -> left != null && !completed;
                    case ReconOutcome.Interrupted i ->
                            told.named()
                                    && (!i.fenced() || left != null)
                                    && (!completed || (!i.fenced() && truth.hasLateRecord()));
                    case ReconOutcome.NotStarted(boolean fenced) ->
                            !told.begun() && (!fenced || (left != null && !completed));
                    case ReconOutcome.Failed _ -> !completed;
                    default -> true;
                };
        if (!right) {
            world.violate("RECON: " + item + " said " + outcome + ", but " + truth.text(left));
        }
    }

    /** Everything has landed that ever will. */
    void atEnd() {
        truth.atEnd()
                .ifPresent(all -> {
                    endings.forEach(each -> checkOutcome(each.item(), each.result(), all));
                    outcomes.forEach(each -> checkTold(each, all));
                });
    }

    private void checkOutcome(Item item, JobResult result, Map<Long, Transition> all) {
        Transition own = null;
        for (Transition each : all.values()) {
            if (each.jobId().equals(item.jobId()) && each.kind() != TransitionKind.FENCED) {
                own = each;
            }
        }
        JobFailure failure = result.failure();
        if (item.decides()) {
            return;
        }
        if (result.outcome() == JobState.DONE) {
            Long before = result.generationBefore();
            Transition left = before == null ? null : all.get(before);
            boolean right =
                    item.kind() == Item.Kind.FENCE
                            ? left != null && left.kind() == TransitionKind.FENCED
                            : own != null && own.equals(left);
            if (!right) {
                world.violate(
                        "OUTCOME: " + item + " said that it is done, but " + truth.text(left));
            }
        } else if (own != null
                && result.generationAfter() != null
                && failure != null
                && failure.kind() != FailureKind.LEASE_LOST) {
            world.violate("OUTCOME: " + item + " said that it failed, but " + truth.text(own));
        }
    }

    /**
     * What came of a schedule, in words: how each generation was left, and what was said of that.
     * Not what nobody looks at.
     */
    String summary() {
        List<String> said = new ArrayList<>();
        for (Ended each : endings) {
            if (isChecked(each)) {
                JobResult result = each.result();
                JobFailure failure = result.failure();
                said.add(
                        "%s %s from %s to %s%s"
                                .formatted(
                                        each.item(),
                                        result.outcome(),
                                        result.generationBefore(),
                                        result.generationAfter(),
                                        failure == null ? "" : ", " + failure.kind()));
            }
        }
        for (Told each : outcomes) {
            if (isChecked(each)) {
                said.add(
                        "%s %s%s%s"
                                .formatted(
                                        each.item(),
                                        each.outcome().getClass().getSimpleName(),
                                        each.named() ? ", named" : "",
                                        each.begun() ? ", begun" : ""));
            }
        }
        said.sort(Comparator.naturalOrder());
        return truth.summary() + "; " + String.join("; ", said);
    }

    long hash(long seed) {
        long told = 0; // of which the order does not matter
        for (Ended each : endings) {
            told += isChecked(each) ? hash(each) : 0;
        }
        for (Told each : outcomes) {
            told += isChecked(each) ? hash(each) : 0;
        }
        return Mix.mix(seed, told);
    }

    /** Not what a job says that failed without having written any record. */
    private boolean isChecked(Ended ended) {
        return ended.result().outcome() == JobState.DONE || truth.hasWritten(ended.item());
    }

    /** Not what says nothing. */
    private static boolean isChecked(Told told) {
        return !(told.outcome() instanceof ReconOutcome.Running
                || told.outcome() instanceof ReconOutcome.Unknown
                || told.outcome() instanceof ReconOutcome.Invalid
                || told.outcome() instanceof ReconOutcome.Superseded);
    }

    private static long hash(Ended ended) {
        JobResult result = ended.result();
        JobFailure failure = result.failure();
        long hash = Mix.mix(ended.item().number(), result.outcome().name().hashCode());
        hash = Mix.mix(hash, result.generationBefore() == null ? -1 : result.generationBefore());
        hash = Mix.mix(hash, result.generationAfter() == null ? -1 : result.generationAfter());
        return Mix.mix(hash, failure == null ? -1 : failure.kind().name().hashCode());
    }

    private static long hash(Told told) {
        long hash = Mix.mix(told.item().number(), (told.begun() ? 1 : 0) + (told.named() ? 2 : 0));
        hash =
                Mix.mix(
                        hash,
                        told.outcome() instanceof ReconOutcome.NotStarted(boolean f) && f ? 1 : 0);
        return Mix.mix(hash, told.outcome().getClass().getName().hashCode());
    }
}
