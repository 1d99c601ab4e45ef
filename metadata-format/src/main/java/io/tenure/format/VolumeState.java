package io.tenure.format;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The part of a volume's record that jobs change: generation, legality, who works, what happened.
 *
 * <p>The methods are the pure steps of the job protocol; each returns the state to be written next.
 * {@link VolumeRecord} has the same steps for a whole record, which is what a job uses.
 *
 * <p>The transitions form a chain: the newest one ends at {@code generation}, and each older one
 * ends where the next newer begins. A state that breaks the chain is refused, read or written.
 *
 * @param generation 0 to 2^63-1; never goes down and never wraps
 * @param legality whether the data may be used
 * @param activeJob the job recorded as working; empty for a {@link Legality#REMOVED} volume
 * @param transitions newest first, at most {@link #MAX_TRANSITIONS}
 * @param quarantine who may still have writes under way, if the volume is in quarantine; then no
 *     job is active
 * @param releaseReason why a person ended the volume's last quarantine: there, and not empty, as
 *     long as a {@link TransitionKind#RELEASED} transition is kept
 */
public record VolumeState(
        long generation,
        Legality legality,
        Optional<ActiveJob> activeJob,
        List<Transition> transitions,
        Optional<Quarantine> quarantine,
        Optional<String> releaseReason) {
    /** How many transitions a record keeps. */
    public static final int MAX_TRANSITIONS = 3;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a value is out of range, or the transitions do not lead
     *     to the generation
     */
    public VolumeState {
        Checks.range("generation", generation, 0, Long.MAX_VALUE);
        transitions = List.copyOf(transitions);
        Checks.range("transitions.size", transitions.size(), 0, MAX_TRANSITIONS);
        long reached = generation;
        for (int i = 0; i < transitions.size(); i++) {
            Transition transition = transitions.get(i);
            if (transition.toGeneration() != reached) {
                throw new IllegalArgumentException(
                        "transition "
                                + i
                                + " ("
                                + transition.kind()
                                + ") leads to generation "
                                + transition.toGeneration()
                                + ": must lead to "
                                + reached);
            }
            reached = transition.fromGeneration();
        }
        if (legality == Legality.REMOVED && activeJob.isPresent()) {
            throw new IllegalArgumentException(
                    "legality is REMOVED with active job "
                            + activeJob.get().jobId()
                            + ": nothing works on a removed volume");
        }
        if (quarantine.isPresent() && activeJob.isPresent()) {
            throw new IllegalArgumentException(
                    "quarantine of host "
                            + quarantine.get().hostId()
                            + " with active job "
                            + activeJob.get().jobId()
                            + ": nothing works on a volume in quarantine");
        }
        if (releaseReason.isPresent() != keepsRelease(transitions)) {
            throw new IllegalArgumentException(
                    "releaseReason is "
                            + releaseReason.orElse("none")
                            + ": must be there exactly while a RELEASED transition is kept");
        }
        if (releaseReason.isPresent() && releaseReason.get().isEmpty()) {
            throw new IllegalArgumentException("releaseReason is empty: say why");
        }
    }

    /**
     * A state out of quarantine, and never released from one.
     *
     * @param generation 0 to 2^63-1
     * @param legality whether the data may be used
     * @param activeJob the job recorded as working
     * @param transitions newest first, none of them {@link TransitionKind#RELEASED}
     * @throws IllegalArgumentException if a value is out of range
     */
    public VolumeState(
            long generation,
            Legality legality,
            Optional<ActiveJob> activeJob,
            List<Transition> transitions) {
        this(generation, legality, activeJob, transitions, Optional.empty(), Optional.empty());
    }

    private static boolean keepsRelease(List<Transition> transitions) {
        for (Transition each : transitions) {
            if (each.kind() == TransitionKind.RELEASED) {
                return true;
            }
        }
        return false;
    }

    /**
     * The state of a volume that was never worked on: generation 0, ILLEGAL until a job completes.
     *
     * @return the state
     */
    public static VolumeState initial() {
        return new VolumeState(0, Legality.ILLEGAL, Optional.empty(), List.of());
    }

    /**
     * A job begins to change the data: ILLEGAL, and the job is named.
     *
     * @param job the job
     * @return the next state
     * @throws IllegalStateException if another job is recorded as working (fence it first), the
     *     volume is removed, or its generation is the last one, so that no job could ever complete
     */
    public VolumeState started(ActiveJob job) {
        return begun(job, Legality.ILLEGAL);
    }

    /**
     * A job begins that leaves the data usable all the time: the job is named, legality stays.
     *
     * @param job the job
     * @return the next state
     * @throws IllegalStateException as for {@link #started}
     */
    public VolumeState startedKeepingLegality(ActiveJob job) {
        return begun(job, legality);
    }

    /**
     * The active job did its work: LEGAL, generation + 1, COMPLETED by it.
     *
     * @param when now
     * @return the next state
     * @throws IllegalStateException if no job is active
     */
    public VolumeState completed(Instant when) {
        return ended(TransitionKind.COMPLETED, 0, Legality.LEGAL, when);
    }

    /**
     * The active job did its work, which says nothing about the data: generation + 1, COMPLETED by
     * it, legality stays.
     *
     * @param when now
     * @return the next state
     * @throws IllegalStateException if no job is active
     */
    public VolumeState completedKeepingLegality(Instant when) {
        return ended(TransitionKind.COMPLETED, 0, legality, when);
    }

    /**
     * The active job gave up: FAILED; generation and legality stay.
     *
     * @param failureCode why, 1 to {@link Transition#MAX_FAILURE_CODE}
     * @param when now
     * @return the next state
     * @throws IllegalStateException if no job is active
     * @throws IllegalArgumentException if the code is out of range
     */
    public VolumeState failed(int failureCode, Instant when) {
        return ended(TransitionKind.FAILED, failureCode, legality, when);
    }

    /**
     * The active job deleted the volume: a tombstone, generation + 1, COMPLETED by it.
     *
     * @param when now
     * @return the next state
     * @throws IllegalStateException if no job is active
     */
    public VolumeState removed(Instant when) {
        return ended(TransitionKind.COMPLETED, 0, Legality.REMOVED, when);
    }

    /**
     * The generation is left without work: generation + 1, FENCED; nobody is active, legality
     * stays. The transition keeps how the job had failed in this generation, if it had: the newest
     * failure that is kept of it. If the job is active, or all that is kept are other failures of
     * this generation, the code is {@link Transition#NOT_KNOWN}.
     *
     * @param jobId the job that is fenced off; what is active now, if anything, may be another
     * @param hostId the host that writes this
     * @param when now
     * @return the next state
     * @throws IllegalStateException if the generation is the last one
     */
    public VolumeState fenced(UUID jobId, long hostId, Instant when) {
        return pushed(TransitionKind.FENCED, jobId, hostId, endOf(jobId), legality, when);
    }

    /** How a job ended in this generation: the code of a fence against it. */
    private int endOf(UUID jobId) {
        if (activeJob.filter(job -> job.jobId().equals(jobId)).isPresent()) {
            return Transition.NOT_KNOWN;
        }
        return failureOf(jobId, generation)
                .map(Transition::failureCode)
                .orElse(keepsAllFailures() ? 0 : Transition.NOT_KNOWN);
    }

    /**
     * Finds how a job gave up.
     *
     * @param jobId the job
     * @param inGeneration the generation it gave up in
     * @return its newest failure there, if it is kept
     */
    public Optional<Transition> failureOf(UUID jobId, long inGeneration) {
        for (Transition each : transitions) {
            if (each.kind() == TransitionKind.FAILED
                    && each.fromGeneration() == inGeneration
                    && each.jobId().equals(jobId)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    /**
     * Tells whether every failure in the present generation is kept: otherwise a job may have begun
     * in it of which nothing is known any more.
     *
     * @return false if all that is kept are failures of this generation, so that there may have
     *     been more
     */
    public boolean keepsAllFailures() {
        return transitions.size() < MAX_TRANSITIONS
                || transitions.getLast().kind() != TransitionKind.FAILED
                || transitions.getLast().fromGeneration() != generation;
    }

    /**
     * The volume's metadata is changed without a job on its data: generation + 1, UPDATED.
     *
     * @param jobId the job that changes it
     * @param hostId the host that writes this
     * @param newLegality the legality from now on; the present one to keep it
     * @param when now
     * @return the next state
     * @throws IllegalStateException if a job is active, the volume is removed, or the generation is
     *     the last one
     * @throws IllegalArgumentException if the new legality is REMOVED: only a job removes
     */
    public VolumeState updated(UUID jobId, long hostId, Legality newLegality, Instant when) {
        if (newLegality == Legality.REMOVED) {
            throw new IllegalArgumentException("newLegality is REMOVED: only a job removes");
        }
        refuseActiveOrRemoved("updated by " + jobId);
        return pushed(TransitionKind.UPDATED, jobId, hostId, 0, newLegality, when);
    }

    /**
     * The volume is in quarantine from now on, or not any more since the incarnation is known to be
     * gone. The generation stays: it is no transition.
     *
     * @param newQuarantine who may still have writes under way; empty ends the quarantine
     * @return the next state
     * @throws IllegalStateException if a job is active, whose end is to be recorded first
     */
    public VolumeState withQuarantine(Optional<Quarantine> newQuarantine) {
        if (newQuarantine.isPresent() && activeJob.isPresent()) {
            throw new IllegalStateException(
                    "cannot be put in quarantine: job "
                            + activeJob.get().jobId()
                            + " is recorded as working");
        }
        return new VolumeState(
                generation, legality, activeJob, transitions, newQuarantine, releaseReason);
    }

    /**
     * A person ends the quarantine: generation + 1, RELEASED; legality stays.
     *
     * @param jobId the job that writes this
     * @param hostId the host that writes this
     * @param reason why, not empty
     * @param when now
     * @return the next state
     * @throws IllegalStateException if the volume is not in quarantine, or the generation is the
     *     last one
     * @throws IllegalArgumentException if the reason is empty
     */
    public VolumeState released(UUID jobId, long hostId, String reason, Instant when) {
        if (quarantine.isEmpty()) {
            throw new IllegalStateException("cannot be released: it is not in quarantine");
        }
        refuseLastGeneration();
        return pushed(
                new Transition(generation, TransitionKind.RELEASED, jobId, hostId, when, 0),
                legality,
                Optional.empty(),
                Optional.of(reason));
    }

    private VolumeState begun(ActiveJob job, Legality during) {
        refuseActiveOrRemoved("started for " + job.jobId());
        refuseLastGeneration();
        if (quarantine.isPresent()) {
            throw new IllegalStateException(
                    "cannot be started for "
                            + job.jobId()
                            + ": the volume is in quarantine, since host "
                            + quarantine.get().hostId()
                            + " may still have writes under way");
        }
        return new VolumeState(
                generation, during, Optional.of(job), transitions, quarantine, releaseReason);
    }

    private VolumeState ended(TransitionKind kind, int code, Legality after, Instant when) {
        ActiveJob job =
                activeJob.orElseThrow(
                        () -> new IllegalStateException("no job is active that could end " + kind));
        return pushed(kind, job.jobId(), job.hostId(), code, after, when);
    }

    private VolumeState pushed(
            TransitionKind kind, UUID jobId, long hostId, int code, Legality after, Instant when) {
        if (kind.bumpsGeneration()) {
            refuseLastGeneration();
        }
        return pushed(
                new Transition(generation, kind, jobId, hostId, when, code),
                after,
                quarantine,
                releaseReason);
    }

    private VolumeState pushed(
            Transition newest,
            Legality after,
            Optional<Quarantine> quarantineAfter,
            Optional<String> reason) {
        List<Transition> next = new ArrayList<>(MAX_TRANSITIONS);
        next.add(newest);
        next.addAll(transitions.subList(0, Math.min(transitions.size(), MAX_TRANSITIONS - 1)));
        return new VolumeState(
                newest.toGeneration(),
                after,
                Optional.empty(),
                next,
                quarantineAfter,
                keepsRelease(next) ? reason : Optional.empty());
    }

    private void refuseActiveOrRemoved(String step) {
        if (activeJob.isPresent()) {
            throw new IllegalStateException(
                    "cannot be "
                            + step
                            + ": job "
                            + activeJob.get().jobId()
                            + " is recorded as"
                            + " working; find out what became of it first");
        }
        if (legality == Legality.REMOVED) {
            throw new IllegalStateException("cannot be " + step + ": the volume is removed");
        }
    }

    /** Wrapping would make an old generation valid again. */
    private void refuseLastGeneration() {
        if (generation == Long.MAX_VALUE) {
            throw new IllegalStateException(
                    "generation is " + generation + ", the last one: copy the volume to a new one");
        }
    }
}
