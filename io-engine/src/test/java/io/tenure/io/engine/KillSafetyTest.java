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
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * When a process is killed with writes in flight, its files close only after the last of them has
 * landed. So whoever learns of the end by a connection that hangs up, as sanlock's daemon does,
 * learns it late enough.
 */
final class KillSafetyTest {
    private static final int REQUESTS = ThreadEngine.DEFAULT_THREADS;
    private static final int REQUEST_BYTES = 256 << 10;
    private static final int DEVICE_BYTES = 4 << 20;
    private static final int SLOW_BYTES_PER_SECOND = 512 << 10;
    private static final byte WRITTEN = (byte) 0xaa;
    private static final long LIMIT_NANOS = Duration.ofSeconds(60).toNanos();

    @TempDir Path directory;

    @Test
    void whenTheKilledProcessHangsUpItsLastWriteHasLanded() throws Exception {
        assumeTrue(
                Files.isWritable(SlowGroup.CONTROLLER.resolve("cgroup.procs")),
                "no device can be slowed down here: this needs root and the blkio controller of"
                        + " control groups version 1");
        try (LoopDevice loop = LoopDevice.create(directory, DEVICE_BYTES, 512);
                SlowGroup slow = SlowGroup.create(loop.path(), SLOW_BYTES_PER_SECOND)) {
            Process writer = startWriter(loop.path());
            try (BlockDevice device = BlockDevices.open(loop.path(), Access.READ_ONLY)) {
                slow.add(writer.pid());
                writer.getOutputStream().write('\n'); // it waits for this
                writer.getOutputStream().flush();
                awaitInDevice(writer);
                assertThat(writtenBytes(device)).isLessThan(REQUESTS * REQUEST_BYTES);

                writer.toHandle().destroyForcibly(); // SIGKILL; leaves our end of the pipe open
                writer.getInputStream().readAllBytes(); // returns when its end of the pipe is gone

                assertThat(writtenBytes(device)).isEqualTo(REQUESTS * REQUEST_BYTES);
            } finally {
                writer.destroyForcibly();
                assertThat(writer.waitFor(1, TimeUnit.MINUTES)).isTrue();
            }
        }
    }

    /** The process that is killed: fills the engine with writes. */
    public static final class Writer {
        private Writer() {}

        /**
         * Writes until it is killed.
         *
         * @param arguments the device
         * @throws IOException it cannot write
         */
        public static void main(String[] arguments) throws IOException {
            System.in.read();
            try (BlockDevice device = BlockDevices.open(Path.of(arguments[0]), Access.READ_WRITE);
                    BufferPool pool = BufferPool.allocate(REQUESTS, REQUEST_BYTES);
                    IoEngine engine = new ThreadEngine(new IoGate(), REQUESTS, REQUESTS)) {
                for (int i = 0; i < REQUESTS; i++) {
                    AlignedBuffer buffer = Objects.requireNonNull(pool.tryAcquire());
                    IoRequest request = new IoRequest(i);
                    request.prepareWrite(
                            device, (long) i * REQUEST_BYTES, buffer.segment().fill(WRITTEN));
                    engine.submit(request);
                    pool.release(buffer);
                }
                engine.drain();
            }
        }
    }

    private static Process startWriter(Path device) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        place(Writer.class)
                                + ":"
                                + place(IoEngine.class)
                                + ":"
                                + place(Errno.class),
                        Writer.class.getName(),
                        device.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Waits until every worker sleeps in the kernel, uninterruptibly: its write is on its way. */
    private static void awaitInDevice(Process writer) throws Exception {
        long startNanos = System.nanoTime();
        while (sleepingWorkers(writer.pid()) < REQUESTS) {
            assertThat(writer.isAlive()).isTrue();
            assertThat(System.nanoTime() - startNanos).isLessThan(LIMIT_NANOS);
            Thread.sleep(1);
        }
    }

    private static long sleepingWorkers(long pid) throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
            return tasks.filter(KillSafetyTest::isSleepingWorker).count();
        }
    }

    private static boolean isSleepingWorker(Path task) {
        try {
            // "TID (NAME) STATE ...", see proc_pid_stat(5)
            String stat = Files.readString(task.resolve("stat"));
            return stat.contains("(tenure-io-") && stat.contains(") D ");
        } catch (IOException e) {
            return false; // the thread has ended
        }
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

    /** Where a class file lies: a folder, or a jar when a whole build runs. */
    private static String place(Class<?> type) {
        String resource = "/" + type.getName().replace('.', '/') + ".class";
        String url = String.valueOf(type.getResource(resource));
        if (url.startsWith("jar:file:")) {
            return url.substring("jar:file:".length(), url.indexOf("!/"));
        }
        assertThat(url).startsWith("file:");
        return url.substring("file:".length(), url.length() - resource.length());
    }

    /** A control group whose processes write slowly to one device. */
    private record SlowGroup(Path group) implements AutoCloseable {
        static final Path CONTROLLER = Path.of("/sys/fs/cgroup/blkio");

        static SlowGroup create(Path device, int bytesPerSecond) throws IOException {
            String number =
                    Files.readString(Path.of("/sys/block", device.getFileName().toString(), "dev"))
                            .strip();
            Path group = CONTROLLER.resolve("tenure-test-" + ProcessHandle.current().pid());
            Files.createDirectory(group);
            Files.writeString(
                    group.resolve("blkio.throttle.write_bps_device"),
                    number + " " + bytesPerSecond);
            return new SlowGroup(group);
        }

        void add(long pid) throws IOException {
            Files.writeString(group.resolve("cgroup.procs"), Long.toString(pid));
        }

        @Override
        public void close() throws IOException {
            Files.delete(group);
        }
    }
}
