package io.tenure.testing.sanlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.sanlock.Sanlock;
import io.tenure.testing.process.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SanlockLabTest {
    @TempDir private Path directory;

    @Test
    void closing_leaves_no_daemon_and_no_file() throws Exception {
        SanlockLab lab = SanlockLab.start(2);
        Path folder = lab.runDirectory(0).getParent();
        List<Long> pids = List.of(lab.pid(0), lab.pid(1));
        assertThat(pids).allMatch(SanlockLabTest::isDaemon);
        lab.stop(1);
        lab.close();
        lab.close();
        assertThat(pids).noneMatch(SanlockLabTest::isDaemon);
        assertThat(folder).doesNotExist();
    }

    @Test
    void a_daemon_that_does_not_start_is_told_with_what_it_said() throws Exception {
        try (SanlockLab lab = SanlockLab.start(1)) {
            lab.kill(0);
            Files.move(lab.runDirectory(0), lab.runDirectory(0).resolveSibling("away"));
            Files.createFile(lab.runDirectory(0));
            assertThatThrownBy(() -> lab.restart(0))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("it said")
                    .hasMessageContaining("directory");
        }
    }

    @Test
    void a_jvm_that_ends_without_closing_leaves_no_daemon_and_no_file() throws Exception {
        ChildJvm child = run("exit");
        assertThat(child.exitCode()).isZero();
        assertThat(isDaemon(pid(child))).isFalse();
        assertThat(folder(child)).doesNotExist();
    }

    @Test
    void a_jvm_that_is_killed_leaves_no_daemon() throws Exception {
        ChildJvm child = run("kill");
        try {
            assertThat(child.exitCode()).isEqualTo(128 + 9);
            long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            while (isDaemon(pid(child))) {
                assertThat(System.nanoTime()).as("daemon survives").isLessThan(deadline);
                LabDaemon.pause();
            }
        } finally {
            try (Stream<Path> below = Files.walk(folder(child))) {
                for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private ChildJvm run(String how) throws IOException {
        return ChildJvm.run(
                directory,
                List.of("--enable-native-access=ALL-UNNAMED", "-Dhow=" + how),
                Careless.class,
                Sanlock.class);
    }

    private static long pid(ChildJvm child) {
        return Long.parseLong(word(child, "pid "));
    }

    private static Path folder(ChildJvm child) {
        return Path.of(word(child, "folder "));
    }

    private static String word(ChildJvm child, String before) {
        return child.output()
                .lines()
                .filter(line -> line.startsWith(before))
                .map(line -> line.substring(before.length()))
                .findFirst()
                .orElseThrow(() -> new AssertionError(child.output()));
    }

    private static boolean isDaemon(long pid) {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .flatMap(handle -> handle.info().command())
                .filter(command -> command.endsWith("sanlock"))
                .isPresent();
    }

    /** Starts a lab and does not close it. */
    static final class Careless {
        public static void main(String[] arguments) throws Exception {
            SanlockLab lab = SanlockLab.start(1);
            System.out.println("pid " + lab.pid(0));
            System.out.println("folder " + lab.runDirectory(0).getParent());
            if (System.getProperty("how").equals("kill")) {
                String self = Long.toString(ProcessHandle.current().pid());
                new ProcessBuilder("kill", "-KILL", self).start().waitFor();
            }
        }
    }
}
