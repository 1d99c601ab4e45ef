package io.tenure.sanlock;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Keeps this process from using up the workers of a daemon. It has {@link
 * SanlockTimeouts#DAEMON_WORKERS}, shared by all processes of the host; whoever asks when all are
 * at work waits, for minutes if they wait for a dead host, and be it for a release.
 *
 * <p>So we never have more than {@link #ALL} requests there, of which few may be slow ones: a
 * release, an inquire or a read always finds a worker, and so does another process. A daemon keeps
 * its worker until it is done, also when nobody waits for the answer any more, or never did
 * (SANLK_ADD_ASYNC, SANLK_REM_ASYNC); so a pass is given back only when the daemon is done.
 */
final class WorkerGate {
    /** Two less than the daemon has. */
    static final int ALL = SanlockTimeouts.DAEMON_WORKERS - 2;

    private final Semaphore all = new Semaphore(ALL, true);
    private final Semaphore membership = new Semaphore(Lane.MEMBERSHIP.passes, true);
    private final Semaphore competing = new Semaphore(Lane.COMPETING.passes, true);
    private final Semaphore mainLoop = new Semaphore(Lane.MAIN_LOOP.passes, true);

    /** What a request is, for how long it may keep its worker. */
    enum Lane {
        /** Seconds to minutes: joining and leaving. */
        MEMBERSHIP(2),
        /** Milliseconds, but seconds when hosts compete: acquire, convert, index changes. */
        COMPETING(3),
        /** Milliseconds while storage answers: all others. */
        BRIEF(ALL),
        /** Microseconds, and no worker: what the main loop answers. Bounds our stuck threads. */
        MAIN_LOOP(16);

        private final int passes;

        Lane(int passes) {
            this.passes = passes;
        }
    }

    /**
     * Waits for a pass, also when interrupted, which the caller then still is.
     *
     * @return whether there was one in time; then {@link #leave} gives it back
     */
    boolean enter(Lane lane, Duration limit) {
        long deadlineNanos = System.nanoTime() + limit.toNanos();
        return switch (lane) {
            case MEMBERSHIP -> both(membership, deadlineNanos);
            case COMPETING -> both(competing, deadlineNanos);
            case BRIEF -> acquire(all, deadlineNanos);
            case MAIN_LOOP -> acquire(mainLoop, deadlineNanos);
        };
    }

    /** Gives a pass back, from any thread. */
    void leave(Lane lane) {
        switch (lane) {
            case MEMBERSHIP -> {
                all.release();
                membership.release();
            }
            case COMPETING -> {
                all.release();
                competing.release();
            }
            case BRIEF -> all.release();
            case MAIN_LOOP -> mainLoop.release();
        }
    }

    /** Never holds a worker's pass while it waits for the other. */
    private boolean both(Semaphore own, long deadlineNanos) {
        if (!acquire(own, deadlineNanos)) {
            return false;
        }
        if (acquire(all, deadlineNanos)) {
            return true;
        }
        own.release();
        return false;
    }

    private static boolean acquire(Semaphore semaphore, long deadlineNanos) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return semaphore.tryAcquire(
                            deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true; // whoever releases a lease must not be kept from it
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
