/**
 * Jobs: the five steps, the runner that takes jobs through them, and what a job reports.
 *
 * <p>Acquire the leases, validate the generation, do the work, commit the new generation, release.
 * The kinds of jobs are in {@code io.tenure.jobs.op}.
 */
package io.tenure.jobs;
