/** The kinds of jobs: what is particular to each. The five steps around them are common to all. */
package io.tenure.jobs.op;
