package io.tenure.jobs;

import io.tenure.domain.StorageDomain;
import java.io.IOException;

/**
 * Makes a job in the process that is to run it: the other end of a {@link JobRecipe}. Public, with
 * a public constructor without parameters; one is made for each job.
 */
public interface JobFactory {
    /**
     * Makes the job of an order.
     *
     * @param order what is asked for; the job's id, its volumes and their expected generations must
     *     be the order's, else it is not begun
     * @param domain the domain of the order's first volume, open for writing
     * @return the job
     * @throws IOException if it cannot be made
     * @throws IllegalArgumentException if the parameters make no sense
     */
    Job make(WorkerOrder order, StorageDomain domain) throws IOException;
}
