package io.tenure.jobs;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A job in a worker process, as the agent sees it: one that this agent starts when its turn has
 * come, or one that an earlier agent left behind.
 */
final class WorkerHandle extends RunnerJob implements WorkerWords.Listener {
    private final WorkerOrder order;
    private final JobWorkers workers;
    private final JobSettings settings;
    private final @Nullable Job job;
    private final JobObserver observer;
    private final CountDownLatch placeIsFree = new CountDownLatch(1);
    private @Nullable WorkerProcess process; // guarded by this
    private boolean abortTold; // guarded by this
    private volatile boolean ready;
    private volatile JobProgress progress = JobProgress.NONE;

    WorkerHandle(
            WorkerOrder order,
            JobWorkers workers,
            JobSettings settings,
            JobQueue queue,
            @Nullable Job job,
            JobObserver observer) {
        super(order.jobId(), order.kind(), settings.clock(), queue);
        this.order = order;
        this.workers = workers;
        this.settings = settings;
        this.job = job;
        this.observer = observer;
    }

    /** Follows a worker that an earlier agent left, on a thread of its own. */
    void takeOver(WorkerProcess left) {
        life().begin();
        synchronized (this) {
            process = left;
        }
        follow(left);
    }

    /** Starts the worker, and keeps the place until it has ended, or the runner has. */
    @Override
    public void run() {
        if (!life().begin()) {
            return;
        }
        try {
            follow(begin());
            placeIsFree.await();
        } catch (IOException | RuntimeException | Error e) {
            tellEnd(
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
                .start(() -> tellEnd(resultOf(followed)));
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
        return WorkerReport.unknown(
                order,
                currentStep(),
                "job "
                        + order.jobId()
                        + " was cut off: "
                        + why
                        + ": only storage tells what"
                        + " became of it");
    }

    /** Tells the end. A worker may have been aborted by others than its agent, too. */
    private void tellEnd(JobResult told) {
        try {
            workers.noteEnded(order, identity(), told, settings.clock().now());
        } catch (IOException | RuntimeException | Error e) {
            System.getLogger(WorkerHandle.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "the end of job " + order.jobId() + " is not in the journal: {0}",
                            JobAccount.wordsOf(e));
        } finally {
            if (told.outcome() == JobState.ABORTED) {
                life().stop();
            }
            end(told);
            placeIsFree.countDown();
        }
    }

    /** Who runs, or ran, it; empty before its turn. */
    synchronized Optional<ProcessIdentity> identity() {
        return Optional.ofNullable(process).map(WorkerProcess::identity);
    }

    /** Once, when there is a worker to tell. */
    private synchronized void tellAbort() {
        WorkerProcess told = process;
        if (told == null || abortTold || life().state() != JobState.ABORTING) {
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
    boolean isAbortable() {
        return order.abortable();
    }

    @Override
    JobResult abortedUnbegun() {
        return WorkerReport.abortedUnbegun(order);
    }

    @Override
    boolean stopRunning() {
        boolean stopping = life().stop();
        if (stopping) {
            tellAbort();
        }
        return stopping;
    }

    @Override
    boolean endWithRunner() throws AbortRefusedException {
        if (life().state() != JobState.PENDING && workers.goOn()) {
            placeIsFree.countDown();
            return false;
        }
        abort();
        return true;
    }

    @Override
    public void ready() {
        ready = true;
    }

    @Override
    public void started(JobStep entered) {
        entered(entered);
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
    public JobProgress progress() {
        return progress;
    }
}
