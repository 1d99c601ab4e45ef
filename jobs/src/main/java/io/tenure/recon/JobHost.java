package io.tenure.recon;

import java.io.IOException;
import java.util.UUID;

/**
 * A host of a scheduler, as the scheduler reaches it: over whatever wire it has. Each call is to
 * end by itself, with an exception if the host does not answer. Used by one thread at a time.
 */
public interface JobHost {
    /** What a host says of a job. It is not believed where storage can be asked. */
    enum Answer {
        /** It waits, or runs. */
        ACTIVE,
        /** It is done. */
        DONE,
        /** It failed, or was aborted. */
        NOT_DONE,
        /** The host knows of no such job, as after a restart of its agent. */
        NOT_KNOWN
    }

    /**
     * The host's name.
     *
     * @return for people
     */
    String name();

    /**
     * Reads the volume's generation from storage, by this host.
     *
     * @param volumeId the volume
     * @return the generation that the job is to find
     * @throws IOException if the host, or its storage, gives no answer
     */
    long generation(UUID volumeId) throws IOException;

    /**
     * Hands the job over.
     *
     * @param volumeId the volume
     * @param jobId the job's name on storage
     * @param generation the generation that it must find
     * @throws IOException if the host gives no answer, or refuses; it may have taken the job all
     *     the same
     */
    void submit(UUID volumeId, UUID jobId, long generation) throws IOException;

    /**
     * Asks how the job is.
     *
     * @param jobId the job
     * @return what the host says
     * @throws IOException if the host gives no answer
     */
    Answer poll(UUID jobId) throws IOException;

    /**
     * Finds out from storage what became of the job, by this host.
     *
     * @param volumeId the volume
     * @param jobId the job
     * @param generation the generation that it was to find
     * @return what became of it
     * @throws IOException if the host gives no answer
     * @throws InterruptedException if this thread was interrupted
     */
    ReconOutcome reconnoitre(UUID volumeId, UUID jobId, long generation)
            throws IOException, InterruptedException;
}
