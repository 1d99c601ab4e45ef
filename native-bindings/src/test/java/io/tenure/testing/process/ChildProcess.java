package io.tenure.testing.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A program that runs beside the test: it is told lines on its standard input, answers lines, can
 * be stopped and killed, and ends with this JVM at the latest.
 *
 * <p>It is started by way of setpriv(1), so that the kernel kills it when the thread that started
 * it ends; that is one thread of this class, which ends with the JVM. Standard output and error go
 * to a file. One thread at a time may use an object of this class.
 */
public final class ChildProcess implements AutoCloseable {
    /** For what the kernel does at once. */
    private static final Duration KERNEL_LIMIT = Duration.ofSeconds(20);

    private static final long POLL_MILLIS = 5;

    private static final ExecutorService STARTER =
            Executors.newSingleThreadExecutor(task -> {
                Thread thread = new Thread(task, "child-process-starter");
                thread.setDaemon(true);
                return thread;
            });

    private final String name;
    private final Path output;
    private final Process process;
    private int linesSeen;

    private ChildProcess(String name, Path output, Process process, int linesSeen) {
        this.name = name;
        this.output = output;
        this.process = process;
        this.linesSeen = linesSeen;
    }

    /**
     * Starts a program.
     *
     * @param command the program and its arguments
     * @param environment what is added to this JVM's environment
     * @param output receives standard output and error; what it holds is kept
     * @return the child, to be closed
     * @throws IOException if it cannot be started
     */
    public static ChildProcess start(
            List<String> command, Map<String, String> environment, Path output) throws IOException {
        List<String> mortal = new ArrayList<>(List.of("setpriv", "--pdeathsig", "KILL"));
        mortal.addAll(command);
        ProcessBuilder builder =
                new ProcessBuilder(mortal)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        builder.environment().putAll(environment);
        int linesBefore = Files.exists(output) ? wholeLines(output).size() : 0;
        try {
            Process process = STARTER.submit(builder::start).get();
            return new ChildProcess(String.join(" ", command), output, process, linesBefore);
        } catch (ExecutionException e) {
            throw new IOException(String.join(" ", command) + " cannot be started", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a process was started", e);
        }
    }

    /**
     * Its process id.
     *
     * @return the id, which others may have once it ended
     */
    public long pid() {
        return process.pid();
    }

    /**
     * Whether it has not ended.
     *
     * @return true also while it is stopped
     */
    public boolean isAlive() {
        return process.isAlive();
    }

    /**
     * Sends it a line.
     *
     * @param line without its end
     * @throws IOException if it does not listen any more
     */
    public void tell(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /**
     * Ends its standard input, which asks most programs to end.
     *
     * @throws IOException if that fails
     */
    public void endInput() throws IOException {
        process.getOutputStream().close();
    }

    /**
     * Waits for a line that has not been waited for before. Lines before it are passed over.
     *
     * @param start what the line begins with
     * @param limit for how long to wait
     * @return the rest of the line
     * @throws IOException if it does not come, or the process ends without it; with all output
     */
    public String awaitLine(String start, Duration limit) throws IOException {
        long deadlineNanos = System.nanoTime() + limit.toNanos();
        while (true) {
            boolean ended = !process.isAlive(); // asked before its last words are read
            List<String> lines = wholeLines(output);
            while (linesSeen < lines.size()) {
                String line = lines.get(linesSeen++);
                if (line.startsWith(start)) {
                    return line.substring(start.length());
                }
            }
            if (ended || System.nanoTime() - deadlineNanos > 0) {
                throw new IOException(
                        (ended ? "ended without '" : "has not said '")
                                + start
                                + "': "
                                + name
                                + "; it said:\n"
                                + said());
            }
            pause();
        }
    }

    /**
     * All that has been written to the output file, by this process and those before it.
     *
     * @return as far as it came
     * @throws IOException if the file cannot be read
     */
    public String said() throws IOException {
        return Files.readString(output, StandardCharsets.UTF_8);
    }

    /**
     * Waits until it has ended.
     *
     * @param limit for how long to wait
     * @return what it ended with; 128 + signal when it was killed
     * @throws IOException if it does not end
     */
    public int awaitEnd(Duration limit) throws IOException {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(
                        name + " (pid " + pid() + ") did not end; it said:\n" + said());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + name, e);
        }
    }

    /**
     * Stops it with SIGSTOP, and waits until it has stopped.
     *
     * @throws IOException if it does not stop, as when it waits for storage that hangs
     */
    public void stop() throws IOException {
        signal("STOP");
        long deadlineNanos = System.nanoTime() + KERNEL_LIMIT.toNanos();
        while (state() != 'T') {
            if (System.nanoTime() - deadlineNanos > 0) {
                throw new IOException(name + " does not stop; its state is " + state());
            }
            pause();
        }
    }

    /**
     * Lets it go on after {@link #stop}.
     *
     * @throws IOException if it has ended
     */
    public void cont() throws IOException {
        signal("CONT");
    }

    /**
     * Sends it a signal.
     *
     * @param signal the name without SIG
     * @throws IOException if it has ended
     */
    public void signal(String signal) throws IOException {
        // Not by the bare id of a process that has ended: it may be somebody else's now.
        if (!process.isAlive()) {
            throw new IOException(name + " has ended; it said:\n" + said());
        }
        Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid())).start();
        try {
            if (kill.waitFor() != 0) {
                throw new IOException("kill -" + signal + " " + pid() + " failed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while signalling " + name, e);
        }
    }

    /**
     * Kills it with SIGKILL, and waits until it is gone. Nothing happens if it has ended.
     *
     * @throws IOException if it is not gone after 20 seconds, as when it waits for storage that
     *     hangs: it goes when the storage answers
     */
    public void kill() throws IOException {
        process.destroyForcibly();
        awaitEnd(KERNEL_LIMIT);
    }

    /** {@link #kill Kills} it. */
    @Override
    public void close() throws IOException {
        kill();
    }

    /** The state letter of proc(5). */
    private char state() throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid()), "stat"));
        return stat.charAt(stat.lastIndexOf(')') + 2);
    }

    private static List<String> wholeLines(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.UTF_8);
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
