package io.tenure.tools.verb;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What Ctrl-C and SIGTERM do to a run of the command.
 *
 * <p>A verb that has begun something that must be brought to an end says so by {@link #onSignal}.
 * The signal then stops the work, and the verb ends the usual way: with its result and its exit
 * code. Without that the process simply ends.
 *
 * <p>The first signal decides; later ones find the JVM ending already and do nothing. So nobody can
 * end the process with a lease in hand and a write in flight, except by SIGKILL, and then the
 * kernel keeps that order.
 *
 * <p>One for each run. The verb's thread and the one of the signal use it.
 */
public final class Interruption {
    /** How long showing a result may take once all work has ended: nobody may be reading it. */
    private static final Duration END_LIMIT = Duration.ofSeconds(10);

    private final CountDownLatch ended = new CountDownLatch(1);
    private @Nullable Runnable stop;
    private @Nullable ExitCode exitCode;
    private boolean raised;

    /** Creates the interruption of a run: not raised, with nothing to stop. */
    public Interruption() {}

    /**
     * From now on a signal calls {@code stop}, and the process ends only with the run.
     *
     * @param action stops what goes on and returns once the process may end; called once at most,
     *     on another thread, and at once if there was a signal already
     */
    public void onSignal(Runnable action) {
        boolean late;
        synchronized (this) {
            stop = action;
            late = raised;
        }
        if (late) {
            action.run();
        }
    }

    /**
     * Whether there was a signal.
     *
     * @return true from then on
     */
    public synchronized boolean isRaised() {
        return raised;
    }

    /**
     * Says that the run has ended and its result is shown.
     *
     * @param code how
     */
    public synchronized void ended(ExitCode code) {
        exitCode = code;
        ended.countDown();
    }

    /**
     * Raises the interruption and waits until the process may end. Called once, by the shutdown
     * hook.
     *
     * @return how the process ends; empty if the run had ended before, or has nothing to bring to
     *     an end
     */
    public Optional<ExitCode> raise() {
        Runnable action;
        synchronized (this) {
            if (exitCode != null) {
                return Optional.empty();
            }
            raised = true;
            action = stop;
        }
        if (action == null) {
            return Optional.empty();
        }
        action.run();
        return Optional.of(awaitEnd());
    }

    /**
     * Whether the run has ended.
     *
     * @return true after {@link #ended(ExitCode)}
     */
    public synchronized boolean hasEnded() {
        return exitCode != null;
    }

    private ExitCode awaitEnd() {
        try {
            if (!ended.await(END_LIMIT.toNanos(), TimeUnit.NANOSECONDS)) {
                return ExitCode.INTERRUPTED;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.INTERRUPTED;
        }
        synchronized (this) {
            return exitCode == null ? ExitCode.INTERRUPTED : exitCode;
        }
    }
}
