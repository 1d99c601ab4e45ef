package io.tenure.jobs;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A job in a worker process, as the agent sees it: one that this agent starts when its turn has
 * come, or one that an earlier agent left behind.
 */
final class WorkerHandle implements RunnerJob, WorkerWords.Listener {
    private final WorkerOrder order;
    private final JobWorkers workers;
    private final JobSettings settings;
    private final JobQueue queue;
    private final @Nullable Job job;
    private final JobObserver observer;
    private final JobLife life = new JobLife();
    private final CountDownLatch placeIsFree = new CountDownLatch(1);
    private @Nullable WorkerProcess process; // guarded by this
    private boolean abortTold; // guarded by this
    private volatile boolean ready;
    private volatile @Nullable JobStep step;
    private volatile JobProgress progress = JobProgress.NONE;
    private volatile @Nullable Long endedNanos;

    WorkerHandle(
            WorkerOrder order,
            JobWorkers workers,
            JobSettings settings,
            JobQueue queue,
            @Nullable Job job,
            JobObserver observer) {
        this.order = order;
        this.workers = workers;
        this.settings = settings;
        this.queue = queue;
        this.job = job;
        this.observer = observer;
    }

    /** Follows a worker that an earlier agent left, on a thread of its own. */
    void takeOver(WorkerProcess left) {
        life.begin();
        synchronized (this) {
            process = left;
        }
        follow(left);
    }

    /** Starts the worker, and keeps the place until it has ended, or the runner has. */
    @Override
    public void run() {
        if (!life.begin()) {
            return;
        }
        try {
            follow(begin());
            placeIsFree.await();
        } catch (IOException | RuntimeException | Error e) {
            end(
                    WorkerReport.notBegun(
                            order,
                            FailureKind.ENVIRONMENT,
                            "job "
                                    + order.jobId()
                                    + " was not begun, since no worker could be started for it: "
                                    + JobAccount.wordsOf(e)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the runner's threads are ended by nobody else
        }
    }

    private WorkerProcess begin() throws IOException {
        WorkerProcess started = workers.start(order);
        try {
            started.listen(this);
            // Before the errand: what is not in the journal does not begin.
            workers.noteBegun(order, started.identity(), settings.clock().now());
            started.tell(workers.errand(order, settings).text());
            synchronized (this) {
                process = started;
                tellAbort();
            }
            return started;
        } catch (IOException | RuntimeException | Error e) {
            started.kill();
            throw e;
        }
    }

    private void follow(WorkerProcess followed) {
        Thread.ofPlatform()
                .daemon()
                .name("tenure-worker-" + order.jobId())
                .start(() -> end(resultOf(followed)));
    }

    /** Waits for the worker's end; returns how the job ended, as far as can be known. */
    private JobResult resultOf(WorkerProcess followed) {
        try {
            OptionalInt code = followed.awaitEnd(workers.resultFile(order));
            Optional<String> left = workers.resultOf(order);
            if (left.isPresent()) {
                progress = WorkerReport.progress(left.get());
                return WorkerReport.parse(order, left.get());
            }
            if (followed.isOwn() && !ready) {
                return neverCame(followed, code);
            }
            return lostSight(
                    "its worker, process "
                            + followed.identity().pid()
                            + ", ended without a word"
                            + (code.isPresent() ? ", with code " + code.getAsInt() : ""));
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            return lostSight("its worker cannot be followed: " + JobAccount.wordsOf(e));
        }
    }

    /** It did not even come to reading its order. */
    private JobResult neverCame(WorkerProcess gone, OptionalInt code) {
        return WorkerReport.notBegun(
                order,
                FailureKind.ENVIRONMENT,
                "job "
                        + order.jobId()
                        + " was not begun: its worker, process "
                        + gone.identity().pid()
                        + ", did not come up and ended with code "
                        + code.orElse(-1)
                        + workers.lastWordsOf(order));
    }

    private JobResult lostSight(String why) {
        JobStep last = step;
        return WorkerReport.unknown(
                order,
                last == null ? JobStep.ACQUIRE : last,
                "job "
                        + order.jobId()
                        + " was cut off: "
                        + why
                        + ": only storage tells what"
                        + " became of it");
    }

    /** Tells the end. A worker may have been aborted by others than its agent, too. */
    private void end(JobResult result) {
        JobResult told = result;
        try {
            workers.noteEnded(order, identity(), result, settings.clock().now());
        } catch (IOException | RuntimeException | Error e) {
            System.getLogger(WorkerHandle.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "the end of job " + order.jobId() + " is not in the journal: {0}",
                            JobAccount.wordsOf(e));
        } finally {
            if (told.outcome() == JobState.ABORTED) {
                life.stop();
            }
            endedNanos = settings.clock().nanoTime();
            life.end(told);
            placeIsFree.countDown();
        }
    }

    /** Who runs, or ran, it; empty before its turn. */
    synchronized Optional<ProcessIdentity> identity() {
        return Optional.ofNullable(process).map(WorkerProcess::identity);
    }

    @Override
    public void abort() throws AbortRefusedException {
        if (life.state() == JobState.PENDING
                && life.endUnbegun(WorkerReport.abortedUnbegun(order))) {
            endedNanos = settings.clock().nanoTime();
            queue.withdraw(this);
            return;
        }
        if (life.state() == JobState.RUNNING) {
            if (!order.abortable()) {
                throw new AbortRefusedException(
                        "job "
                                + order.jobId()
                                + " cannot be aborted: a "
                                + order.kind()
                                + " job runs to its end");
            }
            if (life.stop()) {
                tellAbort();
                return;
            }
        }
        JobState now = life.state();
        if (now != JobState.ABORTING) {
            throw new AbortRefusedException(
                    "job "
                            + order.jobId()
                            + " is not active any more: it is "
                            + now.name().toLowerCase(Locale.ROOT));
        }
    }

    /** Once, when there is a worker to tell. */
    private synchronized void tellAbort() {
        WorkerProcess told = process;
        if (told == null || abortTold || life.state() != JobState.ABORTING) {
            return;
        }
        abortTold = true;
        try {
            told.abort();
        } catch (IOException e) {
            System.getLogger(WorkerHandle.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "job " + order.jobId() + " cannot be told to abort: {0}",
                            e.getMessage());
        }
    }

    @Override
    public boolean endWithRunner() throws AbortRefusedException {
        if (life.state() != JobState.PENDING && workers.goOn()) {
            placeIsFree.countDown();
            return false;
        }
        abort();
        return true;
    }

    @Override
    public boolean isOutdated(long nowNanos, Duration keepEnded) {
        Long then = endedNanos;
        return !state().isActive()
                && then != null
                && !keepEnded.isNegative()
                && nowNanos - then >= keepEnded.toNanos();
    }

    @Override
    public void ready() {
        ready = true;
    }

    @Override
    public void started(JobStep entered) {
        step = entered;
        if (job != null) {
            tellObserver(() -> observer.stepStarted(job, entered));
        }
    }

    @Override
    public void finished(JobStep left) {
        if (job != null) {
            tellObserver(() -> observer.stepFinished(job, left));
        }
    }

    private void tellObserver(Runnable telling) {
        try {
            telling.run();
        } catch (RuntimeException | Error e) {
            System.getLogger(WorkerHandle.class.getName())
                    .log(System.Logger.Level.WARNING, "an observer failed", e);
        }
    }

    @Override
    public void progress(JobProgress now) {
        progress = now;
    }

    @Override
    public void left() {
        WorkerProcess told;
        synchronized (this) {
            told = process;
        }
        if (told != null) {
            told.hasLeftWord();
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
