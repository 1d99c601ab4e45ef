package io.tenure.jobs;

/** Where a runner's job runs. The same job, the same handle, the same result. */
public enum Isolation {
    /**
     * In the runner's own process, on a thread of its own. sanlock kills by process: when it wants
     * a lease of one job back by force, it ends all jobs of the process, and the process.
     */
    IN_PROCESS,
    /**
     * In a worker process of its own, which holds the job's leases: it dies alone. For jobs that
     * have a {@link Job#recipe}.
     */
    PROCESS
}
