package io.tenure.recon;

import io.tenure.domain.Clock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Runs one job of a scheduler on one of its hosts, and returns what became of it, once: whatever
 * the host says or does not say, the outcome is what storage tells.
 *
 * <p>The generation is read, and the job handed over with it. As long as the host answers that the
 * job is active, it is asked again. When it says that the job ended, or says nothing for some
 * tries, any host is asked to find out from storage, the others first: that closes the generation,
 * so that a host that wakes up later cannot run the job any more. What a host says after that
 * changes nothing.
 *
 * <p>One object is one job. Safe for use by many threads; {@link #resolve} runs once, and whoever
 * calls it again waits for its outcome.
 */
public final class OutcomeResolver {
    private final List<JobHost> hosts;
    private final UUID volumeId;
    private final UUID jobId;
    private final Limits limits;
    private final Clock clock;
    private OptionalLong generation = OptionalLong.empty(); // guarded by this
    private boolean handedOver; // guarded by this
    private @Nullable ReconOutcome outcome; // guarded by this

    /**
     * How often and for how long is tried.
     *
     * @param pollInterval the pause between two questions
     * @param silences after how many questions in a row without an answer a host is given up
     * @param rounds how often all hosts are asked to find out, until one can tell
     */
    public record Limits(Duration pollInterval, int silences, int rounds) {
        /**
         * A question every two seconds; a host is given up after 10 s, and the search after 5 min.
         */
        public static final Limits DEFAULT = new Limits(Duration.ofSeconds(2), 5, 150);

        /**
         * Checks the values.
         *
         * @throws IllegalArgumentException if one is not positive
         */
        public Limits {
            if (pollInterval.isNegative() || silences < 1 || rounds < 1) {
                throw new IllegalArgumentException("a limit is not positive");
            }
        }
    }

    /**
     * Creates a resolver.
     *
     * @param hosts the host that is to run the job, then others that reach the storage, at least
     *     one
     * @param volumeId the volume
     * @param jobId the job's name on storage; no other job ever had it
     * @param limits how often is tried
     * @param clock waits
     * @throws IllegalArgumentException if there is no host
     */
    public OutcomeResolver(
            List<JobHost> hosts, UUID volumeId, UUID jobId, Limits limits, Clock clock) {
        if (hosts.isEmpty()) {
            throw new IllegalArgumentException("a job needs a host");
        }
        this.hosts = List.copyOf(hosts);
        this.volumeId = volumeId;
        this.jobId = jobId;
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * Goes on with a job that was handed over before, as after a restart of the scheduler, which
     * has kept the generation.
     *
     * @param kept the generation that the job was handed over with
     * @return this
     */
    public synchronized OutcomeResolver resumeAt(long kept) {
        generation = OptionalLong.of(kept);
        handedOver = true;
        return this;
    }

    /**
     * Reads the generation that the job is to be handed over with. A scheduler that wants to go on
     * after a restart of its own calls this first and keeps what it says.
     *
     * @return the generation; the same each time
     * @throws IOException if no host could read it
     */
    public synchronized long prepare() throws IOException {
        if (generation.isEmpty()) {
            generation = OptionalLong.of(readGeneration());
        }
        return generation.getAsLong();
    }

    /**
     * Hands the job over, unless it was before, and waits for its outcome.
     *
     * @return what became of it: final, or {@link ReconOutcome.Running}, {@link
     *     ReconOutcome.Invalid} or {@link ReconOutcome.Unknown} if no host could tell more within
     *     the limits: then it may be called again
     * @throws IOException if no host could read the generation; nothing was handed over
     * @throws InterruptedException if this thread was interrupted
     */
    public synchronized ReconOutcome resolve() throws IOException, InterruptedException {
        if (outcome != null) {
            return outcome;
        }
        long expected = prepare();
        if (!handedOver) {
            handedOver = true;
            submit(expected);
        }
        awaitEnd();
        ReconOutcome found = search(expected);
        if (found.isFinal()) {
            outcome = found;
        }
        return found;
    }

    private long readGeneration() throws IOException {
        Exception first = null;
        for (JobHost host : hosts) {
            try {
                return host.generation(volumeId);
            } catch (IOException | RuntimeException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        throw new IOException(
                "no host could read the generation of volume " + volumeId + ": " + first, first);
    }

    private void submit(long expected) {
        try {
            hosts.getFirst().submit(volumeId, jobId, expected);
        } catch (IOException | RuntimeException e) { // it may have the job: storage will tell
            log(hosts.getFirst(), e);
        }
    }

    /** Until the host says that the job ended, or says nothing any more. */
    private void awaitEnd() throws InterruptedException {
        int silences = 0;
        while (silences < limits.silences()) {
            try {
                if (hosts.getFirst().poll(jobId) != JobHost.Answer.ACTIVE) {
                    return;
                }
                silences = 0;
            } catch (IOException | RuntimeException e) { // of whatever wire it is reached by
                silences++;
                log(hosts.getFirst(), e);
            }
            clock.sleep(limits.pollInterval());
        }
    }

    private ReconOutcome search(long expected) throws InterruptedException {
        List<JobHost> order = new ArrayList<>(hosts.subList(1, hosts.size()));
        order.add(hosts.getFirst());
        ReconOutcome last = new ReconOutcome.Unknown("no host has answered");
        for (int round = 0; round < limits.rounds(); round++) {
            for (JobHost host : order) {
                try {
                    last = host.reconnoitre(volumeId, jobId, expected);
                    if (last.isFinal()) {
                        return last;
                    }
                } catch (IOException | RuntimeException e) {
                    log(host, e);
                }
            }
            if (round + 1 < limits.rounds()) {
                clock.sleep(limits.pollInterval());
            }
        }
        return last;
    }

    private void log(JobHost host, Exception failure) {
        System.getLogger(OutcomeResolver.class.getName())
                .log(
                        System.Logger.Level.INFO,
                        "host {0} gave no answer for job {1}: {2}",
                        host.name(),
                        jobId,
                        failure);
    }
}
