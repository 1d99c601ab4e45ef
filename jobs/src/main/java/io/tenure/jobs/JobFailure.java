package io.tenure.jobs;

/**
 * Why a job was not committed.
 *
 * @param kind the class of failure
 * @param step in which step it happened
 * @param message what failed, on what, why, and what to do, in one line
 * @param cause the exception, with whatever went wrong after it suppressed in it
 */
public record JobFailure(FailureKind kind, JobStep step, String message, Throwable cause) {}
