package io.tenure.jobs.matrix;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The storage operations of the job of this process, in their order. Before and after one of them
 * the process tells its parent, and waits for a word.
 *
 * <p>What the watch of the leases does is not counted: it goes on while the job waits.
 */
final class Checkpoints {
    /** How a line of the process begins that tells of an operation. */
    static final String OPERATION = "op ";

    /** How a line begins that tells that the process waits before the operation. */
    static final String BEFORE = "before ";

    /** How a line begins that tells that the process waits after it. */
    static final String AFTER = "after ";

    private static final String WATCH_THREADS = "tenure-lease-";

    private final AtomicInteger count = new AtomicInteger();
    private final AtomicInteger held = new AtomicInteger();
    private final int stopAt;
    private volatile boolean counting;

    /** One operation. */
    @FunctionalInterface
    interface Operation<T> {
        T run() throws IOException;
    }

    /**
     * Counts nothing yet.
     *
     * @param stopAt at which operation to wait, from 1; 0 to wait at none and list them all
     */
    Checkpoints(int stopAt) {
        this.stopAt = stopAt;
    }

    /** The job begins: its operations count from now on. */
    void begin() {
        counting = true;
    }

    /** The volume's lease is held from now on. */
    void holding() {
        held.incrementAndGet();
    }

    /** It is let go from now on. */
    void lettingGo() {
        held.decrementAndGet();
    }

    /** Carries out an operation. */
    <T> T pass(String what, Operation<T> operation) throws IOException {
        if (!counting || Thread.currentThread().getName().startsWith(WATCH_THREADS)) {
            return operation.run();
        }
        int number = count.incrementAndGet();
        if (stopAt == 0) {
            say(OPERATION + (held.get() > 0 ? "holding " : "free ") + what);
        }
        if (number != stopAt) {
            return operation.run();
        }
        halt(BEFORE + what);
        try {
            T result = operation.run();
            halt(AFTER + what);
            return result;
        } catch (IOException | RuntimeException | Error e) {
            halt(AFTER + what + ": " + e);
            throw e;
        }
    }

    static synchronized void say(String line) {
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        System.out.write(bytes, 0, bytes.length);
        System.out.flush();
    }

    private static void halt(String line) throws IOException {
        say(line.replace('\n', ' '));
        int read;
        do {
            read = System.in.read();
        } while (read >= 0 && read != '\n');
        if (read < 0) {
            Runtime.getRuntime().halt(1); // the parent is gone
        }
    }
}
