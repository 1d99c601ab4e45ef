package io.tenure.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo is what a stranger sees first: it has to hold what it says, and leave nothing. */
class DemoTest {
    private static final int WIDTH = 100;

    @TempDir private Path folder;

    private CommandRun demo(Object... options) throws Exception {
        Object[] words = new Object[options.length + 1];
        words[0] = "demo";
        System.arraycopy(options, 0, words, 1, options.length);
        return CommandProcess.run(folder, Map.of(), words);
    }

    /** What demos have left, wherever they may put a folder, and which daemons of theirs run. */
    private Set<String> leftovers() throws IOException {
        Set<String> found = new TreeSet<>();
        for (Path place : new Path[] {folder, Path.of("/dev/shm")}) {
            try (Stream<Path> files = Files.list(place)) {
                files.map(Path::toString)
                        .filter(path -> path.contains("tenure-demo-"))
                        .forEach(found::add);
            }
        }
        ProcessHandle.allProcesses()
                .filter(process ->
                        process.info()
                                .commandLine()
                                .filter(line -> line.contains("tenure-demo-host-"))
                                .isPresent())
                .forEach(process -> found.add("process " + process.pid()));
        return found;
    }

    /** The first line but one names the folder, which is as long as the machine has it. */
    private static void assertNarrow(CommandRun run) {
        assertThat(run.out().lines())
                .filteredOn(line -> !line.startsWith("folder "))
                .allSatisfy(line -> assertThat(line).hasSizeLessThan(WIDTH));
    }

    @Test
    void theLocalDemoShowsTheStepsTheRecordsAndTheRefusal() throws Exception {
        Set<String> before = leftovers();
        CommandRun run = demo();
        assertThat(run).as(run.toString()).extracting(CommandRun::exitCode).isEqualTo(0);
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .containsSubsequence(
                        "ACQUIRE",
                        "VALIDATE",
                        "WORK",
                        "COMMIT",
                        "RELEASE",
                        "legal",
                        "illegal",
                        "Byte for byte",
                        "refused",
                        "exit code 4",
                        "Not a byte was touched");
        assertNarrow(run);
        assertThat(leftovers()).isEqualTo(before);
    }

    @Test
    void theSanlockDemoHasTwoHostsAndRefusesTheSecondWhileTheFirstWorks() throws Exception {
        Set<String> before = leftovers();
        CommandRun run = demo("--leases", "sanlock");
        assertThat(run).as(run.toString()).extracting(CommandRun::exitCode).isEqualTo(0);
        assertThat(run.out().replaceAll("\\s+", " "))
                .containsSubsequence(
                        "Host 1 is in the middle of its work",
                        "is held by host 1 (host generation 1, LIVE)",
                        "exit code 3",
                        "Byte for byte",
                        "now host 2 does its own job",
                        "Byte for byte",
                        "exit code 4",
                        "Not a byte was touched");
        assertThat(leftovers()).isEqualTo(before);
    }

    @Test
    void aKeptDemoCanBeLookedAt() throws Exception {
        CommandRun run = demo("--json", "--keep");
        assertThat(run.exitCode()).as(run.toString()).isEqualTo(0);
        Path kept = Path.of(CommandRun.text(run.json(), "folder"));
        assertThat(kept).startsWith(folder);
        assertThat(CommandRun.json("domain", "info", kept.resolve("domain")))
                .containsEntry("volumes", 1);
    }

    @Test
    void anInterruptedDemoCleansUp() throws Exception {
        Set<String> before = leftovers();
        try (CommandProcess demo =
                CommandProcess.start(folder, Map.of(), "demo", "--leases", "sanlock")) {
            while (!demo.output().contains("two sanlock daemons")) {
                assertThat(demo.isAlive()).isTrue();
                Thread.sleep(10);
            }
            demo.signal("INT");
            CommandRun run = demo.await();
            assertThat(run.exitCode()).as(run.toString()).isEqualTo(130);
        }
        assertThat(leftovers()).isEqualTo(before);
    }
}
