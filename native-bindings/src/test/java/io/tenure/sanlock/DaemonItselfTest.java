package io.tenure.sanlock;

import static io.tenure.sanlock.Trying.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.bindings.Errno;
import io.tenure.testing.sanlock.SanlockLab;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Daemons that come, go, and hang. Covers upstream's tests of the daemon: single instance, and
 * start after kill.
 */
final class DaemonItselfTest {
    private static final int MIB = 1 << 20;

    private SanlockLab lab;

    @BeforeEach
    void start() throws IOException {
        lab = SanlockLab.start(2);
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    @Test
    void a_second_daemon_in_one_run_folder_ends_and_the_first_goes_on() throws Exception {
        ProcessBuilder command =
                new ProcessBuilder("sanlock", "daemon", "-D", "-w", "0", "-h", "0", "-l", "0");
        command.environment().putAll(lab.environment(0));
        command.environment().put("SANLOCK_PRIVILEGED", "0");
        command.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        Process second = command.start();
        try {
            assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(second.exitValue()).isNotZero();
        } finally {
            second.destroyForcibly();
        }
        assertThat(lab.sanlock(0).version()).hasToString("3.8.5");
    }

    @Test
    void a_killed_daemon_starts_again_and_again() throws IOException {
        for (int i = 0; i < 5; i++) {
            lab.kill(0);
            assertThat(failure(() -> lab.sanlock(0).version()).isDaemonGone()).isTrue();
            lab.restart(0);
            assertThat(lab.sanlock(0).version()).hasToString("3.8.5");
        }
    }

    @Test
    void one_process_speaks_to_two_daemons_and_each_answers_for_itself() throws IOException {
        Path file = lab.leaseFile("file", 4L * MIB);
        Lockspace lockspace = new Lockspace("LS", 1, file.toString(), 0, 512, MIB);
        lab.sanlock(0).writeLockspace(lockspace, 1);
        lab.sanlock(0).addLockspace(lockspace, 1);
        try (Sanlock again = Sanlock.open(lab.runDirectory(0))) {
            assertThat(again.isJoined(lockspace)).isTrue();
            assertThat(lab.sanlock(1).isJoined(lockspace)).isFalse();
            assertThat(lab.sanlock(1).lockspaces()).isEmpty();
            lab.kill(1);
            assertThat(again.isJoined(lockspace)).isTrue();
            assertThat(failure(() -> lab.sanlock(1).version()).isDaemonGone()).isTrue();
        }
        assertThat(DaemonState.of(lab.runDirectory(0)))
                .as("copies of the library for one daemon share its workers")
                .isSameAs(DaemonState.of(lab.runDirectory(0).resolve(".")))
                .isNotSameAs(DaemonState.of(lab.runDirectory(1)));
    }

    @Test
    void a_daemon_that_hangs_does_not_hang_its_caller() throws IOException {
        lab.stop(0);
        SanlockException e = failure(() -> lab.sanlock(0).version());
        assertThat(e.code()).isEqualTo(-Errno.ETIMEDOUT);
        assertThat(e.isUnanswered()).isTrue();
        assertThat(e.isDaemonGone()).isFalse();
        assertThat(e).hasMessageContaining("stopped, or its storage hangs");
        assertThat(lab.sanlock(1).version()).hasToString("3.8.5");
        lab.cont(0);
        assertThat(lab.sanlock(0).version()).hasToString("3.8.5");
    }
}
