package io.tenure.jobs;

import io.tenure.lease.LeaseManagers;
import io.tenure.lease.LeaseWatch;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs jobs, each through the five steps: in this process, on platform threads of its own, or each
 * in a worker process, see {@link Isolation}. What is said here holds for both, if not otherwise.
 *
 * <p>What the jobs of a runner share, and how:
 *
 * <ul>
 *   <li>Places and memory are given out in the order of submission, before a job takes any lease. A
 *       job that needs more memory for its buffers than is free just now waits until it is free,
 *       and what became free is kept for it: smaller jobs that came later do not overtake it. The
 *       memory comes from a {@link BufferBudget}, by default one for the whole process; runners
 *       that share one take turns.
 *   <li>Each job has threads and an engine of its own and at most its own depth of requests in
 *       flight, so that no job can queue up before another in this process; between their requests
 *       the kernel's I/O scheduler decides, by {@link Job#ioPriority} where it looks at that.
 *   <li>A job that is to leave room for others has a lower depth, a rate limit or a lower priority.
 * </ul>
 *
 * <p>Platform threads because native calls block them; daemon threads, so that a runner never keeps
 * a process alive by itself. Safe for use by many threads. Does not own the lease managers.
 *
 * {@snippet :
 * try (LeaseManagers leases = new LeaseManagers(List.of(new LocalLeaseManager()));
 *         StorageDomain domain = StorageDomain.open(Path.of("/srv/domain"), Access.READ_WRITE);
 *         JobRunner runner = JobRunner.start(leases, JobSettings.DEFAULT, 2, 64)) {
 *     JobResult result = runner.submit(job, JobObserver.NONE).await();
 * }
 * }
 */
public final class JobRunner implements AutoCloseable {
    private final LeaseManagers leases;
    private final LeaseWatch watch;
    private final JobSettings settings;
    private final ThreadPoolExecutor executor;
    private final JobQueue queue;
    private final JobRegistry registry;
    private boolean closed;

    private JobRunner(
            LeaseManagers leases,
            JobSettings settings,
            ThreadPoolExecutor executor,
            JobQueue queue) {
        this.leases = leases;
        this.watch = new LeaseWatch(settings.verifyInterval());
        this.settings = settings;
        this.executor = executor;
        this.queue = queue;
        this.registry = new JobRegistry(settings.clock(), settings.keepEnded());
        settings.workers().ifPresent(this::takeOver);
    }

    /** Those that an earlier agent left run already: they take no place in the queue. */
    private void takeOver(JobWorkers workers) {
        for (JobWorkers.Left left : workers.takeLeft()) {
            WorkerHandle handle =
                    new WorkerHandle(
                            left.order(), workers, settings, queue, null, JobObserver.NONE);
            registry.add(handle);
            handle.takeOver(WorkerProcess.ofStranger(left.process()));
        }
    }

    /**
     * Starts a runner. If its settings have workers, those that an earlier agent left are among its
     * jobs, beside the places and the queue.
     *
     * @param leases where the jobs' leases come from; must stay open until the runner is closed
     * @param settings what all its jobs share
     * @param concurrentJobs how many jobs run at once, at least 1
     * @param queuedJobs how many more may wait, at least 1
     * @return the runner
     */
    public static JobRunner start(
            LeaseManagers leases, JobSettings settings, int concurrentJobs, int queuedJobs) {
        ThreadPoolExecutor executor =
                new ThreadPoolExecutor(
                        concurrentJobs,
                        concurrentJobs,
                        0,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(), // empty, or a job for a thread about to be
                        // free
                        Thread.ofPlatform().name("tenure-job-", 0).daemon().factory());
        return new JobRunner(
                leases,
                settings,
                executor,
                new JobQueue(concurrentJobs, queuedJobs, settings.buffers(), executor));
    }

    /**
     * Accepts a job. It runs as soon as there is a place and memory for it: in a worker process if
     * the settings have workers, else in this process.
     *
     * @param job the job; runs once
     * @param observer is told what it does; of a job in a worker its steps, soon after they happen,
     *     on another thread, and it cannot fail the job
     * @return its handle
     * @throws JobRejectedException as the other {@code submit} does
     */
    public JobHandle submit(Job job, JobObserver observer) throws JobRejectedException {
        return submit(job, observer, settings.isolation());
    }

    /**
     * Accepts a job, to run where the caller wants it.
     *
     * @param job the job; runs once
     * @param observer is told what it does; of a job in a worker its steps, soon after they happen,
     *     on another thread, and it cannot fail the job
     * @param isolation where it runs
     * @return its handle
     * @throws JobRejectedException if a job of this id is known already, its expected generation
     *     can never be, it needs more memory than all jobs may have, too many jobs wait already, or
     *     the runner is closed; if it is to run in a worker, also if it has no recipe, or the
     *     settings no workers. Nothing is kept of the job then
     */
    public JobHandle submit(Job job, JobObserver observer, Isolation isolation)
            throws JobRejectedException {
        for (JobTarget target : job.targets()) {
            Long expected = target.expectedGeneration();
            if (expected != null && expected < 0) {
                throw rejected(job, "no volume ever has the expected generation " + expected);
            }
        }
        long bufferBytes = job.bufferBytes();
        if (!queue.canEverHold(bufferBytes)) {
            throw rejected(
                    job,
                    "its buffers take "
                            + bufferBytes
                            + " bytes, and those of all jobs together may take "
                            + settings.buffers().limitBytes()
                            + "; give it fewer or smaller requests, or the runner a larger budget");
        }
        RunnerJob task =
                switch (isolation) {
                    case IN_PROCESS -> new JobTask(job, leases, watch, settings, observer, queue);
                    case PROCESS -> inWorker(job, observer);
                };
        synchronized (registry) {
            if (closed) {
                throw rejected(job, "the runner is closed");
            }
            if (registry.find(job.request().id()).isPresent()) {
                throw rejected(job, "a job of this id is known already");
            }
            if (!queue.offer(task, bufferBytes)) {
                throw rejected(job, "too many jobs wait already");
            }
            registry.add(task);
        }
        return task;
    }

    private WorkerHandle inWorker(Job job, JobObserver observer) throws JobRejectedException {
        JobWorkers workers = settings.workers().orElse(null);
        if (workers == null) {
            throw rejected(
                    job,
                    "this runner has no workers to run it in;"
                            + " give it some by JobSettings.withWorkers");
        }
        JobRecipe recipe = job.recipe().orElse(null);
        if (recipe == null) {
            throw rejected(
                    job,
                    "a "
                            + job.request().kind()
                            + " job cannot run in a worker: it has no recipe (Job.recipe)");
        }
        return new WorkerHandle(
                WorkerOrder.of(job, recipe), workers, settings, queue, job, observer);
    }

    private static JobRejectedException rejected(Job job, String why) {
        return new JobRejectedException("job " + job.request().id() + " was not accepted: " + why);
    }

    /**
     * Looks a job up.
     *
     * @param jobId its id
     * @return its handle; empty if this runner does not know it, or not any more
     */
    public Optional<JobHandle> find(UUID jobId) {
        return registry.find(jobId).map(task -> task);
    }

    /**
     * All jobs that this runner remembers, in the order of their submission: those that are active,
     * and those that ended within {@link JobSettings#keepEnded}, at most 1,024 of them.
     *
     * @return their handles
     */
    public List<JobHandle> jobs() {
        return List.copyOf(registry.all());
    }

    /**
     * Some of the jobs that this runner remembers, in the order of their submission.
     *
     * @param kinds the kinds wanted; empty for all
     * @param jobIds the ids wanted; empty for all
     * @return handles of those that are known and of both
     */
    public List<JobHandle> jobs(Set<String> kinds, Set<UUID> jobIds) {
        return jobs().stream()
                .filter(job -> kinds.isEmpty() || kinds.contains(job.kind()))
                .filter(job -> jobIds.isEmpty() || jobIds.contains(job.id()))
                .toList();
    }

    /**
     * Forgets a job that has ended, before its time is over. Storage goes on telling what became of
     * it; its id may be used again here.
     *
     * @param jobId the job
     * @return whether it was known
     * @throws JobActiveException if it has not ended, nor has one that is aborting
     */
    public boolean delete(UUID jobId) throws JobActiveException {
        return registry.delete(jobId);
    }

    /**
     * Aborts every job that can be aborted, waits until all have ended and their leases are
     * released, and ends the threads. Accepts nothing any more. Idempotent. Workers that may {@link
     * JobWorkers.OnAgentsEnd#GO_ON go on} do, and are not awaited.
     *
     * <p>Waits as long as a request in flight does: letting go of a lease before that would be
     * worse than waiting.
     */
    @Override
    public void close() {
        List<RunnerJob> all;
        synchronized (registry) {
            closed = true;
            all = registry.all();
        }
        List<RunnerJob> awaited = all.stream().filter(JobRunner::endsNow).toList();
        executor.shutdown();
        boolean interrupted = false;
        boolean over = false;
        while (!over) {
            try {
                for (RunnerJob task : awaited) {
                    task.await();
                }
                over = executor.awaitTermination(1, TimeUnit.DAYS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        watch.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether its end is to be awaited. */
    private static boolean endsNow(RunnerJob task) {
        try {
            return task.endWithRunner();
        } catch (AbortRefusedException e) {
            System.getLogger(JobRunner.class.getName())
                    .log(System.Logger.Level.DEBUG, "awaited instead: {0}", e.getMessage());
            return true;
        }
    }
}
