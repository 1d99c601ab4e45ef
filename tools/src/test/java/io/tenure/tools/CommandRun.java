package io.tenure.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.Interruption;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * One run of the command, as its caller sees it.
 *
 * @param exitCode how it ended
 * @param out standard output
 * @param err standard error
 */
record CommandRun(int exitCode, String out, String err) {

    /** Runs the command in this JVM. */
    static CommandRun of(Object... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        String[] args = new String[words.length];
        for (int i = 0; i < words.length; i++) {
            args[i] = words[i].toString();
        }
        ExitCode exitCode =
                new Tenure(
                                new PrintStream(out, true, StandardCharsets.UTF_8),
                                new PrintStream(err, true, StandardCharsets.UTF_8),
                                false,
                                new Interruption())
                        .run(args);
        return new CommandRun(
                exitCode.status(),
                out.toString(StandardCharsets.UTF_8),
                err.toString(StandardCharsets.UTF_8));
    }

    /** Runs the command in this JVM; it has to succeed, and its JSON is returned. */
    static Map<String, Object> json(Object... words) {
        Object[] all = new Object[words.length + 1];
        all[0] = "--json";
        System.arraycopy(words, 0, all, 1, words.length);
        CommandRun run = of(all);
        assertThat(run).as(run.toString()).extracting(CommandRun::exitCode).isEqualTo(0);
        return run.json();
    }

    /** The one object on standard output. */
    Map<String, Object> json() {
        assertThat(out).hasLineCount(1).endsWith("\n");
        assertThat(err).isEmpty();
        try {
            return JSON.std.mapFrom(out);
        } catch (IOException e) {
            throw new AssertionError("not JSON: " + out, e);
        }
    }

    /** A field that is there and is text. */
    static String text(Map<String, Object> fields, String name) {
        assertThat(fields.get(name)).as(name).isInstanceOf(String.class);
        return String.valueOf(fields.get(name));
    }

    /** Asserts a failure for people: the exit code, one line, nothing else. */
    CommandRun failsWith(ExitCode expected) {
        assertThat(this)
                .as(toString())
                .extracting(CommandRun::exitCode)
                .isEqualTo(expected.status());
        assertThat(out).isEmpty();
        assertThat(err).hasLineCount(1).startsWith("tenure: ").endsWith("\n");
        return this;
    }
}
