package io.tenure.testing.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.bindings.Errno;
import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.io.BlockDevices;
import io.tenure.io.DeviceWindow;
import io.tenure.io.TenureIoException;
import io.tenure.io.Zeroing;
import io.tenure.io.engine.GateClosedException;
import io.tenure.io.engine.IoEngine;
import io.tenure.io.engine.IoGate;
import io.tenure.io.engine.IoRequest;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every {@link IoEngine} promises, tried on a real device that is registered, and on others
 * that are not. A class for each engine and kind of device extends it.
 */
public abstract class IoEngineContract {
    /** The depth of the engine to be tested. */
    protected static final int DEPTH = 4;

    /** How much one request moves in most tests; every device's unit divides it. */
    protected static final int UNIT_BYTES = 4096;

    private static final int SIZE_BYTES = 1 << 20;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** For the test's file. */
    @TempDir protected Path directory;

    private final IoGate gate = new IoGate();
    private final Arena arena = Arena.ofShared();
    private IoEngine engine;
    private BlockDevice device;

    /** For the classes that extend it. */
    @SuppressWarnings("NullAway.Init") // JUnit and open() set the fields
    protected IoEngineContract() {}

    /**
     * Creates an engine.
     *
     * @param gate the gate that its requests pass
     * @return an engine of {@link #DEPTH}
     * @throws IOException it cannot be created
     */
    protected abstract IoEngine createEngine(IoGate gate) throws IOException;

    /**
     * Opens a device that the engine works with.
     *
     * @param path where to create it
     * @param sizeBytes its size
     * @return the device, which reads as zero
     * @throws IOException it cannot be opened
     */
    protected abstract BlockDevice openDevice(Path path, long sizeBytes) throws IOException;

    @BeforeEach
    void open() throws IOException {
        device = openDevice(directory.resolve("volume"), SIZE_BYTES);
        engine = createEngine(gate);
        engine.register(device);
    }

    @AfterEach
    void closeAll() throws IOException {
        engine.close();
        arena.close();
        device.close();
        closeDevices();
    }

    /**
     * Lets go what {@link #openDevice} made besides the device.
     *
     * @throws IOException it cannot be let go
     */
    protected void closeDevices() throws IOException {}

    @Test
    void whatIsWrittenIsReadAndEveryRequestComesBackOnce() {
        IoRequest[] requests = new IoRequest[DEPTH];
        for (int i = 0; i < DEPTH; i++) {
            requests[i] = new IoRequest(i);
            requests[i].prepareWrite(device, (long) i * UNIT_BYTES, filled(i + 1));
            engine.submit(requests[i]);
        }
        reapAll();
        for (int i = 0; i < DEPTH; i++) {
            assertThat(requests[i].failure()).isNull();
            requests[i].prepareRead(device, (long) i * UNIT_BYTES, filled(0));
            engine.submit(requests[i]);
        }
        reapAll();
        for (int i = 0; i < DEPTH; i++) {
            assertThat(requests[i].failure()).isNull();
            assertThat(requests[i].transferredBytes()).isEqualTo(UNIT_BYTES);
            assertThat(requests[i].memory().mismatch(filled(i + 1))).isEqualTo(-1);
        }
    }

    @Test
    void aRangeIsZeroed() {
        IoRequest request = new IoRequest(0);
        request.prepareWrite(device, 0, filled(9));
        engine.submit(request);
        reapAll();
        request.prepareZero(device, 0, UNIT_BYTES, Zeroing.MAY_DEALLOCATE);
        engine.submit(request);
        reapAll();
        assertThat(request.failure()).isNull();
        request.prepareRead(device, 0, filled(9));
        engine.submit(request);
        reapAll();
        assertThat(request.memory().mismatch(filled(0))).isEqualTo(-1);
    }

    @Test
    void aReadAtTheEndIsShortAndNoFailure() {
        IoRequest request = new IoRequest(0);
        request.prepareRead(device, SIZE_BYTES - UNIT_BYTES, arena.allocate(8192, UNIT_BYTES));
        engine.submit(request);
        reapAll();
        assertThat(request.failure()).isNull();
        assertThat(request.transferredBytes()).isEqualTo(UNIT_BYTES);
    }

    @Test
    void moreThanTheDepthIsRefusedUntilSomethingIsReaped() {
        assertThat(engine.depth()).isEqualTo(DEPTH);
        for (int i = 0; i < DEPTH; i++) {
            engine.submit(read(i));
        }
        assertThat(engine.inFlight()).isEqualTo(DEPTH);
        IoRequest oneMore = read(DEPTH);
        assertThatThrownBy(() -> engine.submit(oneMore)).isInstanceOf(IllegalStateException.class);
        assertThat(engine.reap(1, new IoRequest[1])).isEqualTo(1);
        engine.submit(oneMore);
        reapAll();
    }

    @Test
    void reapingMoreThanIsInFlightIsRefusedInsteadOfWaitingForEver() {
        assertThatThrownBy(() -> engine.reap(1, new IoRequest[1]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(engine.reap(0, new IoRequest[1])).isZero();
        engine.submit(read(0));
        assertThatThrownBy(() -> engine.reap(2, new IoRequest[2]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> engine.reap(1, new IoRequest[0]))
                .isInstanceOf(IllegalArgumentException.class);
        reapAll();
    }

    @Test
    void aFailureIsTheRequestsOwnAndTheOthersGoOn() throws IOException {
        BlockDevice closed = openDevice(directory.resolve("closed"), SIZE_BYTES);
        closed.close();
        IoRequest bad = new IoRequest(0);
        bad.prepareRead(closed, 0, filled(0));
        IoRequest good = read(1);
        engine.submit(bad);
        engine.submit(good);
        reapAll();
        assertThat(bad.failure()).isInstanceOf(TenureIoException.class);
        assertThat(good.failure()).isNull();
        IoRequest skewed = new IoRequest(0);
        skewed.prepareWrite(device, 7, filled(0)); // a mistake in the caller is a failure too
        engine.submit(skewed);
        reapAll();
        assertThat(skewed.failure()).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aRequestThatWasNeverPreparedIsRefused() {
        assertThatThrownBy(() -> engine.submit(new IoRequest(0)))
                .isInstanceOf(IllegalStateException.class);
        assertThat(engine.inFlight()).isZero();
    }

    @Test
    void drainedRequestsAreCompleteAndStillToBeReaped() {
        IoRequest write = new IoRequest(0);
        write.prepareWrite(device, 0, filled(5));
        engine.submit(write);
        engine.submit(read(1));
        engine.drain();
        assertThat(gate.inFlight()).isZero();
        assertThat(engine.inFlight()).isEqualTo(2);
        assertThat(engine.reap(2, new IoRequest[2])).isEqualTo(2);
        assertThat(engine.inFlight()).isZero();
    }

    @Test
    void aClosedGateRefusesRequestsAndNothingIsWritten() throws Exception {
        gate.close(IoGate.Reason.LEASE_LOST, "lost");
        IoRequest write = new IoRequest(0);
        write.prepareWrite(device, 0, filled(5));
        IoRequest zero = new IoRequest(1);
        zero.prepareZero(device, 0, UNIT_BYTES, Zeroing.KEEP_ALLOCATED);
        engine.submit(write);
        engine.submit(zero);
        reapAll();
        assertThat(write.failure()).isInstanceOf(GateClosedException.class);
        assertThat(zero.failure()).isInstanceOf(GateClosedException.class);
        gate.awaitDrained();
        MemorySegment memory = filled(1);
        device.read(0, memory);
        assertThat(memory.mismatch(filled(0))).isEqualTo(-1);
    }

    @Test
    void aClosedEngineRefusesRequests() {
        engine.submit(read(0));
        engine.close();
        engine.close();
        assertThatThrownBy(() -> engine.submit(read(1))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aDeviceThatWasNotMadeKnownIsServedToo() throws IOException {
        try (BlockDevice unknown = new MemoryDevice("unknown", SIZE_BYTES, 512)) {
            engine.register(unknown); // it has no descriptor
            IoRequest request = new IoRequest(0);
            request.prepareWrite(unknown, 0, filled(3));
            engine.submit(request);
            reapAll();
            request.prepareRead(unknown, 0, filled(0));
            engine.submit(request);
            reapAll();
            assertThat(request.failure()).isNull();
            assertThat(request.memory().mismatch(filled(3))).isEqualTo(-1);
        }
    }

    @Test
    void aDeviceIsMadeKnownAsOftenAsOneLikesAndHeldUntilTheEngineIsClosed() throws IOException {
        engine.register(device);
        engine.register(device);
        engine.register(arena.allocate(UNIT_BYTES, UNIT_BYTES));
        engine.submit(read(0));
        reapAll();
        engine.close();
        device.close();
        assertThatThrownBy(() -> device.read(0, filled(0))).isInstanceOf(TenureIoException.class);
    }

    @Test
    void aClosedDeviceIsNotMadeKnown() throws IOException {
        BlockDevice closed = openDevice(directory.resolve("closed"), SIZE_BYTES);
        closed.close();
        try {
            engine.register(closed);
        } catch (TenureIoException e) {
            assertThat(e).hasMessageContaining("closed");
        }
        IoRequest request = new IoRequest(0);
        request.prepareRead(closed, 0, filled(0));
        engine.submit(request);
        reapAll();
        assertThat(request.failure()).isInstanceOf(TenureIoException.class);
    }

    @Test
    void whatIsGivenUpComesBackOnceAndTheRestIsCarriedOut() {
        IoRequest[] requests = new IoRequest[DEPTH];
        for (int i = 0; i < DEPTH; i++) {
            requests[i] = new IoRequest(i);
            requests[i].prepareWrite(device, (long) i * UNIT_BYTES, filled(i + 1));
            engine.submit(requests[i]);
        }
        int cancelled = engine.cancel();
        assertThat(engine.inFlight()).isEqualTo(DEPTH);
        reapAll();
        assertThat(gate.inFlight()).isZero();
        int failed = 0;
        for (int i = 0; i < DEPTH; i++) {
            Throwable failure = requests[i].failure();
            IoRequest check = new IoRequest(0);
            check.prepareRead(device, (long) i * UNIT_BYTES, filled(0));
            engine.submit(check);
            reapAll();
            if (failure != null) {
                assertThat(failure).isInstanceOf(CancellationException.class);
                assertThat(check.memory().mismatch(filled(0))).isEqualTo(-1);
                failed++;
            } else {
                assertThat(check.memory().mismatch(filled(i + 1))).isEqualTo(-1);
            }
        }
        assertThat(failed).isEqualTo(cancelled);
        assertThat(engine.cancel()).isZero();
    }

    @Test
    void completionsThatDoNotFitAreKept() {
        for (int i = 0; i < DEPTH; i++) {
            engine.submit(read(i));
        }
        engine.drain();
        Set<Integer> tags = new HashSet<>();
        IoRequest[] one = new IoRequest[1];
        for (int i = DEPTH; i > 0; i--) {
            assertThat(engine.inFlight()).isEqualTo(i);
            assertThat(engine.reap(1, one)).isEqualTo(1);
            tags.add(one[0].tag());
        }
        assertThat(tags).hasSize(DEPTH);
    }

    @Test
    void noMorePassTheGateThanWereSubmittedAndNoneStaysBehind() {
        IoRequest[] completed = new IoRequest[DEPTH];
        for (int round = 0; round < 100; round++) {
            while (engine.inFlight() < DEPTH) {
                engine.submit(read(round));
            }
            assertThat(gate.inFlight()).isLessThanOrEqualTo(DEPTH);
            engine.reap(1 + round % DEPTH, completed);
        }
        reapAll();
        assertThat(gate.inFlight()).isZero();
    }

    @Test
    void whatWaitsWhenTheGateClosesIsRefusedAndTheGateDrains() throws Exception {
        IoRequest[] requests = new IoRequest[DEPTH];
        for (int i = 0; i < DEPTH; i++) {
            requests[i] = new IoRequest(i);
            requests[i].prepareWrite(device, (long) i * UNIT_BYTES, filled(i + 1));
            engine.submit(requests[i]);
        }
        gate.close(IoGate.Reason.ABORTED, "stop");
        assertThat(gate.awaitDrained(LIMIT)).isTrue();
        byte[] after = content(DEPTH * UNIT_BYTES);
        reapAll();
        for (int i = 0; i < DEPTH; i++) {
            boolean written = after[i * UNIT_BYTES] != 0;
            if (written) {
                assertThat(requests[i].failure()).isNull();
            } else {
                assertThat(requests[i].failure()).isInstanceOf(GateClosedException.class);
            }
        }
        assertThat(content(DEPTH * UNIT_BYTES)).isEqualTo(after); // nothing came later
    }

    @Test
    void anEngineThatIsNotKillSafeDoesNotWriteUnderALease() throws IOException {
        try (IoEngine leased = createEngine(IoGate.underLease())) {
            leased.register(device);
            IoRequest write = new IoRequest(0);
            write.prepareWrite(device, 0, filled(5));
            IoRequest zero = new IoRequest(1);
            zero.prepareZero(device, 0, UNIT_BYTES, Zeroing.KEEP_ALLOCATED);
            if (leased.isKillSafe()) {
                leased.submit(write);
                leased.submit(zero);
            } else {
                for (IoRequest request : List.of(write, zero)) {
                    assertThatThrownBy(() -> leased.submit(request))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("kill-safe");
                }
                leased.submit(read(2)); // harms nobody
            }
            while (leased.inFlight() > 0) {
                IoRequest[] completed = new IoRequest[1];
                leased.reap(1, completed);
                assertThat(completed[0].failure()).isNull();
            }
        }
    }

    @Test
    void aFailureNamesOperationPathRangeAndError() throws IOException {
        try (BlockDevice readOnly = openReadOnly()) {
            IoRequest write = new IoRequest(0);
            write.prepareWrite(readOnly, UNIT_BYTES, filled(1));
            IoRequest good = read(1);
            try (IoEngine other = createEngine(gate)) {
                other.register(readOnly);
                other.register(device);
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
    void aWindowHidesWhatLiesBehindIt() throws IOException {
        BlockDevice whole = openDevice(directory.resolve("whole"), SIZE_BYTES);
        whole.write(0, filled(8));
        whole.write(UNIT_BYTES, filled(8));
        try (BlockDevice window = new DeviceWindow(whole, UNIT_BYTES);
                IoEngine other = createEngine(gate)) {
            other.register(window);
            IoRequest read = new IoRequest(0);
            MemorySegment memory = arena.allocate(2 * UNIT_BYTES, UNIT_BYTES);
            read.prepareRead(window, 0, memory);
            IoRequest beyond = new IoRequest(1);
            beyond.prepareRead(window, UNIT_BYTES, filled(0));
            IoRequest write = new IoRequest(2);
            write.prepareWrite(window, UNIT_BYTES, filled(1));
            other.submit(read);
            other.submit(beyond);
            other.submit(write);
            other.drain();
            assertThat(read.transferredBytes()).isEqualTo(UNIT_BYTES);
            assertThat(memory.get(ValueLayout.JAVA_BYTE, UNIT_BYTES)).isZero();
            assertThat(beyond.failure()).isNull();
            assertThat(beyond.transferredBytes()).isZero();
            assertThat(write.failure()).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void requestsKeepTheirContentUnderLoad() {
        IoRequest[] requests = new IoRequest[DEPTH];
        IoRequest[] completed = new IoRequest[DEPTH];
        int units = SIZE_BYTES / UNIT_BYTES;
        for (int i = 0; i < DEPTH; i++) {
            requests[i] = new IoRequest(i);
            requests[i].prepareWrite(device, 0, arena.allocate(UNIT_BYTES, UNIT_BYTES));
        }
        int next = 0;
        Set<Integer> free = new HashSet<>(Set.of(0, 1, 2, 3));
        while (next < units || engine.inFlight() > 0) {
            while (next < units && !free.isEmpty()) {
                int slot = free.iterator().next();
                free.remove(slot);
                MemorySegment memory = requests[slot].memory();
                memory.set(ValueLayout.JAVA_INT, 0, next);
                requests[slot].prepareWrite(device, (long) next * UNIT_BYTES, memory);
                engine.submit(requests[slot]);
                next++;
            }
            int count = engine.reap(1, completed);
            for (int i = 0; i < count; i++) {
                assertThat(completed[i].failure()).isNull();
                assertThat(free.add(completed[i].tag())).isTrue();
            }
        }
        for (int i = 0; i < units; i++) {
            requests[0].prepareRead(device, (long) i * UNIT_BYTES, requests[0].memory());
            engine.submit(requests[0]);
            engine.reap(1, completed);
            assertThat(requests[0].memory().get(ValueLayout.JAVA_INT, 0)).isEqualTo(i);
        }
    }

    /** The device once more, where nothing can be written. */
    private BlockDevice openReadOnly() throws IOException {
        return BlockDevices.open(Path.of(device.name()), Access.READ_ONLY);
    }

    /** The beginning of the device as its own methods read it. */
    private byte[] content(int sizeBytes) throws IOException {
        MemorySegment memory = arena.allocate(sizeBytes, UNIT_BYTES);
        assertThat(device.read(0, memory)).isEqualTo(sizeBytes);
        return memory.toArray(ValueLayout.JAVA_BYTE);
    }

    private IoRequest read(int tag) {
        IoRequest request = new IoRequest(tag);
        request.prepareRead(device, 0, filled(0));
        return request;
    }

    private MemorySegment filled(int value) {
        return arena.allocate(UNIT_BYTES, UNIT_BYTES).fill((byte) value);
    }

    private void reapAll() {
        IoRequest[] completed = new IoRequest[DEPTH];
        Set<IoRequest> seen = new HashSet<>();
        while (engine.inFlight() > 0) {
            int count = engine.reap(1, completed);
            for (int i = 0; i < count; i++) {
                assertThat(seen.add(completed[i])).isTrue();
            }
        }
    }
}
