package io.tenure.lease.sanlock;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.format.sanlock.DeltaLeader;
import io.tenure.format.sanlock.HostEventField;
import io.tenure.sanlock.HostState;
import java.util.List;
import org.junit.jupiter.api.Test;

/** sanlock's rule for who lives, applied to what storage shows from time to time. */
class HostObservationsTest {
    private static final long SECOND = 1_000_000_000;
    private static final int IO_TIMEOUT = 2;

    private final HostObservations observations = new HostObservations();

    @Test
    void aHostLivesFromItsFirstChangeAndIsDeadWhenItHasNotChangedForLongEnough() {
        assertThat(observe(100, 1, 0).state()).isEqualTo(HostState.UNKNOWN);
        assertThat(observe(100, 1, 3).secondsSinceRenewal()).isEmpty();
        assertThat(observe(104, 1, 4).state()).isEqualTo(HostState.LIVE);
        HostObservations.Observed later = observe(104, 1, 20);
        assertThat(later.state()).as("8 times io_timeout").isEqualTo(HostState.LIVE);
        assertThat(later.secondsSinceRenewal()).hasValue(16);
        assertThat(observe(104, 1, 21).state()).isEqualTo(HostState.FAIL);
        assertThat(observe(104, 1, 80).state()).isEqualTo(HostState.FAIL);
        assertThat(observe(104, 1, 81).state()).as("60 more").isEqualTo(HostState.DEAD);
        assertThat(observe(9, 2, 82).state()).as("back").isEqualTo(HostState.LIVE);
        HostObservations.Observed left = observe(0, 2, 83);
        assertThat(left.state()).isEqualTo(HostState.FREE);
        assertThat(left.secondsSinceRenewal()).isEmpty();
    }

    @Test
    void aHostThatNeverChangesIsDeadInTheEndAndADamagedOneIsNotJudged() {
        observe(100, 1, 0);
        assertThat(observe(100, 1, 16).state()).isEqualTo(HostState.UNKNOWN);
        assertThat(observe(100, 1, 17).state()).isEqualTo(HostState.FAIL);
        assertThat(observe(100, 1, 77).state()).isEqualTo(HostState.DEAD);
        StoredHosts damaged = new StoredHosts(List.of(new StoredHost(1, null, "torn")));
        assertThat(observations.observe(damaged, 78 * SECOND).getFirst().state())
                .isEqualTo(HostState.UNKNOWN);
    }

    private HostObservations.Observed observe(long timestamp, long generation, long second) {
        DeltaLeader leader =
                new DeltaLeader(
                        512,
                        1 << 20,
                        1,
                        generation,
                        "LS",
                        "host",
                        timestamp,
                        IO_TIMEOUT,
                        new HostEventField(0, 0, 0),
                        List.of());
        StoredHosts hosts = new StoredHosts(List.of(new StoredHost(1, leader, null)));
        return observations.observe(hosts, second * SECOND).getFirst();
    }
}
