/**
 * Jobs: the five steps, the runner that takes jobs through them, and what a job reports.
 *
 * <p>Acquire the leases, validate the generation, do the work, commit the new generation, release.
 * The kinds of jobs are in {@code io.tenure.jobs.op}.
 *
 * <p>The classes of worker processes stand beside the runner, and not in a package of their own:
 * the runner makes the handle of a job in a worker, which is one of its jobs, with its queue, its
 * states and its results. Each package would see the other, and these would have to be public.
 */
package io.tenure.jobs;
