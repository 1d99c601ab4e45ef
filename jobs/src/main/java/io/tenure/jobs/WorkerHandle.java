package io.tenure.jobs;

import io.tenure.domain.Clock;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job in a worker process, as the agent sees it. Either the agent's own child, which reports over
 * a pipe, or one that another agent started, of which only its end can be seen.
 */
final class WorkerHandle implements JobHandle {
    /** How often it is looked whether a process has ended that is no child of this one. */
    private static final Duration OFTEN = Duration.ofMillis(50);

    private final WorkerOrder order;
    private final ProcessIdentity process;
    private final Path resultFile;
    private final @Nullable Process child;
    private final JobLife life = new JobLife();
    private volatile @Nullable JobStep step;
    private volatile JobProgress progress = JobProgress.NONE;

    WorkerHandle(
            WorkerOrder order, ProcessIdentity process, Path resultFile, @Nullable Process child) {
        this.order = order;
        this.process = process;
        this.resultFile = resultFile;
        this.child = child;
        life.begin();
    }

    ProcessIdentity process() {
        return process;
    }

    /** Follows the worker to its end; returns how the job ended. For a thread of its own. */
    JobResult follow() {
        JobResult result;
        try {
            Process own = child;
            if (own != null) {
                listen(own);
                own.waitFor();
            } else {
                awaitEndOfStranger();
            }
            result = resultOfEnded();
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            result = lostSight("the worker cannot be followed: " + JobAccount.wordsOf(e));
        }
        return result;
    }

    /** Tells the end. A worker may have been aborted by others than its agent, too. */
    void end(JobResult told) {
        if (told.outcome() == JobState.ABORTED) {
            life.stop();
        }
        life.end(told);
    }

    private void listen(Process own) throws IOException {
        BufferedReader words = own.inputReader(StandardCharsets.UTF_8);
        String word = words.readLine();
        while (word != null) {
            if (word.startsWith(WorkerMain.STEP)) {
                step = JobStep.valueOf(word.substring(WorkerMain.STEP.length()));
            } else if (word.startsWith(WorkerMain.PROGRESS)) {
                String[] numbers = word.substring(WorkerMain.PROGRESS.length()).split(" ", 2);
                progress = new JobProgress(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
            }
            word = words.readLine();
        }
    }

    private void awaitEndOfStranger() throws IOException, InterruptedException {
        while (process.isAlive()) {
            Clock.SYSTEM.sleep(OFTEN);
        }
    }

    /** What it left, once it is gone. */
    private JobResult resultOfEnded() throws IOException {
        if (!Files.exists(resultFile)) {
            Process own = child;
            return lostSight(
                    "its worker, process "
                            + process.pid()
                            + ", ended without a word"
                            + (own == null ? "" : ", with code " + own.exitValue())
                            + ": only storage tells what became of it");
        }
        return WorkerReport.parse(order, Files.readString(resultFile).stripTrailing());
    }

    private JobResult lostSight(String why) {
        return WorkerReport.unknown(
                order, JobState.FAILED, "job " + order.jobId() + " was cut off: " + why);
    }

    @Override
    public void abort() throws AbortRefusedException {
        JobState now = life.state();
        if (!now.isActive()) {
            throw new AbortRefusedException(
                    "job "
                            + order.jobId()
                            + " is not active any more: it is "
                            + now.name().toLowerCase(Locale.ROOT));
        }
        if (!life.stop()) {
            return;
        }
        try {
            Process own = child;
            if (own != null) {
                BufferedWriter words = own.outputWriter(StandardCharsets.UTF_8);
                words.write(WorkerMain.ABORT + "\n");
                words.flush();
            } else if (process.isAlive()) {
                ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroy);
            }
        } catch (IOException e) {
            // It is gone, or going: how it ended comes all the same.
            System.getLogger(WorkerHandle.class.getName())
                    .log(System.Logger.Level.DEBUG, "not told to abort", e);
        }
    }

    @Override
    public UUID id() {
        return order.jobId();
    }

    @Override
    public String kind() {
        return order.kind();
    }

    @Override
    public JobState state() {
        return life.state();
    }

    @Override
    public Optional<JobStep> step() {
        return Optional.ofNullable(step);
    }

    @Override
    public JobProgress progress() {
        return progress;
    }

    @Override
    public Optional<JobResult> result() {
        return life.result();
    }

    @Override
    public JobResult await() throws InterruptedException {
        return life.await();
    }

    @Override
    public Optional<JobResult> await(Duration limit) throws InterruptedException {
        return life.await(limit);
    }
}
