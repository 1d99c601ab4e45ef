package io.tenure.jobs;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A job's state from submission to result. It changes only here, along {@link JobState#mayBecome},
 * and every state that is told with a result is the last. Safe for use by many threads.
 */
final class JobLife {
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile JobState state = JobState.PENDING;
    private volatile @Nullable JobResult result;

    JobState state() {
        return state;
    }

    Optional<JobResult> result() {
        return Optional.ofNullable(result);
    }

    /** The job's thread takes it up; false if it was aborted before. */
    synchronized boolean begin() {
        return become(JobState.RUNNING);
    }

    /** A running job is to stop; false if it does not run, or is stopping already. */
    synchronized boolean stop() {
        return become(JobState.ABORTING);
    }

    /** The end of a job that never began; false if it has, or has ended. */
    synchronized boolean endUnbegun(JobResult told) {
        return state == JobState.PENDING && end(told);
    }

    /** The end; false if the job has ended already, which stays as it was told. */
    synchronized boolean end(JobResult told) {
        if (!state.mayBecome(told.outcome())) {
            return false;
        }
        result = told;
        state = told.outcome();
        ended.countDown();
        return true;
    }

    private boolean become(JobState next) {
        if (!state.mayBecome(next)) {
            return false;
        }
        state = next;
        return true;
    }

    JobResult await() throws InterruptedException {
        ended.await();
        return result().orElseThrow();
    }

    Optional<JobResult> await(Duration limit) throws InterruptedException {
        boolean inTime = ended.await(limit.toNanos(), TimeUnit.NANOSECONDS);
        return inTime ? result() : Optional.empty();
    }
}
