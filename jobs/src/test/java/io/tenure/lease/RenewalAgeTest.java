package io.tenure.lease;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How old a renewal is at most, by looks alone. */
class RenewalAgeTest {
    private final RenewalAge age = new RenewalAge(1000);

    @Test
    void beforeARenewalIsSeenTheGrantCounts() {
        assertThat(age.nanos(1000)).isZero();
        age.seen(1100, 7); // as old as it may be
        age.seen(1200, 7);
        assertThat(age.nanos(1300)).isEqualTo(300);
    }

    @Test
    void aRenewalIsAsOldAsTheLookThatDidNotSeeIt() {
        age.seen(1100, 7);
        age.seen(1200, 7);
        age.seen(1250, 8);
        assertThat(age.nanos(1300)).isEqualTo(100);
        age.seen(1300, 8);
        assertThat(age.nanos(1300)).isEqualTo(100);
        age.seen(1400, 9);
        assertThat(age.nanos(1400)).isEqualTo(100);
    }

    @Test
    void aClockThatWasSetBackIsARenewalToo() {
        age.seen(1100, 7);
        age.seen(1200, 3);
        assertThat(age.nanos(1200)).isEqualTo(100);
    }

    @Test
    void oneWhoDidNotLookForLongTakesTheRenewalForThatOld() {
        age.seen(1100, 7);
        age.seen(9100, 8);
        assertThat(age.nanos(9100)).isEqualTo(8000);
        age.seen(9200, 9);
        assertThat(age.nanos(9200)).isEqualTo(100);
    }
}
