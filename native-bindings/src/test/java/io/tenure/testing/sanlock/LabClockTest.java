package io.tenure.testing.sanlock;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.testing.process.ChildJvm;
import io.tenure.testing.process.ChildProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The time of a JVM that is a process of a lab's host. */
final class LabClockTest {
    private static final int FACTOR = 10;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static SanlockLab lab;
    private static ChildProcess child;

    @BeforeAll
    static void start() throws IOException {
        lab = SanlockLab.startWithClock(1, FACTOR);
        List<String> command = ChildJvm.command(lab.runDirectory(0), List.of(), TellsTheTime.class);
        child = lab.startProcess(0, command);
        askNow(); // it runs
    }

    @AfterAll
    static void stop() {
        lab.close();
    }

    @Test
    void a_wait_is_shorter_by_the_factor() throws IOException {
        long start = System.nanoTime();
        child.tell("wait 10000");
        long waited = Long.parseLong(child.awaitLine("now ", LIMIT));
        long real = System.nanoTime() - start;
        assertThat(waited).isGreaterThanOrEqualTo(10_000_000_000L);
        // Against a clock that does nothing: ten seconds have not passed here.
        assertThat(real).isBetween(1_000_000_000L, 9_000_000_000L);
    }

    @Test
    void no_time_passes_while_the_host_is_suspended() throws Exception {
        long realBefore = System.nanoTime();
        long before = askNow();
        lab.suspend(0);
        long suspended = System.nanoTime();
        Thread.sleep(1000);
        long stood = System.nanoTime() - suspended;
        lab.resume(0);
        long passed = askNow() - before;
        assertThat(passed)
                .isPositive()
                .isLessThanOrEqualTo((System.nanoTime() - realBefore - stood) * FACTOR);
    }

    @Test
    void a_wait_goes_on_after_a_suspension() throws Exception {
        child.tell("wait 5000");
        child.awaitLine("waits", LIMIT);
        lab.suspend(0);
        Thread.sleep(700); // more than the wait is long
        lab.resume(0);
        assertThat(Long.parseLong(child.awaitLine("now ", LIMIT)))
                .isGreaterThanOrEqualTo(5_000_000_000L);
    }

    private static long askNow() throws IOException {
        child.tell("now");
        return Long.parseLong(child.awaitLine("now ", LIMIT));
    }

    /** Answers "now" with its time, and "wait N" after N milliseconds with how long that was. */
    static final class TellsTheTime {
        public static void main(String[] arguments) throws Exception {
            BufferedReader input =
                    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            while (true) {
                String line = input.readLine();
                if (line == null) {
                    return;
                }
                long start = 0;
                if (line.startsWith("wait ")) {
                    start = System.nanoTime();
                    System.out.println("waits");
                    Thread.sleep(Long.parseLong(line.substring("wait ".length())));
                }
                System.out.println("now " + (System.nanoTime() - start));
            }
        }
    }
}
