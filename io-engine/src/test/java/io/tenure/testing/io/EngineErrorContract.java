package io.tenure.testing.io;

import static io.tenure.testing.io.EngineFixture.DEPTH;
import static io.tenure.testing.io.EngineFixture.UNIT_BYTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.bindings.Errno;
import io.tenure.io.BlockDevice;
import io.tenure.io.TenureIoException;
import io.tenure.io.engine.IoEngine;
import io.tenure.io.engine.IoRequest;
import java.io.IOException;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What an engine promises of mistakes and failures: who is told, and that nobody else suffers. */
interface EngineErrorContract extends EngineFixture.Owner {

    @Test
    default void aFailureIsTheRequestsOwnAndTheOthersGoOn() throws IOException {
        EngineFixture on = fixture();
        BlockDevice closed = on.openDevice("closed");
        closed.close();
        IoRequest bad = new IoRequest(0);
        bad.prepareRead(closed, 0, on.filled(0));
        IoRequest good = on.read(1);
        on.engine.submit(bad);
        on.engine.submit(good);
        on.reapAll();
        assertThat(bad.failure()).isInstanceOf(TenureIoException.class);
        assertThat(good.failure()).isNull();
        IoRequest skewed = new IoRequest(0);
        skewed.prepareWrite(on.device, 7, on.filled(0)); // a mistake in the caller is a failure too
        on.engine.submit(skewed);
        on.reapAll();
        assertThat(skewed.failure()).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    default void aFailureNamesOperationPathRangeAndError() throws IOException {
        EngineFixture on = fixture();
        try (BlockDevice readOnly = on.openReadOnly()) {
            IoRequest write = new IoRequest(0);
            write.prepareWrite(readOnly, UNIT_BYTES, on.filled(1));
            IoRequest good = on.read(1);
            try (IoEngine other = on.createEngine(on.gate)) {
                other.register(readOnly);
                other.register(on.device);
                other.submit(write);
                other.submit(good);
                other.drain();
            }
            assertThat(good.failure()).isNull();
            assertThat(write.failure()).isInstanceOf(TenureIoException.class);
            TenureIoException failure = (TenureIoException) Objects.requireNonNull(write.failure());
            assertThat(failure.operation()).isEqualTo("write");
            assertThat(failure.path()).isEqualTo(readOnly.name());
            assertThat(failure.offsetBytes()).isEqualTo(UNIT_BYTES);
            assertThat(failure.lengthBytes()).isEqualTo(UNIT_BYTES);
            assertThat(failure.errno()).isEqualTo(Errno.EBADF);
            assertThat(failure).hasMessageContaining("EBADF").hasMessageContaining("not opened");
        }
    }

    @Test
    default void aClosedDeviceIsNotMadeKnown() throws IOException {
        EngineFixture on = fixture();
        BlockDevice closed = on.openDevice("closed");
        closed.close();
        try {
            on.engine.register(closed);
        } catch (TenureIoException e) {
            assertThat(e).hasMessageContaining("closed");
        }
        IoRequest request = new IoRequest(0);
        request.prepareRead(closed, 0, on.filled(0));
        on.engine.submit(request);
        on.reapAll();
        assertThat(request.failure()).isInstanceOf(TenureIoException.class);
    }

    @Test
    default void aRequestThatWasNeverPreparedIsRefused() {
        EngineFixture on = fixture();
        assertThatThrownBy(() -> on.engine.submit(new IoRequest(0)))
                .isInstanceOf(IllegalStateException.class);
        assertThat(on.engine.inFlight()).isZero();
    }

    @Test
    default void moreThanTheDepthIsRefusedUntilSomethingIsReaped() {
        EngineFixture on = fixture();
        assertThat(on.engine.depth()).isEqualTo(DEPTH);
        for (int i = 0; i < DEPTH; i++) {
            on.engine.submit(on.read(i));
        }
        assertThat(on.engine.inFlight()).isEqualTo(DEPTH);
        IoRequest oneMore = on.read(DEPTH);
        assertThatThrownBy(() -> on.engine.submit(oneMore))
                .isInstanceOf(IllegalStateException.class);
        assertThat(on.engine.reap(1, new IoRequest[1])).isEqualTo(1);
        on.engine.submit(oneMore);
        on.reapAll();
    }

    @Test
    default void reapingMoreThanIsInFlightIsRefusedInsteadOfWaitingForEver() {
        EngineFixture on = fixture();
        assertThatThrownBy(() -> on.engine.reap(1, new IoRequest[1]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(on.engine.reap(0, new IoRequest[1])).isZero();
        on.engine.submit(on.read(0));
        assertThatThrownBy(() -> on.engine.reap(2, new IoRequest[2]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> on.engine.reap(1, new IoRequest[0]))
                .isInstanceOf(IllegalArgumentException.class);
        on.reapAll();
    }
}
