package io.tenure.sanlock;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.tenure.bindings.Errno;
import io.tenure.bindings.sanlock.LibSanlock;
import io.tenure.sanlock.WorkerGate.Lane;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How this package asks a daemon: with a pass of the {@link WorkerGate} where a worker is needed,
 * on a thread of its own, and for no longer than a limit. The client library has no time limit: a
 * daemon that is stopped, or stuck in front of hung storage, would hang the caller. A call that is
 * never answered keeps its (daemon) thread and its pass until the daemon ends.
 */
final class DaemonAccess implements AutoCloseable {
    private static final Duration MEMORY =
            Duration.ofSeconds(SanlockTimeouts.MEMORY_ANSWER_SECONDS);
    private static final Duration STORAGE =
            Duration.ofSeconds(
                    SanlockTimeouts.storageAnswerSeconds(
                            SanlockTimeouts.DEFAULT_IO_TIMEOUT_SECONDS));
    private static final Duration WORKER_WAIT =
            Duration.ofSeconds(
                    SanlockTimeouts.workerWaitSeconds(SanlockTimeouts.DEFAULT_IO_TIMEOUT_SECONDS));

    /** After which an idle thread ends. */
    private static final long IDLE_SECONDS = 5;

    private final LibSanlock library;
    private final DaemonState state;
    private final ThreadPoolExecutor threads =
            new ThreadPoolExecutor(
                    0,
                    Integer.MAX_VALUE,
                    IDLE_SECONDS,
                    TimeUnit.SECONDS,
                    new SynchronousQueue<>(),
                    Thread.ofPlatform().name("tenure-sanlock-ask-", 0).daemon().factory());

    DaemonAccess(LibSanlock library, DaemonState state) {
        this.library = library;
        this.state = state;
    }

    /** One call of the library, all of it with memory of its own. */
    interface Call<T> {
        T ask() throws SanlockException;
    }

    LibSanlock library() {
        return library;
    }

    DaemonState state() {
        return state;
    }

    /** Asks what the daemon answers in its main loop: {@code MEMORY_ANSWER_SECONDS}. */
    <T> T fromMemory(SanlockOperation operation, String what, Call<T> call)
            throws SanlockException {
        return fromMemory(operation, what, call, late -> {});
    }

    /** The same for an answer that must be disposed of when it comes too late. */
    <T> T fromMemory(SanlockOperation operation, String what, Call<T> call, Consumer<T> late)
            throws SanlockException {
        enter(Lane.MAIN_LOOP, MEMORY, operation, what);
        return answer(start(Lane.MAIN_LOOP, call, late), MEMORY, operation, what, false);
    }

    /** Asks what takes a worker and some transfers: {@code storageAnswerSeconds}. */
    <T> T onStorage(SanlockOperation operation, String what, Call<T> call) throws SanlockException {
        enter(Lane.BRIEF, WORKER_WAIT, operation, what);
        return answer(start(Lane.BRIEF, call, late -> {}), STORAGE, operation, what, false);
    }

    /** Asks what hosts may compete for: {@code storageAnswerSeconds} and {@code acquireSeconds}. */
    <T> T competing(SanlockOperation operation, String what, Call<T> call) throws SanlockException {
        enter(Lane.COMPETING, WORKER_WAIT, operation, what);
        Duration limit =
                STORAGE.plusSeconds(
                        SanlockTimeouts.acquireSeconds(SanlockTimeouts.DEFAULT_IO_TIMEOUT_SECONDS));
        return answer(start(Lane.COMPETING, call, late -> {}), limit, operation, what, false);
    }

    /**
     * Asks what takes seconds to minutes. When the limit is over, or the thread is interrupted, the
     * daemon goes on with it.
     */
    <T> T membership(SanlockOperation operation, String what, Duration limit, Call<T> call)
            throws SanlockException {
        enter(Lane.MEMBERSHIP, limit, operation, what);
        return answer(start(Lane.MEMBERSHIP, call, late -> {}), limit, operation, what, true);
    }

    /**
     * Begins what takes seconds to minutes, and keeps its pass until it is done.
     *
     * @param begin returns at once
     * @param isDone asked again and again, on a thread of its own; what it throws ends it too
     */
    void beginMembership(
            SanlockOperation operation, String what, Call<Integer> begin, Call<Boolean> isDone)
            throws SanlockException {
        enter(Lane.MEMBERSHIP, WORKER_WAIT, operation, what);
        boolean begun = false;
        try {
            int rv = answer(start(null, begin, late -> {}), STORAGE, operation, what, false);
            begun = rv >= 0;
        } finally {
            if (!begun) {
                state.gate().leave(Lane.MEMBERSHIP);
            }
        }
        threads.execute(() -> {
            try {
                while (!isDone.ask()) {
                    Thread.sleep(Polling.PAUSE_MILLIS);
                }
            } catch (SanlockException | IllegalStateException e) {
                // The daemon is gone, or the library was unloaded: nothing left to wait for.
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // closed
            } finally {
                state.gate().leave(Lane.MEMBERSHIP);
            }
        });
    }

    /** Turns a code into an exception. */
    int check(int rv, SanlockOperation operation, String what) throws SanlockException {
        if (rv >= 0) {
            return rv;
        }
        throw new SanlockException(operation, what, rv, isConnected(rv));
    }

    /** Whether the daemon answers, asked on this thread. */
    boolean answers() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment versions = arena.allocate(JAVA_INT, 2);
            return library.admin().sanlock_version(0, versions, versions.asSlice(4)) >= 0;
        }
    }

    /** Unloads the library, if it is a copy. */
    @Override
    public void close() {
        threads.shutdownNow();
        library.close();
    }

    /** Whether a code came from the daemon rather than from the attempt to reach it. */
    private boolean isConnected(int rv) {
        return switch (rv) {
            case -Errno.ECONNREFUSED, -Errno.EPIPE, -Errno.ECONNRESET, -Errno.ENOTCONN -> false;
            case SanlockFailure.HUNG_UP_OR_NOT_HELD, -Errno.ENOENT, -Errno.EACCES -> answers();
            default -> true;
        };
    }

    private void enter(Lane lane, Duration limit, SanlockOperation operation, String what)
            throws SanlockException {
        if (!state.gate().enter(lane, limit)) {
            throw new SanlockException(operation, what, -Errno.EBUSY, SanlockFailure.NO_WORKER);
        }
    }

    /** The pass is given back by the thread that asks, when the daemon has answered. */
    private <T> CompletableFuture<T> start(@Nullable Lane lane, Call<T> call, Consumer<T> late) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        Runnable task =
                () -> {
                    try {
                        T value = call.ask();
                        leave(lane);
                        if (!answer.complete(value)) {
                            late.accept(value);
                        }
                    } catch (SanlockException | RuntimeException | Error e) {
                        leave(lane);
                        answer.completeExceptionally(e);
                    }
                };
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
            leave(lane);
            throw new IllegalStateException("closed", e);
        }
        return answer;
    }

    private void leave(@Nullable Lane lane) {
        if (lane != null) {
            state.gate().leave(lane);
        }
    }

    private static <T> T answer(
            CompletableFuture<T> answer,
            Duration limit,
            SanlockOperation operation,
            String what,
            boolean interruptible)
            throws SanlockException {
        long deadlineNanos = System.nanoTime() + limit.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return answer.get(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                    if (interruptible) {
                        throw new SanlockException(
                                operation, what, -Errno.EINTR, SanlockFailure.INTERRUPTED);
                    }
                } catch (TimeoutException e) {
                    SanlockException late =
                            new SanlockException(operation, what, -Errno.ETIMEDOUT, true);
                    if (answer.completeExceptionally(late)) {
                        throw late;
                    }
                    // It came just now: the next get returns it.
                } catch (ExecutionException e) {
                    throw thrownBy(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** What the call itself has thrown, with the trace of the thread that waited for it. */
    private static SanlockException thrownBy(ExecutionException e) {
        Throwable cause = e.getCause();
        if (cause != null) {
            cause.fillInStackTrace();
        }
        return switch (cause) {
            case SanlockException failure -> failure;
            case RuntimeException failure -> throw failure;
            case Error failure -> throw failure;
            case null, default -> throw new IllegalStateException(e);
        };
    }
}
