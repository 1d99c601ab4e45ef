package io.tenure.io.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.bindings.Errno;
import io.tenure.io.BlockDevice;
import io.tenure.io.BlockDevices;
import io.tenure.io.TenureIoException;
import io.tenure.testing.process.ChildJvm;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the engine makes of every answer that the kernel can give. */
final class AioEngineTest {
    private static final int DEPTH = 4;
    private static final int UNIT_BYTES = 4096;
    private static final int REQUEST_BYTES = 4 * UNIT_BYTES;
    private static final int SIZE_BYTES = 1 << 20;
    private static final long LIMIT_NANOS = Duration.ofSeconds(30).toNanos();

    @TempDir Path directory;

    private final IoGate gate = new IoGate();
    private final Arena arena = Arena.ofShared();
    private final FaultyAio kernel = new FaultyAio();
    private AioEngine engine;
    private BlockDevice device;

    @SuppressWarnings("NullAway.Init") // open() sets the fields
    AioEngineTest() {}

    @BeforeEach
    void open() throws IOException {
        device = BlockDevices.create(directory.resolve("volume"), SIZE_BYTES);
        engine = new AioEngine(gate, DEPTH, kernel);
        engine.register(device);
    }

    @AfterEach
    void closeAll() throws IOException {
        engine.close();
        arena.close();
        device.close();
    }

    @Test
    void whatIsSubmittedTogetherGoesInOneCall() {
        submitWrites(DEPTH);
        reapAll();
        assertThat(kernel.trace()).containsExactly("setup 4", "submit 4", "getevents 4");
    }

    @Test
    @Tag("ovirt-29")
    void aShortWriteGoesOnAtTheBeginningOfTheUnitItStoppedIn() throws IOException {
        kernel.orderCompletions(result -> UNIT_BYTES + 100, result -> 2 * UNIT_BYTES);
        IoRequest write = write(0, 7);
        engine.submit(write);
        reapAll();
        assertThat(write.failure()).isNull();
        assertThat(kernel.trace())
                .containsExactly(
                        "setup 4",
                        "submit 1",
                        "getevents 1",
                        "submit 1",
                        "getevents 1",
                        "submit 1",
                        "getevents 1");
        assertContent(write);
    }

    @Test
    void aWriteThatMakesNoProgressFails() {
        kernel.orderCompletions(result -> UNIT_BYTES, result -> 10);
        IoRequest write = write(0, 7);
        engine.submit(write);
        reapAll();
        assertFailure(write, "write", Errno.EIO);
    }

    @Test
    void aShortReadGoesOnUntilItIsWholeOrTheFileHasEnded() throws IOException {
        submitWrites(1);
        reapAll();
        kernel.orderCompletions(result -> 100, result -> UNIT_BYTES);
        IoRequest read = read(0);
        engine.submit(read);
        reapAll();
        assertThat(read.failure()).isNull();
        assertThat(read.transferredBytes()).isEqualTo(REQUEST_BYTES);
        assertContent(read);
        kernel.orderCompletions(result -> UNIT_BYTES + 100, result -> 100);
        engine.submit(read);
        reapAll();
        assertThat(read.transferredBytes()).isEqualTo(UNIT_BYTES + 100); // as if the file ended
    }

    @Test
    void aFileThatBecameShorterIsReadToItsEnd() throws IOException {
        submitWrites(1);
        reapAll();
        try (RandomAccessFile file = new RandomAccessFile(device.name(), "rw")) {
            file.setLength(UNIT_BYTES + 100);
        }
        IoRequest read = read(0);
        IoRequest beyond = read(UNIT_BYTES * 2L);
        engine.submit(read);
        engine.submit(beyond);
        reapAll();
        assertThat(read.failure()).isNull();
        assertThat(read.transferredBytes()).isEqualTo(UNIT_BYTES + 100);
        assertThat(beyond.failure()).isNull();
        assertThat(beyond.transferredBytes()).isZero();
    }

    @Test
    void anErrorIsTheRequestsOwn() {
        for (int errno : new int[] {Errno.EIO, Errno.ENOSPC, Errno.ENODATA}) {
            kernel.orderCompletions(result -> -errno, FaultyAio.HONEST);
            IoRequest[] writes = submitWrites(2);
            reapAll();
            long failed = 0;
            for (IoRequest write : writes) {
                if (write.failure() != null) {
                    assertFailure(write, "write", errno);
                    failed++;
                }
            }
            assertThat(failed).isEqualTo(1);
        }
    }

    @Test
    @Tag("ovirt-29")
    void anErrorAfterAShortCompletionIsReportedForTheWholeRange() {
        kernel.orderCompletions(result -> UNIT_BYTES, result -> -Errno.ENOSPC);
        IoRequest write = write(UNIT_BYTES, 7);
        engine.submit(write);
        reapAll();
        assertFailure(write, "write", Errno.ENOSPC);
        assertThat(write.failure()).hasMessageContaining("make room");
    }

    @Test
    void aCompletionThatSaysInterruptedOrAgainIsTriedAgainButNotForEver() throws IOException {
        kernel.orderCompletions(result -> -Errno.EINTR, result -> -Errno.EAGAIN);
        IoRequest write = write(0, 7);
        engine.submit(write);
        reapAll();
        assertThat(write.failure()).isNull();
        assertContent(write);
        kernel.orderEveryCompletion(result -> -Errno.EAGAIN);
        engine.submit(write);
        reapAll();
        assertFailure(write, "write", Errno.EAGAIN);
    }

    @Test
    void anInterruptedWaitGoesOnWaiting() {
        kernel.orderWaits(-Errno.EINTR, -Errno.EINTR);
        submitWrites(2);
        reapAll();
        assertThat(kernel.trace())
                .containsExactly(
                        "setup 4", "submit 2", "getevents 2", "getevents 2", "getevents 2");
    }

    @Test
    void whatTheKernelDidNotTakeIsGivenToItAgain() throws IOException {
        kernel.orderSubmits(1, 2);
        IoRequest[] writes = submitWrites(DEPTH);
        reapAll();
        assertThat(kernel.trace())
                .containsExactly("setup 4", "submit 4", "submit 3", "submit 1", "getevents 4");
        for (IoRequest write : writes) {
            assertThat(write.failure()).isNull();
            assertContent(write);
        }
    }

    @Test
    void whenTheKernelHasNoRoomSomethingIsReapedFirst() {
        kernel.orderSubmits(2, -Errno.EAGAIN);
        IoRequest[] writes = submitWrites(DEPTH);
        reapAll();
        assertThat(kernel.trace().subList(0, 5))
                .containsExactly("setup 4", "submit 4", "submit 2", "getevents 1", "submit 2");
        for (IoRequest write : writes) {
            assertThat(write.failure()).isNull();
        }
    }

    @Test
    void whenTheKernelHasNoRoomAndNothingIsInFlightTheRequestFailsAfterAWhile() {
        Integer[] refused = new Integer[KernelRequests.MOST_REFUSALS + 1];
        Arrays.fill(refused, -Errno.EAGAIN);
        kernel.orderSubmits(refused);
        IoRequest[] writes = submitWrites(2);
        reapAll();
        assertFailure(writes[0], "write", Errno.EAGAIN);
        assertThat(writes[1].failure()).isNull(); // the kernel has recovered
    }

    @Test
    void aRequestThatTheKernelRefusesFailsAloneWhereverItStands() {
        for (int bad = 0; bad < DEPTH; bad++) {
            kernel.orderSubmits(bad == 0 ? -Errno.EINVAL : bad);
            if (bad > 0) {
                kernel.orderSubmits(-Errno.EINVAL);
            }
            IoRequest[] writes = submitWrites(DEPTH);
            reapAll();
            for (int i = 0; i < DEPTH; i++) {
                if (i == bad) {
                    assertFailure(writes[i], "write", Errno.EINVAL);
                } else {
                    assertThat(writes[i].failure()).isNull();
                }
            }
        }
    }

    @Test
    void theRestOfAShortCompletionIsNotSubmittedThroughAClosedGate() {
        IoRequest write = write(0, 7);
        kernel.orderCompletions(result -> {
            gate.close(IoGate.Reason.ABORTED, "stop");
            return UNIT_BYTES;
        });
        engine.submit(write);
        reapAll();
        assertThat(write.failure()).isInstanceOf(GateClosedException.class).hasMessage("stop");
        assertThat(kernel.trace()).containsExactly("setup 4", "submit 1", "getevents 1");
        assertThat(gate.inFlight()).isZero();
    }

    @Test
    void aGateThatClosesBetweenTwoRequestsLetsNoneOfThemThrough() throws IOException {
        submitWrites(DEPTH);
        gate.close(IoGate.Reason.LEASE_LOST, "lost");
        engine.drain();
        assertThat(kernel.trace()).containsExactly("setup 4");
        assertThat(gate.inFlight()).isZero();
        assertThat(engine.inFlight()).isEqualTo(DEPTH);
    }

    @Test
    void whatIsInFlightIsInTheGateUntilItsCompletionWasSeen() {
        submitWrites(2);
        assertThat(gate.inFlight()).isZero(); // not yet with the kernel
        kernel.orderCompletions(result -> {
            assertThat(gate.inFlight()).isEqualTo(2);
            return result;
        });
        reapAll();
        assertThat(gate.inFlight()).isZero();
    }

    @Test
    void onlyWhatDidNotReachTheKernelIsGivenUp() {
        submitWrites(2);
        assertThat(engine.reap(1, new IoRequest[1])).isEqualTo(1); // the other is submitted too
        submitWrites(1);
        assertThat(engine.cancel()).isEqualTo(1);
        reapAll();
    }

    @Test
    void closingWaitsForTheDeviceAndLetsGoOfDescriptorAndContext() throws Exception {
        IoRequest[] writes = submitWrites(DEPTH);
        assertThatThrownBy(device::close)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("still uses");
        engine.close();
        engine.close();
        for (IoRequest write : writes) {
            assertThat(write.failure()).isNull();
        }
        device.close();
        long startNanos = System.nanoTime();
        while (!kernel.trace().contains("destroy")) { // it takes its time, but not ours
            assertThat(System.nanoTime() - startNanos).isLessThan(LIMIT_NANOS);
            Thread.sleep(1);
        }
        assertThat(kernel.trace()).containsExactly("setup 4", "submit 4", "getevents 4", "destroy");
    }

    @Test
    void aContextThatIsNotToBeHadIsAnErrorThatSaysWhatToDo() {
        assertThatThrownBy(
                        () -> new AioEngine(gate, DEPTH, new FaultyAio().orderSetup(-Errno.EAGAIN)))
                .isInstanceOf(TenureIoException.class)
                .hasMessageStartingWith("cannot set up Linux AIO: EAGAIN")
                .hasMessageContaining("fs.aio-max-nr");
        assertThatThrownBy(
                        () -> new AioEngine(gate, DEPTH, new FaultyAio().orderSetup(-Errno.EPERM)))
                .hasMessageContaining("EPERM")
                .hasMessageContaining("seccomp");
    }

    @Test
    void aRequestThatSucceedsAllocatesNothing() throws IOException {
        ChildJvm child =
                ChildJvm.run(
                        directory,
                        List.of(
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:TieredStopAtLevel=4",
                                "-XX:+UnlockExperimentalVMOptions",
                                "-XX:+UseEpsilonGC", // so that what was allocated stays in use
                                "-XX:-UseTLAB",
                                "-Xmx256m"),
                        Turnover.class,
                        IoEngine.class,
                        Errno.class);
        assertThat(child.exitCode()).as(child.output()).isZero();
        assertThat(Long.parseLong(child.output().strip().lines().toList().getLast()))
                .as("bytes allocated for %s requests", Turnover.REQUESTS)
                .isLessThan(Turnover.REQUESTS);
    }

    /** Prints how many bytes were allocated for so many requests. */
    public static final class Turnover {
        static final int REQUESTS = 40_000;

        private static final int MOST_TURNS = 50;

        private Turnover() {}

        /**
         * Runs in a JVM of its own.
         *
         * @param arguments none
         * @throws IOException the engine or the file cannot be opened
         */
        public static void main(String[] arguments) throws IOException {
            IoGate gate = new IoGate();
            try (Arena arena = Arena.ofShared();
                    BlockDevice device = BlockDevices.create(Path.of("turnover"), SIZE_BYTES);
                    AioEngine engine = new AioEngine(gate, DEPTH)) {
                engine.register(device);
                IoRequest[] requests = new IoRequest[DEPTH];
                for (int i = 0; i < DEPTH; i++) {
                    requests[i] = new IoRequest(i);
                    requests[i].prepareRead(
                            device, 0, arena.allocate(UNIT_BYTES, UNIT_BYTES).fill((byte) i));
                }
                long leastBytes = Long.MAX_VALUE;
                // Until it is compiled, the JDK's code for native calls allocates, not ours.
                for (int turn = 0; turn < MOST_TURNS && leastBytes >= REQUESTS; turn++) {
                    long beforeBytes = usedBytes();
                    turnOver(engine, requests);
                    leastBytes = Math.min(leastBytes, usedBytes() - beforeBytes);
                }
                System.out.println(leastBytes);
            }
        }

        private static void turnOver(AioEngine engine, IoRequest[] requests) {
            IoRequest[] completed = new IoRequest[DEPTH];
            for (int count = 0; count < REQUESTS; count += DEPTH) {
                for (IoRequest request : requests) {
                    engine.submit(request);
                }
                while (engine.inFlight() > 0) {
                    engine.reap(1, completed);
                }
            }
        }

        private static long usedBytes() {
            return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
        }
    }

    private IoRequest[] submitWrites(int count) {
        IoRequest[] writes = new IoRequest[count];
        for (int i = 0; i < count; i++) {
            writes[i] = write((long) i * REQUEST_BYTES, i + 1);
            engine.submit(writes[i]);
        }
        return writes;
    }

    private IoRequest write(long offsetBytes, int value) {
        IoRequest request = new IoRequest(0);
        request.prepareWrite(device, offsetBytes, memory(value));
        return request;
    }

    private IoRequest read(long offsetBytes) {
        IoRequest request = new IoRequest(0);
        request.prepareRead(device, offsetBytes, memory(0));
        return request;
    }

    private MemorySegment memory(int value) {
        return arena.allocate(REQUEST_BYTES, UNIT_BYTES).fill((byte) value);
    }

    private void assertContent(IoRequest request) throws IOException {
        MemorySegment memory = memory(0);
        assertThat(device.read(request.offsetBytes(), memory)).isEqualTo(REQUEST_BYTES);
        assertThat(memory.toArray(ValueLayout.JAVA_BYTE))
                .isEqualTo(request.memory().toArray(ValueLayout.JAVA_BYTE));
    }

    private void assertFailure(IoRequest request, String operation, int errno) {
        assertThat(request.failure()).isInstanceOf(TenureIoException.class);
        TenureIoException failure = (TenureIoException) Objects.requireNonNull(request.failure());
        assertThat(failure.operation()).isEqualTo(operation);
        assertThat(failure.path()).isEqualTo(device.name());
        assertThat(failure.offsetBytes()).isEqualTo(request.offsetBytes());
        assertThat(failure.lengthBytes()).isEqualTo(request.lengthBytes());
        assertThat(failure.errno()).isEqualTo(errno);
        assertThat(failure).hasMessageContaining(Errno.name(errno));
    }

    private void reapAll() {
        while (engine.inFlight() > 0) {
            engine.reap(engine.inFlight(), new IoRequest[DEPTH]);
        }
    }
}
