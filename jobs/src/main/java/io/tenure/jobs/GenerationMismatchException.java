package io.tenure.jobs;

import java.io.IOException;
import java.util.UUID;

/** The generation on storage is not the one the job was to run against. Nothing was changed. */
public final class GenerationMismatchException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What storage says. */
    private final long actualGeneration;

    /**
     * Creates the exception.
     *
     * @param volumeId the volume
     * @param expectedGeneration what the job was given
     * @param actualGeneration what storage says
     */
    public GenerationMismatchException(
            UUID volumeId, long expectedGeneration, long actualGeneration) {
        super(
                "volume "
                        + volumeId
                        + " has generation "
                        + actualGeneration
                        + ", not the expected "
                        + expectedGeneration
                        + ": another job has changed it; read it again and decide anew");
        this.actualGeneration = actualGeneration;
    }

    /**
     * What storage says.
     *
     * @return the stored generation
     */
    public long actualGeneration() {
        return actualGeneration;
    }
}
