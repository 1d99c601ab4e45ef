package io.tenure.recon;

import io.tenure.io.engine.IoGate;
import io.tenure.jobs.DirectJob;
import io.tenure.jobs.Job;
import io.tenure.jobs.JobObserver;
import io.tenure.jobs.JobSettings;
import io.tenure.lease.LeaseManagers;
import io.tenure.lease.LeaseWatcher;

/** How a reconnaissance runs the job that decides. A seam: a simulation looks after it itself. */
@FunctionalInterface
public interface Starter {
    /** On the thread of the reconnaissance, its leases watched as those of any job. */
    Starter REAL =
            (job, leases, watch, settings) ->
                    new DirectJob(
                            job, leases, watch, IoGate::awaitDrained, settings, JobObserver.NONE);

    /**
     * Prepares the job.
     *
     * @param job decides
     * @param leases where its lease comes from
     * @param watch would look after it
     * @param settings its clock and waits
     * @return the job, not begun
     */
    DirectJob job(Job job, LeaseManagers leases, LeaseWatcher watch, JobSettings settings);
}
