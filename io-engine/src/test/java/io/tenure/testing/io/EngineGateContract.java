package io.tenure.testing.io;

import static io.tenure.testing.io.EngineFixture.DEPTH;
import static io.tenure.testing.io.EngineFixture.UNIT_BYTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.io.Zeroing;
import io.tenure.io.engine.GateClosedException;
import io.tenure.io.engine.IoEngine;
import io.tenure.io.engine.IoGate;
import io.tenure.io.engine.IoRequest;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an engine promises of the job's gate and of leases. */
interface EngineGateContract extends EngineFixture.Owner {

    @Test
    default void aClosedGateRefusesRequestsAndNothingIsWritten() throws Exception {
        EngineFixture on = fixture();
        on.gate.close(IoGate.Reason.LEASE_LOST, "lost");
        IoRequest write = new IoRequest(0);
        write.prepareWrite(on.device, 0, on.filled(5));
        IoRequest zero = new IoRequest(1);
        zero.prepareZero(on.device, 0, UNIT_BYTES, Zeroing.KEEP_ALLOCATED);
        on.engine.submit(write);
        on.engine.submit(zero);
        on.reapAll();
        assertThat(write.failure()).isInstanceOf(GateClosedException.class);
        assertThat(zero.failure()).isInstanceOf(GateClosedException.class);
        on.gate.awaitDrained();
        MemorySegment memory = on.filled(1);
        on.device.read(0, memory);
        assertThat(memory.mismatch(on.filled(0))).isEqualTo(-1);
    }

    @Test
    default void noMorePassTheGateThanWereSubmittedAndNoneStaysBehind() {
        EngineFixture on = fixture();
        IoRequest[] completed = new IoRequest[DEPTH];
        for (int round = 0; round < 100; round++) {
            while (on.engine.inFlight() < DEPTH) {
                on.engine.submit(on.read(round));
            }
            assertThat(on.gate.inFlight()).isLessThanOrEqualTo(DEPTH);
            on.engine.reap(1 + round % DEPTH, completed);
        }
        on.reapAll();
        assertThat(on.gate.inFlight()).isZero();
    }

    @Test
    default void whatWaitsWhenTheGateClosesIsRefusedAndTheGateDrains() throws Exception {
        EngineFixture on = fixture();
        IoRequest[] requests = on.submitWrites();
        on.gate.close(IoGate.Reason.ABORTED, "stop");
        assertThat(on.gate.awaitDrained(Duration.ofSeconds(30))).isTrue();
        byte[] after = on.content(DEPTH * UNIT_BYTES);
        on.reapAll();
        for (int i = 0; i < DEPTH; i++) {
            boolean written = after[i * UNIT_BYTES] != 0;
            if (written) {
                assertThat(requests[i].failure()).isNull();
            } else {
                assertThat(requests[i].failure()).isInstanceOf(GateClosedException.class);
            }
        }
        assertThat(on.content(DEPTH * UNIT_BYTES)).isEqualTo(after); // nothing came later
    }

    @Test
    default void anEngineThatIsNotKillSafeDoesNotWriteUnderALease() throws IOException {
        EngineFixture on = fixture();
        try (IoEngine leased = on.createEngine(IoGate.underLease())) {
            leased.register(on.device);
            IoRequest write = new IoRequest(0);
            write.prepareWrite(on.device, 0, on.filled(5));
            IoRequest zero = new IoRequest(1);
            zero.prepareZero(on.device, 0, UNIT_BYTES, Zeroing.KEEP_ALLOCATED);
            if (leased.isKillSafe()) {
                leased.submit(write);
                leased.submit(zero);
            } else {
                for (IoRequest request : List.of(write, zero)) {
                    assertThatThrownBy(() -> leased.submit(request))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("kill-safe");
                }
                leased.submit(on.read(2)); // harms nobody
            }
            while (leased.inFlight() > 0) {
                IoRequest[] completed = new IoRequest[1];
                leased.reap(1, completed);
                assertThat(completed[0].failure()).isNull();
            }
        }
    }
}
