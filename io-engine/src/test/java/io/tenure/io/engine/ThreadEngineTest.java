package io.tenure.io.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.testing.io.FaultyDevice;
import io.tenure.testing.io.MemoryDevice;
import io.tenure.testing.io.OperationHold;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What only an engine with threads has to prove. */
final class ThreadEngineTest {
    private static final int UNIT_BYTES = 4096;

    private final IoGate gate = new IoGate();
    private final FaultyDevice device = new FaultyDevice(new MemoryDevice("disk", 1 << 20, 512));

    @Test
    void aSlowRequestDoesNotHoldUpTheOthers() throws Exception {
        try (Arena arena = Arena.ofShared();
                ThreadEngine engine = new ThreadEngine(gate, 2, 2);
                OperationHold hold = device.holdNth(FaultyDevice.Operation.READ, 1)) {
            IoRequest slow = read(arena, 0);
            IoRequest fast = read(arena, 1);
            engine.submit(slow);
            hold.awaitReached();
            engine.submit(fast);
            IoRequest[] completed = new IoRequest[2];
            assertThat(engine.reap(1, completed)).isEqualTo(1);
            assertThat(completed[0]).isSameAs(fast);
            assertThat(gate.inFlight()).isEqualTo(1);
            hold.release();
            assertThat(engine.reap(1, completed)).isEqualTo(1);
            assertThat(completed[0]).isSameAs(slow);
        }
    }

    @Test
    void theGateIsNotDrainedWhileARequestIsInTheDevice() throws Exception {
        try (Arena arena = Arena.ofShared();
                ThreadEngine engine = new ThreadEngine(gate, 2, 1);
                OperationHold hold = device.holdNth(FaultyDevice.Operation.WRITE, 1)) {
            IoRequest inside = write(arena, 0);
            IoRequest waiting = write(arena, 1);
            engine.submit(inside);
            engine.submit(waiting); // one thread: this one has not entered when the gate closes
            hold.awaitReached();
            gate.close(IoGate.Reason.ABORTED, "stop");
            assertThat(gate.awaitDrained(Duration.ofMillis(1))).isFalse();
            hold.release();
            gate.awaitDrained();
            engine.drain();
            assertThat(inside.failure()).isNull();
            assertThat(waiting.failure()).isInstanceOf(GateClosedException.class);
            assertThat(device.count(FaultyDevice.Operation.WRITE)).isEqualTo(1);
        }
    }

    @Test
    void anInterruptedDriverStillWaitsAndStaysInterrupted() throws Exception {
        try (Arena arena = Arena.ofShared();
                ThreadEngine engine = new ThreadEngine(gate, 1, 1);
                OperationHold hold = device.holdNth(FaultyDevice.Operation.READ, 1)) {
            engine.submit(read(arena, 0));
            hold.awaitReached();
            Thread.currentThread().interrupt();
            hold.release();
            assertThat(engine.reap(1, new IoRequest[1])).isEqualTo(1);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void aClosedEngineHasNoThreads() {
        ThreadEngine engine = new ThreadEngine(gate, 4, 4);
        assertThat(workers()).isGreaterThanOrEqualTo(4);
        engine.close();
        assertThat(workers()).isZero();
        assertThat(engine.isKillSafe()).isTrue();
    }

    private static long workers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("tenure-io-"))
                .count();
    }

    private IoRequest read(Arena arena, int tag) {
        IoRequest request = new IoRequest(tag);
        request.prepareRead(device, 0, memory(arena));
        return request;
    }

    private IoRequest write(Arena arena, int tag) {
        IoRequest request = new IoRequest(tag);
        request.prepareWrite(device, 0, memory(arena));
        return request;
    }

    private static MemorySegment memory(Arena arena) {
        return arena.allocate(UNIT_BYTES, UNIT_BYTES);
    }
}
