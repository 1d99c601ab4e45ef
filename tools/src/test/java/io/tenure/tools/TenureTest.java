package io.tenure.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.bindings.NativeUnavailableException;
import io.tenure.domain.InvalidRequestException;
import io.tenure.domain.RefusedException;
import io.tenure.format.CorruptMetadataException;
import io.tenure.tools.verb.CommandException;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.Interruption;
import io.tenure.tools.verb.Subcommands.Subcommand;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TenureTest {
    private final ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
    private Callable<ExitCode> behaviour = () -> ExitCode.DONE;

    @AfterEach
    void forgetInterruption() {
        Thread.interrupted();
    }

    private ExitCode run(String commandLine) {
        return runWords(commandLine.isEmpty() ? new String[0] : commandLine.split(" ", -1));
    }

    private ExitCode runWords(String... words) {
        return tenure(new PrintStream(outBytes, true, StandardCharsets.UTF_8)).run(words);
    }

    private Tenure tenure(PrintStream out) {
        return new Tenure(
                new TenureCommand(),
                List.of(new Subcommand("probe", () -> new ProbeNoun(behaviour))),
                out,
                new PrintStream(errBytes, true, StandardCharsets.UTF_8),
                false,
                new Interruption());
    }

    private String out() {
        return outBytes.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return errBytes.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                           | a noun is missing: one of domain, host, lease, volume, demo, probe (see 'tenure --help')",
                "nothing                      | unknown noun 'nothing': one of domain, host, lease, volume, demo, probe (see 'tenure --help')",
                "probe                        | a verb is missing: one of show (see 'tenure probe --help')",
                "probe nothing                | unknown verb 'nothing': one of show (see 'tenure probe --help')",
                "probe show                   | missing required parameter: 'NAME' (see 'tenure probe show --help')",
                "probe show a b               | unmatched argument at index 3: 'b' (see 'tenure probe show --help')",
                "probe show a --nothing       | unknown option: '--nothing' (see 'tenure probe show --help')",
                "probe show a --count many    | invalid value for option '--count': 'many' is not a whole number (see 'tenure probe show --help')",
                "probe show a --size -1       | invalid value for option '--size': '-1' is negative (see 'tenure probe show --help')",
                "--quiet --verbose probe show a | --quiet and --verbose exclude each other (see 'tenure probe show --help')",
            })
    void aWrongCommandLineIsOneLineAndExitCode2(String commandLine, String message) {
        behaviour =
                () -> {
                    throw new AssertionError("must not run");
                };
        assertThat(run(commandLine)).isEqualTo(ExitCode.USAGE);
        assertThat(err()).isEqualTo("tenure: " + message + "\n");
        assertThat(out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--json nothing",
                "nothing --json",
                "--nothing --json",
                "probe show --json",
                "probe --json nothing"
            })
    void aWrongCommandLineIsOneObjectWhereverJsonIsAskedFor(String commandLine) {
        assertThat(run(commandLine)).isEqualTo(ExitCode.USAGE);
        assertThat(out())
                .startsWith("{\"error\":\"usage\",\"message\":\"")
                .endsWith("\",\"exit_code\":2}\n")
                .hasLineCount(1);
        assertThat(err()).isEmpty();
    }

    @Test
    void jsonBehindTheEndOfOptionsIsAnOrdinaryWord() {
        assertThat(run("nothing -- --json")).isEqualTo(ExitCode.USAGE);
        assertThat(out()).isEmpty();
        assertThat(err()).hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--json probe show a",
                "probe --json show a",
                "probe show --json a",
                "probe show a --json"
            })
    void globalOptionsStandBeforeTheNounOrBehindTheVerb(String commandLine) {
        assertThat(run(commandLine)).isEqualTo(ExitCode.DONE);
        assertThat(out()).isEqualTo("{\"name\":\"a\"}\n");
        assertThat(err()).isEmpty();
    }

    @Test
    void peopleGetLinesAndWarnings() {
        assertThat(run("probe show a --size 2K")).isEqualTo(ExitCode.DONE);
        assertThat(out()).isEqualTo("a line\nname a, size 2048, count 0\n");
        assertThat(err()).isEqualTo("tenure: warning: a warning\n");
    }

    @Test
    void quietLeavesOnlyWarningsAndErrors() {
        assertThat(run("probe show a --quiet")).isEqualTo(ExitCode.DONE);
        assertThat(out()).isEmpty();
        assertThat(err()).isEqualTo("tenure: warning: a warning\n");
    }

    @Test
    void verboseAddsDetailsOnStandardError() {
        assertThat(run("--verbose probe show a")).isEqualTo(ExitCode.DONE);
        assertThat(err()).isEqualTo("tenure: a detail\ntenure: warning: a warning\n");
    }

    @Test
    void argumentsAreTakenAsTheyAre() {
        assertThat(runWords("probe", "show", "two  words \"'$x Größe")).isEqualTo(ExitCode.DONE);
        assertThat(out()).contains("name two  words \"'$x Größe, size 0, count 0\n");
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(
                        new CommandException(ExitCode.LEASE_UNAVAILABLE, "host 2 has it"),
                        ExitCode.LEASE_UNAVAILABLE,
                        "host 2 has it"),
                Arguments.of(
                        new NativeUnavailableException("no libsanlock"),
                        ExitCode.ENVIRONMENT,
                        "no libsanlock"),
                Arguments.of(new IOException("disk full"), ExitCode.FAILED, "disk full"),
                Arguments.of(new InvalidRequestException("no"), ExitCode.USAGE, "no"),
                Arguments.of(new RefusedException("no"), ExitCode.FAILED, "no"),
                Arguments.of(
                        new CorruptMetadataException("torn"), ExitCode.INVALID_METADATA, "torn"),
                Arguments.of(
                        new UncheckedIOException(new IOException("disk full")),
                        ExitCode.FAILED,
                        "disk full"),
                Arguments.of(
                        new NoSuchFileException("/a"),
                        ExitCode.FAILED,
                        "/a: no such file or directory"),
                Arguments.of(new InterruptedException("wait"), ExitCode.INTERRUPTED, "interrupted"),
                Arguments.of(
                        new IllegalStateException("a\nbug"),
                        ExitCode.FAILED,
                        "internal error: java.lang.IllegalStateException: a bug (--verbose shows where)"),
                Arguments.of(
                        new StackOverflowError(),
                        ExitCode.FAILED,
                        "internal error: java.lang.StackOverflowError (--verbose shows where)"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aFailureIsOneLineAndItsExitCode(Throwable thrown, ExitCode exitCode, String message) {
        behaviour = () -> sneak(thrown);
        assertThat(run("probe show a")).isEqualTo(exitCode);
        assertThat(out()).isEmpty();
        assertThat(err()).isEqualTo("tenure: " + message + "\n");
    }

    @Test
    void verboseShowsWhereAFailureArose() {
        behaviour =
                () -> {
                    throw new IOException("disk full");
                };
        assertThat(run("probe show a --verbose")).isEqualTo(ExitCode.FAILED);
        assertThat(err())
                .startsWith("tenure: disk full\njava.io.IOException: disk full\n\tat ")
                .contains("TenureTest");
    }

    @Test
    void aFailureInJsonIsOneObjectWithItsDetailsInOrder() {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("volume_id", "v");
        details.put("generation", 4L);
        details.put("expected_generation", 3L);
        behaviour =
                () -> {
                    throw new CommandException(
                            ExitCode.GENERATION_MISMATCH, "the generation is \"4\"", details, null);
                };
        assertThat(run("--json probe show a")).isEqualTo(ExitCode.GENERATION_MISMATCH);
        assertThat(out())
                .isEqualTo(
                        "{\"error\":\"generation_mismatch\","
                                + "\"message\":\"the generation is \\\"4\\\"\",\"exit_code\":4,"
                                + "\"volume_id\":\"v\",\"generation\":4,\"expected_generation\":3}\n");
        assertThat(err()).isEmpty();
    }

    @Test
    void aVerbMayEndWithAnotherExitCodeAndStillShowItsResult() {
        behaviour = () -> ExitCode.LEASE_LOST;
        assertThat(run("probe show a --json")).isEqualTo(ExitCode.LEASE_LOST);
        assertThat(out()).isEqualTo("{\"name\":\"a\"}\n");
    }

    @Test
    void aResultThatCannotBeWrittenIsAFailure() throws IOException {
        assertThat(Files.exists(Path.of("/dev/full"))).isTrue();
        try (PrintStream full = new PrintStream(new FileOutputStream("/dev/full"), true)) {
            assertThat(tenure(full).run("probe", "show", "a")).isEqualTo(ExitCode.FAILED);
        }
        assertThat(err()).contains("cannot be written to standard output");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "probe --help", "probe show --help", "-h"})
    void helpIsThereForTheCommandItsNounsAndTheirVerbs(String commandLine) {
        assertThat(run(commandLine)).isEqualTo(ExitCode.DONE);
        assertThat(out()).startsWith("Usage: tenure ").contains("--json");
        assertThat(err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "-V", "probe show --version"})
    void theVersionIsOneLine(String commandLine) {
        assertThat(run(commandLine)).isEqualTo(ExitCode.DONE);
        assertThat(out())
                .matches("tenure [0-9]+\\.[0-9]+\\.[0-9]+(-SNAPSHOT)? \\(Java [0-9]+\\)\n");
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> ExitCode sneak(Throwable thrown) throws E {
        throw (E) thrown;
    }
}
