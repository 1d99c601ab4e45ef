package io.tenure.jobs.op;

import io.tenure.jobs.JobTarget;

/**
 * One volume that a copy writes, and from where.
 *
 * @param source where the data comes from
 * @param destination the volume to write, and the generation that storage must say of it
 */
public record Transfer(CopySource source, JobTarget destination) {}
