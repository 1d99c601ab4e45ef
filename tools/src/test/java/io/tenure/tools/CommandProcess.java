package io.tenure.tools;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The command in a JVM of its own, as the launcher starts it; killed at the end of the test. */
final class CommandProcess implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Process process;
    private final Path out;
    private final Path err;

    private CommandProcess(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** Starts the command with files for its output in the given folder. */
    static CommandProcess start(Path folder, Map<String, String> environment, Object... words)
            throws IOException {
        // A build in the background ignores SIGINT, and so would what it starts.
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:+UseSerialGC");
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-XX:-UsePerfData");
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-Djava.io.tmpdir=" + folder);
        command.add("-cp");
        command.add(
                System.getProperty("jdk.module.path", "")
                        + ":"
                        + System.getProperty("java.class.path", ""));
        command.add(Main.class.getName());
        for (Object word : words) {
            command.add(word.toString());
        }
        Path out = Files.createTempFile(folder, "run", ".out");
        Path err = Files.createTempFile(folder, "run", ".err");
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        builder.redirectOutput(out.toFile()).redirectError(err.toFile());
        return new CommandProcess(builder.start(), out, err);
    }

    /** Runs the command to its end. */
    static CommandRun run(Path folder, Map<String, String> environment, Object... words)
            throws IOException, InterruptedException {
        try (CommandProcess process = start(folder, environment, words)) {
            return process.await();
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Sends a signal by its name. */
    void signal(String name) throws IOException, InterruptedException {
        Process kill =
                new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .inheritIO()
                        .start();
        if (kill.waitFor() != 0) {
            throw new IOException("kill -" + name + " failed");
        }
    }

    /** Waits for the end. */
    CommandRun await() throws IOException, InterruptedException {
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new IOException("the command did not end: " + said(out) + said(err));
        }
        return new CommandRun(process.exitValue(), said(out), said(err));
    }

    /** What has been said on standard error by now. */
    String errors() throws IOException {
        return said(err);
    }

    /** What has been said on standard output by now. */
    String output() throws IOException {
        return said(out);
    }

    private static String said(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
