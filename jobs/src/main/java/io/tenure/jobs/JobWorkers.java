package io.tenure.jobs;

import io.tenure.domain.Clock;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Runs each job in a worker process of its own, which holds the leases and does the work. sanlock
 * kills by process: it then ends that worker and that job alone, and the agent lives on.
 *
 * <p>Who began which worker stands in the journal, with the process's identity. An agent that
 * begins anew finds there the workers that its predecessor left: those that still run are followed
 * to their end, and those that have ended meanwhile left word in the folder. Where a worker ended
 * without a word, killed perhaps, its job is told as failed with {@link FailureKind#INTERRUPTED}
 * and no generation: what became of it only storage tells.
 *
 * <p>Safe for use by many threads. Closing it does nothing to the workers beside what the settings
 * say: either they end with the agent, or they go on.
 */
public final class JobWorkers implements AutoCloseable {
    /** What becomes of the workers when their agent is gone. */
    public enum OnAgentsEnd {
        /** Their jobs are aborted. */
        ABORT,
        /** They go on to their end; the next agent finds them. */
        GO_ON
    }

    private final List<String> command;
    private final Path folder;
    private final JobJournal journal;
    private final OnAgentsEnd onAgentsEnd;
    private final int limit;
    private final Map<UUID, WorkerHandle> workers = new LinkedHashMap<>();

    private JobWorkers(
            List<String> command,
            Path folder,
            JobJournal journal,
            OnAgentsEnd onAgentsEnd,
            int limit) {
        this.command = List.copyOf(command);
        this.folder = folder;
        this.journal = journal;
        this.onAgentsEnd = onAgentsEnd;
        this.limit = limit;
    }

    /**
     * Begins, and finds the workers that an earlier agent left.
     *
     * @param command how to run a JVM with the main class {@link WorkerMain}, up to and with that
     *     class's name; see {@link #command}
     * @param folder where workers leave word; the same each time
     * @param journal where workers are noted; stays the caller's, who closes it later
     * @param onAgentsEnd what becomes of workers when this process is gone
     * @param limit how many workers run at once, at least 1
     * @return the workers
     * @throws IOException if the folder cannot be read or made
     */
    public static JobWorkers open(
            List<String> command,
            Path folder,
            JobJournal journal,
            OnAgentsEnd onAgentsEnd,
            int limit)
            throws IOException {
        if (limit < 1) {
            throw new IllegalArgumentException("at most " + limit + " workers");
        }
        Files.createDirectories(folder);
        JobWorkers opened = new JobWorkers(command, folder, journal, onAgentsEnd, limit);
        for (JournalEntry left : journal.leftUnfinished()) {
            opened.takeOver(left);
        }
        return opened;
    }

    /**
     * How to run a worker with the classes of this process, on a JVM that starts fast.
     *
     * @param classPath where the classes are
     * @return the command
     */
    public static List<String> command(String classPath) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath,
                WorkerMain.class.getName());
    }

    /**
     * Starts a worker for a job.
     *
     * @param order the job
     * @return its handle
     * @throws JobRejectedException if a job of this id is known, or too many run
     * @throws IOException if the worker cannot be started
     */
    public JobHandle submit(WorkerOrder order) throws IOException {
        synchronized (workers) {
            if (workers.containsKey(order.jobId())) {
                throw new JobRejectedException(
                        "job " + order.jobId() + " was not accepted: it is known already");
            }
            if (workers.values().stream().filter(w -> w.state().isActive()).count() >= limit) {
                throw new JobRejectedException(
                        "job " + order.jobId() + " was not accepted: " + limit + " run already");
            }
            Files.deleteIfExists(resultFile(order.jobId()));
            Files.writeString(orderFile(order.jobId()), order.text() + "\n");
            WorkerHandle handle = start(order);
            workers.put(order.jobId(), handle);
            return handle;
        }
    }

    private WorkerHandle start(WorkerOrder order) throws IOException {
        List<String> words = new ArrayList<>(command);
        words.add(resultFile(order.jobId()).toString());
        words.add(onAgentsEnd == OnAgentsEnd.ABORT ? WorkerMain.END_WITH_AGENT : "go-on");
        Process process =
                new ProcessBuilder(words).redirectError(logFile(order.jobId()).toFile()).start();
        try {
            ProcessIdentity identity = ProcessIdentity.of(process.pid());
            // Before the order: what is not in the journal does not begin.
            journal.begun(entry(order, identity, Optional.empty()));
            BufferedWriter agent = process.outputWriter(StandardCharsets.UTF_8);
            agent.write(order.text() + "\n");
            agent.flush();
            return followed(
                    new WorkerHandle(order, identity, resultFile(order.jobId()), process), order);
        } catch (IOException | RuntimeException | Error e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private void takeOver(JournalEntry left) throws IOException {
        Path orderFile = orderFile(left.jobId());
        if (!Files.exists(orderFile)) {
            return; // not a worker's job
        }
        WorkerOrder order = WorkerOrder.parse(Files.readString(orderFile).stripTrailing());
        WorkerHandle handle =
                new WorkerHandle(order, left.process(), resultFile(order.jobId()), null);
        synchronized (workers) {
            workers.put(order.jobId(), followed(handle, order));
        }
    }

    private WorkerHandle followed(WorkerHandle handle, WorkerOrder order) {
        Thread.ofPlatform()
                .daemon()
                .name("tenure-worker-" + order.jobId())
                .start(() -> follow(handle, order));
        return handle;
    }

    private void follow(WorkerHandle handle, WorkerOrder order) {
        JobResult result = handle.follow();
        try {
            journal.ended(entry(order, handle.process(), Optional.of(JournalEntry.End.of(result))));
            Files.deleteIfExists(orderFile(order.jobId()));
            Files.deleteIfExists(resultFile(order.jobId()));
            if (result.outcome() == JobState.DONE) {
                Files.deleteIfExists(logFile(order.jobId()));
            }
        } catch (IOException | RuntimeException | Error e) {
            System.getLogger(JobWorkers.class.getName())
                    .log(System.Logger.Level.WARNING, "the end of a worker is not noted", e);
        } finally {
            handle.end(result);
        }
    }

    private static JournalEntry entry(
            WorkerOrder order, ProcessIdentity process, Optional<JournalEntry.End> end) {
        return new JournalEntry(
                Clock.SYSTEM.now(),
                order.jobId(),
                order.kind(),
                order.domainId(),
                order.volumeId(),
                process,
                end);
    }

    private Path orderFile(UUID jobId) {
        return folder.resolve(jobId + ".order");
    }

    private Path resultFile(UUID jobId) {
        return folder.resolve(jobId + ".result");
    }

    private Path logFile(UUID jobId) {
        return folder.resolve(jobId + ".log");
    }

    /**
     * All workers, those taken over first, also those that have ended.
     *
     * @return their handles
     */
    public List<JobHandle> jobs() {
        synchronized (workers) {
            return List.copyOf(workers.values());
        }
    }

    /**
     * Looks a job up.
     *
     * @param jobId its id
     * @return its handle; empty if no worker runs or ran it for this agent
     */
    public Optional<JobHandle> find(UUID jobId) {
        synchronized (workers) {
            return Optional.ofNullable(workers.get(jobId));
        }
    }

    /**
     * The process of a job.
     *
     * @param jobId the job
     * @return who runs, or ran, it; empty if it is not known
     */
    public Optional<ProcessIdentity> process(UUID jobId) {
        synchronized (workers) {
            return Optional.ofNullable(workers.get(jobId)).map(WorkerHandle::process);
        }
    }

    /** Aborts the jobs and awaits their ends, unless workers go on without their agent. */
    @Override
    public void close() {
        if (onAgentsEnd == OnAgentsEnd.GO_ON) {
            return;
        }
        boolean interrupted = false;
        for (JobHandle worker : jobs()) {
            try {
                worker.abort();
            } catch (IOException e) {
                continue; // it has ended
            }
            while (worker.result().isEmpty()) {
                try {
                    worker.await();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
