package io.tenure.lease.sanlock;

import io.tenure.lease.LeasesUnavailableException;
import io.tenure.sanlock.SanlockException;
import io.tenure.sanlock.SanlockTimeouts;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks the daemon, but does not wait for its answer for ever. The client library has no time limit:
 * a daemon that is stopped, or stuck in front of hung storage, hangs its callers.
 *
 * <p>Each call runs on a thread of its own, a daemon thread; one that is never answered stays there
 * until its connection is shut down or the process ends.
 */
final class DaemonCalls implements AutoCloseable {
    /** For what the daemon answers from memory, usually in microseconds. */
    static final Duration FROM_MEMORY = Duration.ofSeconds(10);

    /** Who has not answered, and why. */
    static final String DAEMON =
            "the sanlock daemon has not answered for %d s; it is stopped, or its storage hangs";

    /** Who has not answered, where storage is asked without the daemon. */
    static final String STORAGE = "storage has not answered for %d s";

    private final ExecutorService threads =
            Executors.newCachedThreadPool(
                    Thread.ofPlatform().name("tenure-sanlock-", 0).daemon().factory());

    /**
     * For what the daemon must read or write on storage: when that takes longer than this, the
     * daemon itself takes its lockspace for failed.
     *
     * @param ioTimeoutSeconds the io_timeout of this host
     */
    static Duration onStorage(int ioTimeoutSeconds) {
        return Duration.ofSeconds(SanlockTimeouts.failSeconds(ioTimeoutSeconds));
    }

    /**
     * For an acquire, which may have to compete with other hosts.
     *
     * @param ioTimeoutSeconds the io_timeout of this host
     */
    static Duration competing(int ioTimeoutSeconds) {
        return onStorage(ioTimeoutSeconds)
                .plusSeconds(SanlockTimeouts.acquireSeconds(ioTimeoutSeconds));
    }

    /** The same where the io_timeout is not known: for the daemon's default. */
    static Duration onStorage() {
        return onStorage(SanlockTimeouts.DEFAULT_IO_TIMEOUT_SECONDS);
    }

    /**
     * Asks.
     *
     * @param limit how long to wait for the answer
     * @param what what is asked, for messages: an infinitive and its object
     * @param call asks
     * @return the answer
     * @throws LeasesUnavailableException if there was none in time
     * @throws IOException whatever the call throws
     */
    <T> T within(Duration limit, String what, Callable<T> call) throws IOException {
        return within(limit, what, DAEMON, call);
    }

    /**
     * The same, of the daemon or of storage itself.
     *
     * @param silence what to say if there is no answer: {@link #DAEMON} or {@link #STORAGE}
     */
    <T> T within(Duration limit, String what, String silence, Callable<T> call) throws IOException {
        Future<T> answer = threads.submit(call);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true; // the call goes on, and its answer must be known
                }
            }
        } catch (TimeoutException e) {
            throw new LeasesUnavailableException(
                    "cannot " + what + ": " + silence.formatted(limit.toSeconds()), e);
        } catch (ExecutionException e) {
            throw thrownBy(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** What the call itself has thrown. It may have a limit of its own, which ended first. */
    private static IOException thrownBy(ExecutionException e) {
        return switch (e.getCause()) {
            case SanlockException silence when silence.isUnanswered() ->
                    new LeasesUnavailableException(String.valueOf(silence.getMessage()), silence);
            case IOException cause -> cause;
            case RuntimeException cause -> throw cause;
            case Error cause -> throw cause;
            case null, default -> new IOException(e);
        };
    }

    /** Ends the threads that wait for no answer. */
    @Override
    public void close() {
        threads.shutdown();
    }
}
