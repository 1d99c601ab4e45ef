package io.tenure.sanlock;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.sanlock.WorkerGate.Lane;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class WorkerGateTest {
    private static final Duration NOT_AT_ALL = Duration.ZERO;

    private final WorkerGate gate = new WorkerGate();

    @Test
    void joins_and_competing_acquires_together_leave_a_worker_for_a_release() {
        assertThat(fill(Lane.MEMBERSHIP)).isEqualTo(2);
        assertThat(fill(Lane.COMPETING)).isEqualTo(3);
        assertThat(fill(Lane.BRIEF)).isEqualTo(1);
    }

    @Test
    void all_requests_together_leave_two_workers_of_the_daemon_to_others() {
        assertThat(fill(Lane.BRIEF)).isEqualTo(SanlockTimeouts.DAEMON_WORKERS - 2);
        assertThat(fill(Lane.MEMBERSHIP)).isZero();
        assertThat(fill(Lane.COMPETING)).isZero();
    }

    @Test
    void questions_that_need_no_worker_take_none_but_have_an_end_too() {
        assertThat(fill(Lane.MAIN_LOOP)).isEqualTo(16);
        assertThat(fill(Lane.BRIEF)).isEqualTo(WorkerGate.ALL);
    }

    @Test
    void one_who_does_not_get_in_takes_nothing_with_him() {
        fill(Lane.BRIEF);
        for (int i = 0; i < 5; i++) {
            assertThat(gate.enter(Lane.MEMBERSHIP, NOT_AT_ALL)).isFalse();
            assertThat(gate.enter(Lane.COMPETING, NOT_AT_ALL)).isFalse();
        }
        for (int i = 0; i < WorkerGate.ALL; i++) {
            gate.leave(Lane.BRIEF);
        }
        Map.of(Lane.MEMBERSHIP, 2, Lane.COMPETING, 3)
                .forEach((lane, passes) -> assertThat(fill(lane)).as("%s", lane).isEqualTo(passes));
    }

    @Test
    void a_pass_given_back_lets_the_next_one_in_who_stays_interrupted() throws Exception {
        fill(Lane.BRIEF);
        Thread waiting =
                Thread.ofPlatform()
                        .start(() -> {
                            Thread.currentThread().interrupt();
                            boolean entered = gate.enter(Lane.BRIEF, Duration.ofMinutes(1));
                            if (entered && Thread.currentThread().isInterrupted()) {
                                gate.leave(Lane.BRIEF);
                            }
                        });
        gate.leave(Lane.BRIEF);
        waiting.join(Duration.ofSeconds(30));
        assertThat(fill(Lane.BRIEF)).isEqualTo(1);
    }

    private int fill(Lane lane) {
        int entered = 0;
        while (gate.enter(lane, NOT_AT_ALL)) {
            entered++;
        }
        return entered;
    }
}
