package io.tenure.tools.demo;

import io.tenure.jobs.JobFailure;
import io.tenure.jobs.JobResult;
import io.tenure.tools.output.Output;
import io.tenure.tools.verb.ExitCode;
import java.nio.file.Path;

/** Tells people what happens in the demo, in lines that fit a terminal. For one thread. */
final class Narrator {
    private static final String INDENT = "   ";
    private static final int WIDTH = 96;

    private final Output output;
    private final Path folder;

    Narrator(Output output, Path folder) {
        this.output = output;
        this.folder = folder;
    }

    Output output() {
        return output;
    }

    String indent() {
        return INDENT;
    }

    /** A path as it is below the demo's folder. */
    Path path(Path file) {
        return file.startsWith(folder) ? folder.relativize(file) : file;
    }

    void line(String text) {
        output.say(text);
    }

    /** A line that belongs to a scene. */
    void inner(String text) {
        output.say(INDENT + text);
    }

    void heading(int scene, String text) {
        output.say("");
        output.say("%d. %s".formatted(scene, text));
        output.say("");
    }

    /** What the command prints when it is refused, and how it ends. */
    void refusal(JobResult result, ExitCode exitCode) {
        JobFailure failure = result.failure();
        String message = failure == null ? "not refused" : failure.message();
        wrapped("tenure: " + message);
        inner("exit code " + exitCode.status() + " (" + exitCode.errorName() + ")");
    }

    private void wrapped(String text) {
        StringBuilder line = new StringBuilder(INDENT);
        for (String word : text.split(" ", -1)) {
            if (line.length() + word.length() >= WIDTH && line.length() > 2 * INDENT.length()) {
                output.say(line.toString().stripTrailing());
                line = new StringBuilder(INDENT + "  ");
            }
            line.append(word).append(' ');
        }
        output.say(line.toString().stripTrailing());
    }
}
