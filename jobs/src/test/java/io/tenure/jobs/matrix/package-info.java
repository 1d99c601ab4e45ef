/**
 * The crash matrix: every kind of job, cut off at each of its storage operations, by every fault,
 * on real processes and real daemons; and what another host then finds out about it.
 */
package io.tenure.jobs.matrix;
