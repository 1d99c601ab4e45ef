package io.tenure.jobs;

import io.tenure.domain.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The jobs that a runner remembers: all that are active, and those that ended for a while. Guarded
 * by its own lock.
 */
final class JobRegistry {
    /** How many ended jobs are remembered at most; the oldest is forgotten first. */
    static final int ENDED_JOBS_KEPT = 1024;

    private final Clock clock;
    private final Duration keepEnded;
    private final Map<UUID, RunnerJob> tasks = new LinkedHashMap<>();

    JobRegistry(Clock clock, Duration keepEnded) {
        this.clock = clock;
        this.keepEnded = keepEnded;
    }

    synchronized void add(RunnerJob task) {
        tasks.put(task.id(), task);
        forgetOldest();
    }

    synchronized Optional<RunnerJob> find(UUID jobId) {
        forgetOutdated();
        return Optional.ofNullable(tasks.get(jobId));
    }

    /** In the order of submission. */
    synchronized List<RunnerJob> all() {
        forgetOutdated();
        return List.copyOf(tasks.values());
    }

    /** Forgets a job that has ended; false if it is not known. */
    synchronized boolean delete(UUID jobId) throws JobActiveException {
        forgetOutdated();
        RunnerJob task = tasks.get(jobId);
        if (task == null) {
            return false;
        }
        JobState state = task.state();
        if (state.isActive()) {
            throw new JobActiveException(jobId, state);
        }
        tasks.remove(jobId);
        return true;
    }

    private void forgetOutdated() {
        long nowNanos = clock.nanoTime();
        tasks.values().removeIf(task -> task.isOutdated(nowNanos, keepEnded));
    }

    private void forgetOldest() {
        int surplus = tasks.size() - ENDED_JOBS_KEPT;
        Iterator<RunnerJob> oldest = tasks.values().iterator();
        while (surplus > 0 && oldest.hasNext()) {
            if (!oldest.next().state().isActive()) {
                oldest.remove();
                surplus--;
            }
        }
    }
}
