package io.tenure.sim;

import io.tenure.format.ActiveJob;
import io.tenure.format.Transition;
import io.tenure.format.TransitionKind;
import io.tenure.format.VolumeRecord;
import io.tenure.format.VolumeState;
import io.tenure.jobs.FailureKind;
import io.tenure.recon.ReconOutcome;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * When a schedule is over, and everything has landed, one reconnaissance more: nothing is in its
 * way, so that it has to tell exactly what became of a job.
 */
final class Epilogue {
    private static final int FIRST_NUMBER = 100;

    private final World world;
    private final Item question;
    private final VolumeRecord before;
    private final Map<Long, Transition> history;
    private final boolean quarantined;

    private Epilogue(
            World world,
            Item question,
            VolumeRecord before,
            Map<Long, Transition> history,
            boolean quarantined) {
        this.world = world;
        this.question = question;
        this.before = before;
        this.history = history;
        this.quarantined = quarantined;
    }

    /**
     * A question through one host.
     *
     * @param world as it is in the end
     * @param host who asks; has joined again if it had lost power
     * @param jobs of which one is asked about
     * @param which of them, any number
     * @return the question; null if there is nothing to ask about
     */
    static @Nullable Epilogue of(World world, SimHost host, List<Item> jobs, int which) {
        VolumeRecord record = world.truth.record();
        if (record == null || jobs.isEmpty()) {
            return null;
        }
        Item asked = jobs.get(which % jobs.size());
        Item question =
                new Item(
                        FIRST_NUMBER + asked.number(),
                        Item.Kind.RECON,
                        Math.max(Truth.BASE, asked.expected()),
                        asked.number());
        return new Epilogue(
                world,
                question,
                record,
                world.truth.atEnd().orElse(Map.of()),
                world.truth.suspect(host) != null);
    }

    Item question() {
        return question;
    }

    /** Says what is wrong with the answer, if anything. */
    void answered(ReconOutcome outcome) {
        if (!isRight(outcome)) {
            world.violate(
                    "RESOLVABLE: when all was over %s said %s, but the record was at generation %d, and %s"
                            .formatted(
                                    question,
                                    outcome,
                                    before.generation(),
                                    world.truth.text(history.get(question.expected()))));
        }
    }

    private boolean isRight(ReconOutcome outcome) {
        long generation = question.expected();
        if (before.generation() < generation) {
            return outcome instanceof ReconOutcome.Invalid;
        }
        return before.generation() == generation ? isRightOpen(outcome) : isRightLeft(outcome);
    }

    /** Of a generation that nobody has left. */
    private boolean isRightOpen(ReconOutcome outcome) {
        UUID job = Item.jobId(question.target());
        boolean works = before.activeJob().map(ActiveJob::jobId).filter(job::equals).isPresent();
        int code = works ? FailureKind.INTERRUPTED.code() : recordedFailure(job);
        if (code == 0) {
            return isFull()
                    ? outcome instanceof ReconOutcome.Superseded
                    : outcome instanceof ReconOutcome.NotStarted(boolean closed)
                            && closed
                            && !world.truth.hasBegun(job, question.expected());
        }
        return code == FailureKind.INTERRUPTED.code()
                ? isInterrupted(outcome)
                : outcome instanceof ReconOutcome.Failed(var by, boolean closed)
                        && by.failureCode() == code
                        && !closed;
    }

    /** Whether all that is kept are failures in this generation: there may have been more. */
    private boolean isFull() {
        return before.transitions().size() == VolumeState.MAX_TRANSITIONS
                && before.transitions().stream()
                        .allMatch(each ->
                                each.kind() == TransitionKind.FAILED
                                        && each.fromGeneration() == question.expected());
    }

    private int recordedFailure(UUID job) {
        for (Transition each : before.transitions()) {
            if (each.kind() == TransitionKind.FAILED
                    && each.fromGeneration() == question.expected()
                    && each.jobId().equals(job)) {
                return each.failureCode();
            }
        }
        return 0;
    }

    private boolean isInterrupted(ReconOutcome outcome) {
        return outcome instanceof ReconOutcome.Interrupted(_, boolean closed, var quarantine)
                && closed
                && quarantine.isPresent() == quarantined;
    }

    /** Of a generation that was left. */
    private boolean isRightLeft(ReconOutcome outcome) {
        UUID job = Item.jobId(question.target());
        Transition left = history.get(question.expected());
        if (left == null || !before.transitions().contains(left)) {
            return outcome instanceof ReconOutcome.Superseded;
        }
        if (!left.jobId().equals(job)) {
            return outcome instanceof ReconOutcome.Preempted(var by, _) && by.equals(left);
        }
        if (left.kind() != TransitionKind.FENCED) {
            return outcome instanceof ReconOutcome.Completed(var by) && by.equals(left);
        }
        if (!world.truth.wasNamed(job, question.expected())) {
            return outcome instanceof ReconOutcome.NotStarted(boolean closed)
                    ? closed
                    : outcome instanceof ReconOutcome.Superseded;
        }
        return switch (outcome) {
            case ReconOutcome.Interrupted _ -> isInterrupted(outcome);
            case ReconOutcome.Failed(_, boolean closed) -> closed;
            case ReconOutcome.NotStarted(boolean closed) ->
                    closed && !world.truth.hasBegun(job, question.expected());
            case ReconOutcome.Superseded _ -> left.failureCode() == Transition.NOT_KNOWN;
            default -> false;
        };
    }
}
