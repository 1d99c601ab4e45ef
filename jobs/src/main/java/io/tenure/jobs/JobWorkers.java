package io.tenure.jobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * How a runner's jobs run in worker processes, one for each job, which holds the leases and does
 * the work. sanlock kills by process: it then ends that worker and that job alone, and the agent
 * lives on. Given to a runner by {@link JobSettings#withWorkers}.
 *
 * <p>Who began which worker stands in the journal, with the process's identity. A runner that is
 * started with workers opened on the same folder and journal finds those that an earlier agent
 * left, however that ended: {@link JobRunner#jobs} has them from its start. Those that still run
 * are followed to their end; those that have ended meanwhile left word in the folder. Where a
 * worker ended without a word, killed perhaps, its job is told as failed with {@link
 * FailureKind#INTERRUPTED} and no generation: what became of it only storage tells, see {@link
 * JobResult#needsReconnaissance}.
 *
 * <p>The folder holds for each job that runs its order, the word that its worker leaves, and what
 * that printed to its standard error; the latter is kept after a failure, of the newest 64 jobs. It
 * also holds a cache of loaded classes, from which workers start faster. It belongs on a disk of
 * this host, and to one agent at a time, which the journal's lock makes sure of.
 *
 * <p>A worker is a child of the agent. If workers are to go on without it, whatever starts the
 * agent must let them: under systemd {@code KillMode=process}.
 *
 * <p>Safe for use by many threads. Holds nothing open.
 */
public final class JobWorkers {
    /** What becomes of the workers when their agent, or its runner, is gone. */
    public enum OnAgentsEnd {
        /** Their jobs are aborted. */
        ABORT,
        /** They go on to their end; the next agent finds them. */
        GO_ON
    }

    /** A worker of an earlier agent. */
    record Left(WorkerOrder order, ProcessIdentity process) {}

    private final WorkerJvm jvm;
    private final WorkerFiles files;
    private final JobJournal journal;
    private final OnAgentsEnd onAgentsEnd;
    private final List<Left> left = new ArrayList<>(); // guarded by this

    private JobWorkers(
            WorkerJvm jvm, WorkerFiles files, JobJournal journal, OnAgentsEnd onAgentsEnd) {
        this.jvm = jvm;
        this.files = files;
        this.journal = journal;
        this.onAgentsEnd = onAgentsEnd;
    }

    /**
     * Workers that run on the JVM and the classes of this process. Their cache of loaded classes is
     * made in the background if there is none, see {@link #prepare}.
     *
     * @param folder theirs alone; the same each time; made if it is not there
     * @param journal where workers are noted; stays the caller's, who closes it after the runner
     * @param onAgentsEnd what becomes of workers when this process, or the runner, is gone
     * @return the workers
     * @throws IOException if the folder cannot be read or made
     */
    public static JobWorkers open(Path folder, JobJournal journal, OnAgentsEnd onAgentsEnd)
            throws IOException {
        JobWorkers opened = openUnprepared(folder, journal, onAgentsEnd);
        Thread.ofPlatform().daemon().name("tenure-worker-cache").start(opened::prepare);
        return opened;
    }

    /**
     * Workers that run on the JVM and the classes of this process. Their cache of loaded classes is
     * used if there is one, and made only by {@link #prepare}.
     *
     * @param folder theirs alone; the same each time; made if it is not there
     * @param journal where workers are noted; stays the caller's, who closes it after the runner
     * @param onAgentsEnd what becomes of workers when this process, or the runner, is gone
     * @return the workers
     * @throws IOException if the folder cannot be read or made
     */
    public static JobWorkers openUnprepared(
            Path folder, JobJournal journal, OnAgentsEnd onAgentsEnd) throws IOException {
        return open(WorkerJvm.ofThisProcess(folder), folder, journal, onAgentsEnd);
    }

    /**
     * Workers that are started by a command of the caller's.
     *
     * @param command runs a JVM, as the very process, with the main class {@link WorkerMain};
     *     arguments are added that tell people which job it is
     * @param folder theirs alone; the same each time; made if it is not there
     * @param journal where workers are noted; stays the caller's, who closes it after the runner
     * @param onAgentsEnd what becomes of workers when this process, or the runner, is gone
     * @return the workers
     * @throws IOException if the folder cannot be read or made
     */
    public static JobWorkers open(
            List<String> command, Path folder, JobJournal journal, OnAgentsEnd onAgentsEnd)
            throws IOException {
        return open(WorkerJvm.of(command), folder, journal, onAgentsEnd);
    }

    private static JobWorkers open(
            WorkerJvm jvm, Path folder, JobJournal journal, OnAgentsEnd onAgentsEnd)
            throws IOException {
        JobWorkers opened = new JobWorkers(jvm, new WorkerFiles(folder), journal, onAgentsEnd);
        Map<UUID, ProcessIdentity> unfinished = new HashMap<>();
        journal.leftUnfinished().forEach(entry -> unfinished.put(entry.jobId(), entry.process()));
        for (WorkerOrder order : opened.files.orders()) {
            ProcessIdentity process = unfinished.get(order.jobId());
            if (process == null) { // it never began, or its end is in the journal
                opened.files.forget(order.jobId(), false);
            } else {
                opened.left.add(new Left(order, process));
            }
        }
        return opened;
    }

    /**
     * Makes the cache of loaded classes, from which workers start faster, if there is none that
     * fits the classes and the JVM. Takes some seconds of one processor, so a good moment is the
     * agent's installation; otherwise it is done while the first workers run without one.
     *
     * @return whether there is one: not before JDK 25, nor with classes in folders instead of jars,
     *     nor for a command of the caller's
     */
    public boolean prepare() {
        return jvm.prepareCache();
    }

    /**
     * Where workers are noted.
     *
     * @return the journal
     */
    public JobJournal journal() {
        return journal;
    }

    /** Those that an earlier agent left, for the first that asks. */
    synchronized List<Left> takeLeft() {
        List<Left> taken = List.copyOf(left);
        left.clear();
        return taken;
    }

    boolean goOn() {
        return onAgentsEnd == OnAgentsEnd.GO_ON;
    }

    /** Starts a worker, which waits for its errand. */
    WorkerProcess start(WorkerOrder order) throws IOException {
        files.keep(order);
        List<String> words = new ArrayList<>(jvm.command());
        words.add(order.kind());
        words.add(order.jobId().toString());
        try {
            return WorkerProcess.start(words, files.log(order.jobId()));
        } catch (WorkerProcess.EndedAtOnceException e) {
            throw new IOException(e.getMessage() + lastWordsOf(order), e);
        }
    }

    WorkerErrand errand(WorkerOrder order, JobSettings settings) {
        return new WorkerErrand(
                order,
                files.result(order.jobId()),
                onAgentsEnd == OnAgentsEnd.ABORT,
                settings.leaseWait(),
                settings.verifyInterval());
    }

    void noteBegun(WorkerOrder order, ProcessIdentity process, Instant when) throws IOException {
        journal.begun(entry(order, order.untouched(), process, when, Optional.empty()));
    }

    /** Notes the end of a job in the journal, if its begin is there, and forgets it here. */
    void noteEnded(
            WorkerOrder order, Optional<ProcessIdentity> process, JobResult result, Instant when)
            throws IOException {
        if (process.isPresent()) {
            Optional<JournalEntry.End> end = Optional.of(JournalEntry.End.of(result));
            journal.ended(entry(order, result.volumes(), process.get(), when, end));
        }
        files.forget(order.jobId(), result.outcome() == JobState.FAILED);
    }

    private static JournalEntry entry(
            WorkerOrder order,
            List<VolumeResult> volumes,
            ProcessIdentity process,
            Instant when,
            Optional<JournalEntry.End> end) {
        return new JournalEntry(when, order.jobId(), order.kind(), volumes, process, end);
    }

    Path resultFile(WorkerOrder order) {
        return files.result(order.jobId());
    }

    /** What a worker left; empty if it ended without a word. */
    Optional<String> resultOf(WorkerOrder order) throws IOException {
        Path file = resultFile(order);
        return Files.exists(file)
                ? Optional.of(Files.readString(file).stripTrailing())
                : Optional.empty();
    }

    /** What a worker that did not come up printed, to be added to a message. */
    String lastWordsOf(WorkerOrder order) {
        return files.firstWordsOfLog(order.jobId());
    }
}
