package io.tenure.io.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.io.BlockDevice;
import io.tenure.io.BlockDevices;
import io.tenure.io.buffer.AlignedBuffer;
import io.tenure.io.buffer.BufferPool;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only an engine over io_uring has to prove. */
final class UringEngineTest {
    private static final int UNIT_BYTES = 4096;
    private static final int SIZE_BYTES = 1 << 20;

    @TempDir Path directory;

    @Test
    void registeredMemoryIsReadAndWrittenAsAnyOther() throws Exception {
        try (BlockDevice device = BlockDevices.create(directory.resolve("volume"), SIZE_BYTES);
                BufferPool pool = BufferPool.allocate(2, UNIT_BYTES);
                UringEngine engine = new UringEngine(new IoGate(), 2)) {
            AlignedBuffer first = Objects.requireNonNull(pool.tryAcquire());
            AlignedBuffer second = Objects.requireNonNull(pool.tryAcquire());
            MemorySegment out = first.segment();
            MemorySegment in = second.segment();
            engine.register(device);
            engine.register(out);
            engine.register(in);
            carryOut(engine, write(device, out.fill((byte) 3)));
            carryOut(engine, read(device, in));
            assertThat(in.mismatch(out)).isEqualTo(-1);
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment other = arena.allocate(UNIT_BYTES, UNIT_BYTES);
                carryOut(engine, read(device, other));
                assertThat(other.mismatch(out)).isEqualTo(-1);
            }
            pool.release(first);
            pool.release(second);
        }
    }

    @Test
    void underALeaseNothingIsWrittenBeforeItsSocketIsBound() throws Exception {
        try (Arena arena = Arena.ofShared();
                BlockDevice device = BlockDevices.create(directory.resolve("volume"), SIZE_BYTES);
                BlockDevice socket = BlockDevices.create(directory.resolve("lease"), SIZE_BYTES);
                UringEngine engine = new UringEngine(IoGate.underLease(), 2)) {
            engine.register(device);
            MemorySegment memory = arena.allocate(UNIT_BYTES, UNIT_BYTES);
            assertThat(engine.isKillSafe()).isFalse();
            assertThatThrownBy(() -> engine.submit(write(device, memory)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("kill-safe");
            carryOut(engine, read(device, memory)); // harms nobody
            try (var held = socket.holdDescriptor().orElseThrow()) {
                engine.bindTo(held.number());
            }
            assertThat(engine.isKillSafe()).isTrue();
            carryOut(engine, write(device, memory));
        }
    }

    @Test
    void aDescriptorThatIsNotOpenBindsNothing() throws Exception {
        try (UringEngine engine = new UringEngine(new IoGate(), 2)) {
            assertThatThrownBy(() -> engine.bindTo(1 << 20))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("EBADF");
            assertThat(engine.isKillSafe()).isFalse();
        }
    }

    @Test
    void whatWasSubmittedAndNotReapedIsGivenUpByCancel() throws Exception {
        try (Arena arena = Arena.ofShared();
                BlockDevice device = BlockDevices.create(directory.resolve("volume"), SIZE_BYTES);
                UringEngine engine = new UringEngine(new IoGate(), 2)) {
            engine.register(device);
            MemorySegment memory = arena.allocate(UNIT_BYTES, UNIT_BYTES).fill((byte) 1);
            IoRequest request = write(device, memory);
            engine.submit(request);
            assertThat(engine.cancel()).isEqualTo(1);
            assertThat(engine.cancel()).isZero();
            assertThat(engine.reap(1, new IoRequest[1])).isEqualTo(1);
            assertThat(request.failure()).isInstanceOf(CancellationException.class);
            carryOut(engine, read(device, memory));
            assertThat(memory.mismatch(arena.allocate(UNIT_BYTES))).isEqualTo(-1);
        }
    }

    @Test
    void aClosedEngineLeavesNothingOpen() throws Exception {
        try (BlockDevice device = BlockDevices.create(directory.resolve("volume"), SIZE_BYTES)) {
            UringEngine engine = new UringEngine(new IoGate(), 2);
            engine.register(device);
            assertThatThrownBy(device::close).isInstanceOf(IllegalStateException.class);
            engine.close();
            assertThat(rings()).isZero();
        }
    }

    private static long rings() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.filter(UringEngineTest::isRing).count();
        }
    }

    private static boolean isRing(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().contains("io_uring");
        } catch (IOException e) {
            return false; // the one that listed the folder
        }
    }

    private static void carryOut(IoEngine engine, IoRequest request) {
        engine.submit(request);
        assertThat(engine.reap(1, new IoRequest[1])).isEqualTo(1);
        assertThat(request.failure()).isNull();
    }

    private static IoRequest read(BlockDevice device, MemorySegment memory) {
        IoRequest request = new IoRequest(0);
        request.prepareRead(device, 0, memory);
        return request;
    }

    private static IoRequest write(BlockDevice device, MemorySegment memory) {
        IoRequest request = new IoRequest(0);
        request.prepareWrite(device, 0, memory);
        return request;
    }
}
