package io.tenure.jobs;

import io.tenure.domain.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A job as its runner has it, wherever it runs. Its thread calls {@link #run} once. */
abstract class RunnerJob implements JobHandle, Runnable {
    private final UUID id;
    private final String kind;
    private final Clock clock;
    private final JobQueue queue;
    private final JobLife life = new JobLife();
    private volatile @Nullable JobStep step;
    private volatile @Nullable Long endedNanos;

    RunnerJob(UUID id, String kind, Clock clock, JobQueue queue) {
        this.id = id;
        this.kind = kind;
        this.clock = clock;
        this.queue = queue;
    }

    /** Whether it may be aborted once it runs. */
    abstract boolean isAbortable();

    /** How it ends if it is aborted before it began. */
    abstract JobResult abortedUnbegun();

    /** Makes a running job stop; false if it does not run, or is stopping already. */
    abstract boolean stopRunning();

    /**
     * The runner is being closed: the job is aborted, or left to go on without it.
     *
     * @return whether its end is to be awaited
     * @throws AbortRefusedException if it has ended, or must run to its end, which is to be awaited
     */
    abstract boolean endWithRunner() throws AbortRefusedException;

    final JobLife life() {
        return life;
    }

    final void entered(JobStep now) {
        step = now;
    }

    /** The step that it is in, or was last; acquire, if none was begun. */
    final JobStep currentStep() {
        return step().orElse(JobStep.ACQUIRE);
    }

    final void end(JobResult told) {
        endedNanos = clock.nanoTime();
        life.end(told);
    }

    /** Whether the job ended so long ago that nobody wants to know of it any more. */
    final boolean isOutdated(long nowNanos, Duration keepEnded) {
        Long then = endedNanos;
        return !state().isActive()
                && then != null
                && !keepEnded.isNegative()
                && nowNanos - then >= keepEnded.toNanos();
    }

    @Override
    public final void abort() throws AbortRefusedException {
        if (life.state() == JobState.PENDING && life.endUnbegun(abortedUnbegun())) {
            endedNanos = clock.nanoTime();
            queue.withdraw(this);
            return;
        }
        if (life.state() == JobState.RUNNING) {
            if (!isAbortable()) {
                throw new AbortRefusedException(
                        "job " + id + " cannot be aborted: a " + kind + " job runs to its end");
            }
            if (stopRunning()) {
                return;
            }
        }
        JobState now = life.state();
        if (now != JobState.ABORTING) {
            throw new AbortRefusedException(
                    "job "
                            + id
                            + " is not active any more: it is "
                            + now.name().toLowerCase(Locale.ROOT));
        }
    }

    @Override
    public final UUID id() {
        return id;
    }

    @Override
    public final String kind() {
        return kind;
    }

    @Override
    public final JobState state() {
        return life.state();
    }

    @Override
    public final Optional<JobStep> step() {
        return Optional.ofNullable(step);
    }

    @Override
    public final Optional<JobResult> result() {
        return life.result();
    }

    @Override
    public final JobResult await() throws InterruptedException {
        return life.await();
    }

    @Override
    public final Optional<JobResult> await(Duration limit) throws InterruptedException {
        return life.await(limit);
    }
}
