package io.tenure.recon;

import io.tenure.domain.Clock;
import io.tenure.domain.DeviceOpener;
import io.tenure.domain.RandomId;
import io.tenure.jobs.JobSettings;
import io.tenure.lease.LeaseManagers;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Finds out what became of a job, from storage alone, and closes the generation of a job that left
 * it open, so that the answer stays true.
 *
 * <p>The lease's owner is read before the record. While somebody holds the lease, or may hold it,
 * the job is running; otherwise the record is read, and the generation closed, under the lease
 * itself. What cannot be told is said to be unknown: never free, never failed.
 *
 * <table class="striped">
 * <caption>What is found</caption>
 * <thead><tr><th>lease</th><th>record</th><th>outcome</th></tr></thead>
 * <tbody>
 * <tr><td>held by a host that is LIVE, FAIL or UNKNOWN</td><td>any</td><td>{@link
 *     ReconOutcome.Running}</td></tr>
 * <tr><td>free, or of a host that is DEAD, has left or has joined anew</td><td>the generation was
 *     left by the job</td><td>{@link ReconOutcome.Completed}</td></tr>
 * <tr><td></td><td>it was left by another job, or a fence against another</td><td>{@link
 *     ReconOutcome.Preempted}</td></tr>
 * <tr><td></td><td>it was left by a fence against the job</td><td>what was told then: {@link
 *     ReconOutcome.Interrupted}, {@link ReconOutcome.Failed} or {@link
 *     ReconOutcome.NotStarted}</td></tr>
 * <tr><td></td><td>it stands, and the job is named as working, or as one that was cut off</td><td>{@link
 *     ReconOutcome.Interrupted}, fenced</td></tr>
 * <tr><td></td><td>it stands, and the job's failure is recorded</td><td>{@link
 *     ReconOutcome.Failed}, fenced if asked</td></tr>
 * <tr><td></td><td>it stands, and the job is not named</td><td>{@link ReconOutcome.NotStarted},
 *     fenced</td></tr>
 * <tr><td></td><td>it was left, and how is not kept any more; or it stands, and all that is kept are
 *     failures of others in it</td><td>{@link
 *     ReconOutcome.Superseded}</td></tr>
 * <tr><td></td><td>it has not been reached, or the record is invalid</td><td>{@link
 *     ReconOutcome.Invalid}</td></tr>
 * <tr><td>unreadable, broken, or another one's</td><td>any</td><td>{@link
 *     ReconOutcome.Unknown}</td></tr>
 * </tbody>
 * </table>
 *
 * <p>Safe for use by many threads, and by many hosts at once: a generation is closed once. Does not
 * own what it is given.
 */
public final class Reconnaissance {
    private final LeaseManagers leases;
    private final HolderRequests requests;
    private final Clock clock;

    /**
     * Creates a reconnaissance by this host.
     *
     * @param leases where leases are asked for and acquired
     * @param requests asks holders to let go
     * @param clock measures, waits and dates records
     */
    public Reconnaissance(LeaseManagers leases, HolderRequests requests, Clock clock) {
        this.leases = leases;
        this.requests = requests;
        this.clock = clock;
    }

    /**
     * Finds out what became of a job.
     *
     * <p>Blocks for the wait and the answer limit of the settings at most. When storage does not
     * answer within that, a thread stays behind until it does; it closes no generation any more,
     * but for a write that was under way.
     *
     * @param question which job, on what
     * @param settings how
     * @return what became of it; {@link ReconOutcome.Unknown} for every failure
     * @throws InterruptedException if this thread was interrupted; nothing is known then
     */
    public ReconOutcome ask(ReconQuestion question, ReconSettings settings)
            throws InterruptedException {
        return ask(question, settings, line -> {});
    }

    /**
     * Finds out what became of a job, and tells what it does meanwhile.
     *
     * @param question which job, on what
     * @param settings how
     * @param listener is told, in words for people, whom it asks to let go, and what went wrong
     *     without changing the outcome; on another thread
     * @return what became of it
     * @throws InterruptedException if this thread was interrupted; nothing is known then
     */
    public ReconOutcome ask(
            ReconQuestion question, ReconSettings settings, Consumer<String> listener)
            throws InterruptedException {
        ReconRun run = new ReconRun(leases, requests, jobSettings(), question, settings, listener);
        FutureTask<ReconOutcome> answer = new FutureTask<>(run::run);
        Thread thread =
                Thread.ofPlatform()
                        .name("tenure-recon-" + RandomId.next())
                        .daemon()
                        .unstarted(answer);
        thread.start();
        Duration limit = settings.holderWait().plus(settings.answerLimit());
        try {
            return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return new ReconOutcome.Unknown(
                    "storage, or who grants its leases, has not answered within "
                            + limit.toSeconds()
                            + " s");
        } catch (ExecutionException e) {
            return new ReconOutcome.Unknown(String.valueOf(e.getCause()));
        } finally {
            run.giveUp();
        }
    }

    /**
     * Finds out what became of a job on the caller's own thread, without a limit to how long
     * storage may take to answer: for simulations, whose storage answers or whose thread ends.
     *
     * @param question the job
     * @param settings how it is to be found out; the limit for answers is not looked at
     * @param jobSettings clock and waits
     * @param starter prepares the job that decides
     * @return what became of it
     * @throws InterruptedException if this thread was interrupted
     */
    public ReconOutcome askHere(
            ReconQuestion question,
            ReconSettings settings,
            JobSettings jobSettings,
            Starter starter)
            throws InterruptedException {
        return new ReconRun(leases, requests, jobSettings, question, settings, line -> {}, starter)
                .run();
    }

    private JobSettings jobSettings() {
        return new JobSettings(
                clock, DeviceOpener.SYSTEM, Duration.ZERO, JobSettings.DEFAULT.verifyInterval(), 0);
    }
}
