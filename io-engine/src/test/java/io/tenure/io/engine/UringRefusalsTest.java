package io.tenure.io.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.bindings.Errno;
import io.tenure.bindings.uring.Ring;
import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.io.BlockDevices;
import io.tenure.io.TenureIoException;
import io.tenure.testing.device.LoopDevice;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an engine over io_uring makes of a kernel that does not take its requests at once. */
final class UringRefusalsTest {
    private static final int DEPTH = 4;
    private static final int UNIT_BYTES = 4096;
    private static final int SIZE_BYTES = 1 << 20;
    private static final int KERNEL = 0;

    @TempDir Path directory;

    private final Deque<Integer> orders = new ArrayDeque<>();
    private int always = KERNEL;
    private final IoGate gate = new IoGate();
    private final Arena arena = Arena.ofShared();
    private BlockDevice device;
    private UringEngine engine;

    /** For JUnit. */
    @SuppressWarnings("NullAway.Init") // open() sets the fields
    UringRefusalsTest() {}

    @BeforeEach
    void open() throws IOException {
        device = BlockDevices.create(directory.resolve("volume"), SIZE_BYTES);
        engine = new UringEngine(gate, DEPTH, this::enter);
        engine.register(device);
    }

    @AfterEach
    void close() throws IOException {
        always = KERNEL;
        orders.clear();
        engine.close();
        device.close();
        arena.close();
    }

    /** The kernel's call, or the error that was ordered instead of it. */
    private int enter(Ring ring, int minimum) {
        Integer order = orders.poll();
        int errno = order == null ? always : order;
        return errno == KERNEL ? ring.enter(minimum) : errno;
    }

    @Test
    void aSignalOrABusyKernelDelaysRequestsAndLosesNone() {
        for (int round = 0; round < 20; round++) {
            orders.addAll(List.of(-Errno.EINTR, -Errno.EAGAIN, -Errno.EINTR, KERNEL));
            orders.addAll(List.of(-Errno.EBUSY, KERNEL, -Errno.EINTR));
            IoRequest[] requests = new IoRequest[DEPTH];
            for (int i = 0; i < DEPTH; i++) {
                requests[i] = new IoRequest(i);
                requests[i].prepareWrite(device, (long) i * UNIT_BYTES, filled(round + i));
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
                assertThat(requests[i].memory().mismatch(filled(round + i))).isEqualTo(-1);
            }
            assertThat(gate.inFlight()).isZero();
        }
    }

    @Test
    void aKernelThatNeverTakesARequestFailsItByName() {
        always = -Errno.EAGAIN;
        IoRequest write = new IoRequest(0);
        write.prepareWrite(device, UNIT_BYTES, filled(1));
        engine.submit(write);
        reapAll();
        assertThat(write.failure())
                .isInstanceOf(TenureIoException.class)
                .hasMessageContaining("cannot write " + device.name())
                .hasMessageContaining("at offset " + UNIT_BYTES)
                .hasMessageContaining("EAGAIN");
        assertThat(gate.inFlight()).isZero();
    }

    @Test
    void anErrorThatOnlyAMistakeCanCauseIsNotTakenForAnAnswer() {
        orders.add(-Errno.EBADF);
        IoRequest write = new IoRequest(0);
        write.prepareWrite(device, 0, filled(1));
        engine.submit(write);
        assertThatThrownBy(() -> engine.reap(1, new IoRequest[DEPTH]))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("EBADF");
        assertThat(gate.inFlight()).isZero();
        reapAll(); // the request was kept
        assertThat(write.failure()).isNull();
    }

    @Test
    void aClosedEngineHoldsNoFileAnyMore() throws Exception {
        try (LoopDevice loop = LoopDevice.create(directory, SIZE_BYTES, 512)) {
            for (int i = 0; i < 50; i++) {
                // Exclusive: refused as long as anybody has the device open like this.
                BlockDevice exclusive = BlockDevices.open(loop.path(), Access.READ_WRITE_EXCLUSIVE);
                try (UringEngine shortLived = new UringEngine(new IoGate(), 1)) {
                    shortLived.register(exclusive);
                    IoRequest write = new IoRequest(0);
                    write.prepareWrite(exclusive, 0, filled(i));
                    shortLived.submit(write);
                    shortLived.reap(1, new IoRequest[1]);
                    assertThat(write.failure()).isNull();
                }
                exclusive.close();
            }
        }
    }

    private MemorySegment filled(int value) {
        return arena.allocate(UNIT_BYTES, UNIT_BYTES).fill((byte) value);
    }

    private void reapAll() {
        IoRequest[] completed = new IoRequest[DEPTH];
        while (engine.inFlight() > 0) {
            engine.reap(1, completed);
        }
    }
}
