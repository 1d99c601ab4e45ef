package io.tenure.io.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tenure.bindings.Errno;
import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.io.BlockDevices;
import io.tenure.io.buffer.AlignedBuffer;
import io.tenure.io.buffer.BufferPool;
import io.tenure.testing.device.LoopDevice;
import io.tenure.testing.io.SlowGroup;
import io.tenure.testing.process.ChildJvm;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * When a process is killed that writes through io_uring, the kernel closes its files at once, and
 * its writes land later; unless the connection that hangs up is held by the ring. Here a pipe
 * stands for the lease's socket: to the kernel both are files. It has a name, since that of a
 * {@link Process} reads as ended once the process is reaped, which is before its ring has come to
 * its end.
 */
final class UringKillSafetyTest {
    private static final int REQUESTS = 4;
    private static final int REQUEST_BYTES = 256 << 10;
    private static final int DEVICE_BYTES = REQUESTS * REQUEST_BYTES;
    private static final int SLOW_BYTES_PER_SECOND = 512 << 10;
    private static final int SLOW_OPERATIONS_PER_SECOND = 20;
    private static final byte WRITTEN = (byte) 0xaa;
    private static final int STANDARD_OUTPUT = 1;
    private static final long LIMIT_NANOS = Duration.ofSeconds(60).toNanos();

    @TempDir Path directory;

    @BeforeEach
    void checkMachine() {
        assumeTrue(SlowGroup.problem().isEmpty(), SlowGroup.problem());
    }

    @Test
    void boundItHangsUpAfterTheLastWriteHasLanded() throws Exception {
        try (LoopDevice loop = LoopDevice.create(directory, DEVICE_BYTES, 512);
                BlockDevice device = BlockDevices.open(loop.path(), Access.READ_ONLY)) {
            killWhileWriting(loop.path(), device, Binding.BOUND);
            assertThat(writtenBytes(device)).isEqualTo(DEVICE_BYTES);
        }
    }

    /** Why an engine that is not bound must not write under a lease. */
    @Test
    void unboundItHangsUpWhileItsWritesAreStillOnTheirWay() throws Exception {
        try (LoopDevice loop = LoopDevice.create(directory, DEVICE_BYTES, 512);
                BlockDevice device = BlockDevices.open(loop.path(), Access.READ_ONLY)) {
            killWhileWriting(loop.path(), device, Binding.UNBOUND);
            assertThat(writtenBytes(device)).isLessThan(DEVICE_BYTES);
            long startNanos = System.nanoTime();
            while (writtenBytes(device) < DEVICE_BYTES) { // they do land, after the hang-up
                assertThat(System.nanoTime() - startNanos).isLessThan(LIMIT_NANOS);
                Thread.sleep(10);
            }
        }
    }

    /** Whether the ring holds the connection. */
    enum Binding {
        /** It does. */
        BOUND,
        /** It does not. */
        UNBOUND
    }

    /** Returns when the killed process has hung up. */
    private void killWhileWriting(Path loop, BlockDevice device, Binding binding) throws Exception {
        try (SlowGroup slow =
                SlowGroup.create(loop, SLOW_BYTES_PER_SECOND, SLOW_OPERATIONS_PER_SECOND)) {
            Path pipe = directory.resolve("connection");
            assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
            // Either end waits for the other to be opened.
            CompletableFuture<InputStream> opening =
                    CompletableFuture.supplyAsync(() -> openedForReading(pipe));
            Process child = start(loop, binding, pipe);
            try (InputStream connection = opening.get(LIMIT_NANOS, TimeUnit.NANOSECONDS)) {
                slow.add(child.pid());
                child.getOutputStream().write('\n'); // it waits for this
                child.getOutputStream().flush();
                assertThat(connection.read()).isEqualTo('s'); // all is submitted
                assertThat(writtenBytes(device)).isLessThan(DEVICE_BYTES);
                child.toHandle().destroyForcibly(); // SIGKILL
                connection.readAllBytes(); // returns when nobody has the other end any more
            } finally {
                child.destroyForcibly();
                assertThat(child.waitFor(1, TimeUnit.MINUTES)).isTrue();
            }
        }
    }

    private static InputStream openedForReading(Path pipe) {
        try {
            return Files.newInputStream(pipe);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The process that is killed: fills the engine with writes, tells so, and waits. */
    public static final class Writer {
        private Writer() {}

        /**
         * Writes until it is killed.
         *
         * @param arguments the device, and whether the engine is bound to standard output
         * @throws IOException it cannot
         */
        public static void main(String[] arguments) throws IOException {
            boolean bound = Binding.valueOf(arguments[1]) == Binding.BOUND;
            System.in.read();
            IoGate gate = bound ? IoGate.underLease() : new IoGate();
            try (BlockDevice device = BlockDevices.open(Path.of(arguments[0]), Access.READ_WRITE);
                    BufferPool pool = BufferPool.allocate(REQUESTS, REQUEST_BYTES);
                    UringEngine engine = new UringEngine(gate, REQUESTS)) {
                engine.register(device);
                if (bound) {
                    engine.bindTo(STANDARD_OUTPUT);
                }
                for (int i = 0; i < REQUESTS; i++) {
                    AlignedBuffer buffer = Objects.requireNonNull(pool.tryAcquire());
                    IoRequest request = new IoRequest(i);
                    request.prepareWrite(
                            device, (long) i * REQUEST_BYTES, buffer.segment().fill(WRITTEN));
                    engine.submit(request);
                }
                engine.reap(0, new IoRequest[1]); // to the kernel with it
                System.out.print('s');
                System.out.flush();
                engine.drain();
            }
        }
    }

    private Process start(Path device, Binding binding, Path output) throws IOException {
        List<String> command =
                ChildJvm.command(
                        directory,
                        List.of("--enable-native-access=ALL-UNNAMED"),
                        Writer.class,
                        IoEngine.class,
                        Errno.class);
        command.addAll(List.of(device.toString(), binding.name()));
        return new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static int writtenBytes(BlockDevice device) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(DEVICE_BYTES, 4096);
            assertThat(device.read(0, memory)).isEqualTo(DEVICE_BYTES);
            MemorySegment expected = arena.allocate(DEVICE_BYTES).fill(WRITTEN);
            int count = 0;
            for (int at = 0; at < DEVICE_BYTES; at += 512) {
                if (MemorySegment.mismatch(memory, at, at + 512, expected, at, at + 512) < 0) {
                    count += 512;
                }
            }
            return count;
        }
    }
}
