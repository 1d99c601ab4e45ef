package io.tenure.jobs.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.domain.Clock;
import io.tenure.io.copy.CopyTuning;
import io.tenure.io.copy.Zeroer;
import io.tenure.io.engine.GateClosedException;
import io.tenure.io.engine.IoGate;
import io.tenure.jobs.JobAbortedException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Rates, on a clock that the test winds. */
class PaceTest {
    private static final int MIB = 1 << 20;

    private final IoGate gate = new IoGate();
    private final WoundClock clock = new WoundClock();

    private static final class WoundClock implements Clock {
        private long nanos = 17;
        private Runnable atSleep = () -> {};

        @Override
        public Instant now() {
            return Instant.EPOCH;
        }

        @Override
        public long nanoTime() {
            return nanos;
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            nanos += duration.toNanos();
            atSleep.run();
        }
    }

    @Test
    void theRateIsKeptWithin5PercentOver2Seconds() throws IOException {
        for (long rate : new long[] {CopyTuning.MINIMUM_RATE_LIMIT, 10 * MIB, 3L << 30}) {
            Pace pace = new Pace(rate, clock, gate);
            long startNanos = clock.nanos;
            long step = pace.stepBytes(4096);
            assertThat(step).isPositive().isLessThanOrEqualTo(Zeroer.STEP_BYTES);
            assertThat(step % 4096).isZero();
            long done = 0;
            while (clock.nanos - startNanos < 2_000_000_000L) {
                clock.nanos += 1_000_000; // the work itself
                pace.did(step);
                done += step;
            }
            double seconds = (clock.nanos - startNanos) / 1e9;
            assertThat(done / seconds).isBetween(rate * 0.95, rate * 1.05);
        }
    }

    @Test
    void workThatIsSlowerThanTheRateDoesNotWait() throws IOException {
        Pace pace = new Pace(MIB, clock, gate);
        for (int i = 1; i <= 10; i++) {
            clock.nanos = 17 + i * 1_000_000_000L;
            pace.did(MIB / 2);
            assertThat(clock.nanos).isEqualTo(17 + i * 1_000_000_000L);
        }
    }

    @Test
    void withoutALimitNothingWaitsAndStepsAreLarge() throws IOException {
        Pace pace = new Pace(CopyTuning.NO_RATE_LIMIT, clock, gate);
        assertThat(pace.stepBytes(512)).isEqualTo(Zeroer.STEP_BYTES);
        pace.did(1L << 40);
        assertThat(clock.nanos).isEqualTo(17);
    }

    @Test
    void aStepIsNeverLessThanWhatTheDeviceCanWrite() {
        Pace pace = new Pace(CopyTuning.MINIMUM_RATE_LIMIT, clock, gate);
        assertThat(pace.stepBytes(512)).isEqualTo(6144);
        assertThat(pace.stepBytes(4096)).isEqualTo(4096);
        assertThat(pace.stepBytes(64 << 10)).isEqualTo(64 << 10);
    }

    @Test
    void aClosedGateEndsAWait() {
        Pace pace = new Pace(MIB, clock, gate);
        clock.atSleep = () -> gate.close(IoGate.Reason.ABORTED, "stop");
        assertThatThrownBy(() -> pace.did(1L << 40)).isInstanceOf(GateClosedException.class);
        assertThat(clock.nanos).as("after one nap").isLessThan(1_000_000_000L);
    }

    @Test
    void anInterruptEndsAWaitAndIsKept() {
        Pace pace = new Pace(MIB, clock, gate);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> pace.did(1L << 40)).isInstanceOf(JobAbortedException.class);
        assertThat(Thread.interrupted()).isTrue();
    }
}
