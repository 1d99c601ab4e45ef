package io.tenure.recon;

import io.tenure.format.ActiveJob;
import io.tenure.format.Quarantine;
import io.tenure.format.Transition;
import io.tenure.lease.HostIdentity;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/** What became of a job. */
public sealed interface ReconOutcome {
    /**
     * Whether it will never be anything else: the job does not run now and never will.
     *
     * @return false if it is to be asked again
     */
    default boolean isFinal() {
        return switch (this) {
            case Running _, Invalid _, Unknown _ -> false;
            case NotStarted(boolean fenced) -> fenced;
            // Whom the record still names may have stood still with its commit on the way.
            case Interrupted(var named, boolean fenced, _) -> fenced || named.isEmpty();
            case Completed _, Preempted _, Failed _, Superseded _ -> true;
        };
    }

    /**
     * The lease is held, by the job as far as can be known.
     *
     * @param host who holds it
     * @param since when the work began that the record names, if that is the holder's
     * @param description the holder and what is known of it, for people
     */
    record Running(HostIdentity host, Optional<Instant> since, String description)
            implements ReconOutcome {}

    /**
     * The job did its work.
     *
     * @param by its transition
     */
    record Completed(Transition by) implements ReconOutcome {}

    /**
     * The generation was left without the job's work, on another's account.
     *
     * @param by the transition that left it: another job's, or a fence against another job
     * @param failureCode how the job itself had failed before, if that is still kept; {@code
     *     FailureKind.INTERRUPTED} if it had begun and was cut off
     */
    record Preempted(Transition by, OptionalInt failureCode) implements ReconOutcome {}

    /**
     * The job had begun, and was cut off. The content that it left is not defined.
     *
     * @param job where and since when it worked; empty once its end is recorded
     * @param fenced whether the generation is closed, so that the job cannot run again
     * @param quarantine the host that may still have writes under way
     */
    record Interrupted(Optional<ActiveJob> job, boolean fenced, Optional<Quarantine> quarantine)
            implements ReconOutcome {}

    /**
     * The job gave up and said so.
     *
     * @param by its transition, with the failure's code; or, when that is not kept any more, the
     *     fence against it, which has the code too
     * @param fenced whether the generation is closed, so that the job cannot run again
     */
    record Failed(Transition by, boolean fenced) implements ReconOutcome {}

    /**
     * The job has not begun.
     *
     * @param fenced whether the generation is closed, so that it never will
     */
    record NotStarted(boolean fenced) implements ReconOutcome {}

    /**
     * The job does not run and never will; how it ended is not kept any more.
     *
     * @param generation the volume's
     */
    record Superseded(long generation) implements ReconOutcome {}

    /**
     * Storage contradicts the question: the volume has not come to that generation yet, or its
     * record is invalid. Somebody has to look.
     *
     * @param why what is wrong
     */
    record Invalid(String why) implements ReconOutcome {}

    /**
     * It cannot be told now. Nothing must be concluded from it.
     *
     * @param why what stands in the way
     */
    record Unknown(String why) implements ReconOutcome {}
}
