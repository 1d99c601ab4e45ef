package io.tenure.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The comparison with the peers is a Python program with tests of its own; here they are run. */
class ComparisonTest {
    private static final long LIMIT_SECONDS = 300;

    @TempDir private Path folder = Path.of("");

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"test_statistics", "test_pieces", "test_gates", "test_command"})
    void theComparisonHoldsWhatItsTestsSay(String module) throws IOException, InterruptedException {
        assumeTrue(hasPython(), "python3 is not installed");

        Path output = folder.resolve("output");
        ProcessBuilder builder =
                new ProcessBuilder("python3", "-B", "-m", "unittest", "-v", "tests." + module);
        builder.directory(Path.of("").toAbsolutePath().toFile()); // the module's folder
        builder.environment().put("TMPDIR", folder.toString());
        builder.environment().put("PYTHONUTF8", "1");
        builder.redirectErrorStream(true).redirectOutput(output.toFile());
        Process process = builder.start();
        try {
            assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }

        String said = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(said).isZero();
        assertThat(said).containsPattern("Ran [1-9][0-9]* tests?");
        assumeTrue(!said.contains("skipped="), said);
    }

    private static boolean hasPython() throws InterruptedException {
        try {
            return new ProcessBuilder("python3", "--version").start().waitFor() == 0;
        } catch (IOException e) {
            return false; // there is no such program
        }
    }
}
