package io.tenure.jobs;

import java.io.IOException;
import java.util.Locale;
import java.util.UUID;

/** A job cannot be forgotten: it has not ended. */
public final class JobActiveException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param jobId the job
     * @param state where it stands
     */
    public JobActiveException(UUID jobId, JobState state) {
        super(
                "job "
                        + jobId
                        + " is "
                        + state.name().toLowerCase(Locale.ROOT)
                        + ": only a job that has ended can be forgotten; abort it, or wait");
    }
}
