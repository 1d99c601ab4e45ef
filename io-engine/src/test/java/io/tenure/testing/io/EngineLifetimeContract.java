package io.tenure.testing.io;

import static io.tenure.testing.io.EngineFixture.DEPTH;
import static io.tenure.testing.io.EngineFixture.UNIT_BYTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.io.TenureIoException;
import io.tenure.io.engine.IoRequest;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/** What an engine promises of the life of requests, devices and itself. */
interface EngineLifetimeContract extends EngineFixture.Owner {

    @Test
    default void drainedRequestsAreCompleteAndStillToBeReaped() {
        EngineFixture on = fixture();
        IoRequest write = new IoRequest(0);
        write.prepareWrite(on.device, 0, on.filled(5));
        on.engine.submit(write);
        on.engine.submit(on.read(1));
        on.engine.drain();
        assertThat(on.gate.inFlight()).isZero();
        assertThat(on.engine.inFlight()).isEqualTo(2);
        assertThat(on.engine.reap(2, new IoRequest[2])).isEqualTo(2);
        assertThat(on.engine.inFlight()).isZero();
    }

    @Test
    default void completionsThatDoNotFitAreKept() {
        EngineFixture on = fixture();
        for (int i = 0; i < DEPTH; i++) {
            on.engine.submit(on.read(i));
        }
        on.engine.drain();
        Set<Integer> tags = new HashSet<>();
        IoRequest[] one = new IoRequest[1];
        for (int i = DEPTH; i > 0; i--) {
            assertThat(on.engine.inFlight()).isEqualTo(i);
            assertThat(on.engine.reap(1, one)).isEqualTo(1);
            tags.add(one[0].tag());
        }
        assertThat(tags).hasSize(DEPTH);
    }

    @Test
    default void whatIsGivenUpComesBackOnceAndTheRestIsCarriedOut() {
        EngineFixture on = fixture();
        IoRequest[] requests = on.submitWrites();
        int cancelled = on.engine.cancel();
        assertThat(on.engine.inFlight()).isEqualTo(DEPTH);
        on.reapAll();
        assertThat(on.gate.inFlight()).isZero();
        int failed = 0;
        for (int i = 0; i < DEPTH; i++) {
            Throwable failure = requests[i].failure();
            IoRequest check = new IoRequest(0);
            check.prepareRead(on.device, (long) i * UNIT_BYTES, on.filled(0));
            on.engine.submit(check);
            on.reapAll();
            if (failure != null) {
                assertThat(failure).isInstanceOf(CancellationException.class);
                assertThat(check.memory().mismatch(on.filled(0))).isEqualTo(-1);
                failed++;
            } else {
                assertThat(check.memory().mismatch(on.filled(i + 1))).isEqualTo(-1);
            }
        }
        assertThat(failed).isEqualTo(cancelled);
        assertThat(on.engine.cancel()).isZero();
    }

    @Test
    default void aDeviceIsMadeKnownAsOftenAsOneLikesAndHeldUntilTheEngineIsClosed()
            throws IOException {
        EngineFixture on = fixture();
        on.engine.register(on.device);
        on.engine.register(on.device);
        on.engine.register(on.allocate(UNIT_BYTES));
        on.engine.submit(on.read(0));
        on.reapAll();
        on.engine.close();
        on.device.close();
        assertThatThrownBy(() -> on.device.read(0, on.filled(0)))
                .isInstanceOf(TenureIoException.class);
    }

    @Test
    default void aClosedEngineRefusesRequests() {
        EngineFixture on = fixture();
        on.engine.submit(on.read(0));
        on.engine.close();
        on.engine.close();
        assertThatThrownBy(() -> on.engine.submit(on.read(1)))
                .isInstanceOf(IllegalStateException.class);
    }
}
