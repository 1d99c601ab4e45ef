package io.tenure.sanlock;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
}
