package io.tenure.sanlock;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SanlockTimeoutsTest {
    /**
     * Values measured with sanlock 3.8.5: renewal, fail, dead; join and takeover with their slack.
     */
    @ParameterizedTest
    @CsvSource({
        "1, 2, 8, 68, 3.0, 71.2",
        "2, 4, 16, 76, 5.0, 79.3",
        "4, 8, 32, 92, 9.0, 0",
        "10, 20, 80, 140, 21.0, 160.2"
    })
    void formulas_give_what_was_measured(
            int ioTimeoutSeconds,
            int renewal,
            int fail,
            int dead,
            double measuredJoin,
            double measuredTakeover) {
        assertThat(SanlockTimeouts.renewalSeconds(ioTimeoutSeconds)).isEqualTo(renewal);
        assertThat(SanlockTimeouts.failSeconds(ioTimeoutSeconds)).isEqualTo(fail);
        assertThat(SanlockTimeouts.hostDeadSeconds(ioTimeoutSeconds)).isEqualTo(dead);
        assertThat((double) SanlockTimeouts.joinSeconds(ioTimeoutSeconds))
                .isGreaterThanOrEqualTo(measuredJoin);
        assertThat(SanlockTimeouts.takeoverSeconds(ioTimeoutSeconds) + 1.0)
                .isGreaterThanOrEqualTo(measuredTakeover);
    }

    @Test
    void messages_between_hosts_arrive_within_what_was_measured() {
        assertThat((double) SanlockTimeouts.eventSeconds(1)).isGreaterThanOrEqualTo(4.5);
        assertThat((double) SanlockTimeouts.requestSeconds(1)).isGreaterThanOrEqualTo(9.5);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 10, SanlockTimeouts.MAX_IO_TIMEOUT_SECONDS})
    void whoever_waits_waits_longer_than_what_he_waits_for(int ioTimeoutSeconds) {
        assertThat(SanlockTimeouts.joinLimitSeconds(ioTimeoutSeconds))
                .isGreaterThan(SanlockTimeouts.joinAfterOtherHostSeconds(ioTimeoutSeconds));
        assertThat(SanlockTimeouts.leaveLimitSeconds(ioTimeoutSeconds))
                .isGreaterThan(SanlockTimeouts.LEAVE_SECONDS + SanlockTimeouts.KILL_GRACE_SECONDS);
        assertThat(SanlockTimeouts.workerWaitSeconds(ioTimeoutSeconds))
                .isGreaterThanOrEqualTo(SanlockTimeouts.acquireSeconds(ioTimeoutSeconds))
                .isGreaterThanOrEqualTo(SanlockTimeouts.storageAnswerSeconds(ioTimeoutSeconds));
        assertThat(SanlockTimeouts.announcementSeconds(ioTimeoutSeconds))
                .as("each other host looks while it is announced")
                .isGreaterThanOrEqualTo(2 * SanlockTimeouts.renewalSeconds(ioTimeoutSeconds));
        assertThat(SanlockTimeouts.waitingAcquireSeconds(ioTimeoutSeconds))
                .isGreaterThan(SanlockTimeouts.hostDeadSeconds(ioTimeoutSeconds));
    }
}
