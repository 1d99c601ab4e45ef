package io.tenure.jobs;

import io.tenure.domain.Clock;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * The process of a worker: either this agent's own child, which reports over a pipe, or one that
 * another agent started, of which only its end can be seen.
 */
final class WorkerProcess {
    /** How often it is looked whether a process has ended that is no child of this one. */
    private static final Duration OFTEN = Duration.ofMillis(50);

    /** For how long the last words of a process that has ended are waited for. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private final ProcessIdentity identity;
    private final @Nullable Process child;
    private final CountDownLatch over = new CountDownLatch(1);
    private @Nullable Thread reader;

    private WorkerProcess(ProcessIdentity identity, @Nullable Process child) {
        this.identity = identity;
        this.child = child;
    }

    /**
     * Starts one, which waits for its errand.
     *
     * @throws EndedAtOnceException if it ended before it could be looked at
     */
    static WorkerProcess start(List<String> command, Path log) throws IOException {
        Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
        try {
            return new WorkerProcess(ProcessIdentity.of(process.pid()), process);
        } catch (IOException | RuntimeException | Error e) {
            if (!process.isAlive()) {
                throw new EndedAtOnceException(process.pid(), process.exitValue(), e);
            }
            process.destroyForcibly();
            throw e;
        }
    }

    /** A process of which nothing was there any more to know it by. */
    static final class EndedAtOnceException extends IOException {
        private static final long serialVersionUID = 1L;

        EndedAtOnceException(long pid, int code, Throwable cause) {
            super("process " + pid + " ended at once, with code " + code, cause);
        }
    }

    /** One that another agent started; it may have ended. */
    static WorkerProcess ofStranger(ProcessIdentity identity) {
        return new WorkerProcess(identity, null);
    }

    ProcessIdentity identity() {
        return identity;
    }

    /** Whether this agent started it. */
    boolean isOwn() {
        return child != null;
    }

    /** Begins to hear what it says. */
    void listen(WorkerWords.Listener listener) {
        Process own = Objects.requireNonNull(child);
        reader =
                Thread.ofPlatform()
                        .daemon()
                        .name("tenure-listener-" + own.pid())
                        .start(() -> read(own, listener));
    }

    private static void read(Process own, WorkerWords.Listener listener) {
        try {
            WorkerWords.read(own.getInputStream(), listener);
        } catch (IOException e) { // closed at its end, under way
            log("the words of worker " + own.pid() + " end early", e);
        }
    }

    /** Says a line to it. Nothing happens if it is gone: how it ended comes all the same. */
    void tell(String line) {
        OutputStream words = Objects.requireNonNull(child).getOutputStream();
        try {
            words.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            words.flush();
        } catch (IOException e) {
            log("worker " + identity.pid() + " does not hear", e);
        }
    }

    /** Tells it to abort its job. */
    void abort() throws IOException {
        if (child != null) {
            tell(WorkerMain.ABORT);
        } else if (identity.isAlive()) {
            ProcessHandle.of(identity.pid()).ifPresent(ProcessHandle::destroy);
        }
    }

    /** Ends it at once. Its leases are free, and its job ends where it stands. */
    void kill() {
        if (child != null) {
            child.destroyForcibly();
        }
    }

    /** It said that it has left word. */
    void hasLeftWord() {
        over.countDown();
    }

    /**
     * Waits until it has left word or is gone, and what it said has been heard.
     *
     * @param resultFile where it leaves word
     * @return what it ended with, if it is this agent's own child and gone
     */
    OptionalInt awaitEnd(Path resultFile) throws IOException, InterruptedException {
        Process own = child;
        if (own == null) {
            while (!Files.exists(resultFile) && identity.isAlive()) {
                Clock.SYSTEM.sleep(OFTEN);
            }
            return OptionalInt.empty();
        }
        CompletableFuture<Void> _ = own.onExit().thenRun(over::countDown);
        over.await();
        if (own.isAlive()) {
            return OptionalInt.empty();
        }
        Thread listening = reader;
        if (listening != null) {
            // Not for ever: somebody else may have inherited the other end of the pipe.
            listening.join(LAST_WORDS);
        }
        return OptionalInt.of(own.exitValue());
    }

    private static void log(String what, IOException e) {
        System.getLogger(WorkerProcess.class.getName())
                .log(System.Logger.Level.DEBUG, what + ": " + e.getMessage());
    }
}
