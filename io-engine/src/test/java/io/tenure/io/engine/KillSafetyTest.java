package io.tenure.io.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tenure.bindings.Errno;
import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.io.BlockDevices;
import io.tenure.io.Zeroing;
import io.tenure.io.buffer.BufferPool;
import io.tenure.testing.device.LoopDevice;
import io.tenure.testing.io.MountedFileSystem;
import io.tenure.testing.io.SlowGroup;
import io.tenure.testing.process.ChildJvm;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * When a process is killed with requests in flight, its files close only after the last of them has
 * landed. So whoever learns of the end by a connection that hangs up, as sanlock's daemon does,
 * learns it late enough. For each engine that says it is kill-safe, and for what goes past engines.
 */
final class KillSafetyTest {
    private static final int REQUESTS = ThreadEngine.DEFAULT_THREADS;
    private static final int REQUEST_BYTES = 256 << 10;
    private static final int DEVICE_BYTES = REQUESTS * REQUEST_BYTES;
    private static final int SLOW_BYTES_PER_SECOND = 512 << 10;
    private static final int SLOW_OPERATIONS_PER_SECOND = 20;
    private static final byte OLD = (byte) 0x55;
    private static final byte WRITTEN = (byte) 0xaa;
    private static final long LIMIT_NANOS = Duration.ofSeconds(60).toNanos();

    /** What the killed process had submitted lands within this, were it still on its way. */
    private static final Duration ALL_LANDS =
            Duration.ofSeconds(1 + DEVICE_BYTES / SLOW_BYTES_PER_SECOND);

    @TempDir Path directory;

    /** What the killed process was doing. */
    enum Doing {
        /** Writes, all of them through an engine. */
        WRITING,
        /** The kernel zeroes by a request to the device, which keeps its storage. */
        ZEROING_ALLOCATED,
        /** The kernel writes zeroes out, to a device that cannot zero by itself. */
        WRITING_ZEROES_OUT,
        /** The kernel punches a hole. */
        PUNCHING,
        /** A discard, past the engine. */
        DISCARDING,
        /** A flush, past the engine. */
        FLUSHING
    }

    @BeforeEach
    void checkMachine() {
        assumeTrue(SlowGroup.problem().isEmpty(), SlowGroup.problem());
    }

    @ParameterizedTest
    @EnumSource(names = {"AIO", "THREADS"})
    void whenTheKilledProcessHangsUpItsLastWriteHasLanded(EngineKind kind) throws Exception {
        byte[] landed = landedAtHangUp(directory, kind, Doing.WRITING);
        assertThat(count(landed, WRITTEN)).isEqualTo(DEVICE_BYTES);
    }

    @ParameterizedTest
    @EnumSource(names = {"AIO", "THREADS"})
    void whenTheKilledProcessHangsUpItsLastZeroHasLanded(EngineKind kind) throws Exception {
        byte[] landed = landedAtHangUp(directory, kind, Doing.ZEROING_ALLOCATED);
        assertThat(count(landed, (byte) 0)).isPositive();
    }

    @ParameterizedTest
    @EnumSource(names = {"AIO", "THREADS"})
    void whenTheKilledProcessHangsUpNoZeroesAreWrittenOutAnyMore(EngineKind kind) throws Exception {
        try (MountedFileSystem files = MountedFileSystem.ramfs(directory)) {
            landedAtHangUp(files.root(), kind, Doing.WRITING_ZEROES_OUT);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PUNCHING", "DISCARDING", "FLUSHING"})
    void whenTheKilledProcessHangsUpNothingElseIsUnderWay(Doing doing) throws Exception {
        landedAtHangUp(directory, EngineKind.AIO, doing);
    }

    /**
     * Kills a process in the middle, and checks that from the moment it hangs up nothing changes.
     *
     * @return the device's content at the hang-up
     */
    private byte[] landedAtHangUp(Path folder, EngineKind kind, Doing doing) throws Exception {
        try (LoopDevice loop = LoopDevice.create(folder, DEVICE_BYTES, 512);
                SlowGroup slow =
                        SlowGroup.create(
                                loop.path(), SLOW_BYTES_PER_SECOND, SLOW_OPERATIONS_PER_SECOND);
                BlockDevice device = BlockDevices.open(loop.path(), Access.READ_WRITE)) {
            fill(device);
            if (doing == Doing.DISCARDING) {
                limitDiscards(loop.path());
            }
            Process child = start(loop.path(), kind, doing);
            try {
                slow.add(child.pid());
                child.getOutputStream().write('\n'); // it waits for this
                child.getOutputStream().flush();
                assertThat(child.getInputStream().read()).isEqualTo('s'); // all is submitted
                awaitInDevice(child, kind, doing);
                byte[] before = content(device);
                if (doing != Doing.FLUSHING) {
                    assertThat(count(before, OLD)).isPositive(); // not all has landed yet
                }
                child.toHandle().destroyForcibly(); // SIGKILL; leaves our end of the pipe open
                child.getInputStream().readAllBytes(); // returns when its end of the pipe is gone
                byte[] atHangUp = content(device);
                String operations = operations(loop.path());
                Thread.sleep(ALL_LANDS); // the rule is that nothing comes, and this long it would
                assertThat(Arrays.mismatch(content(device), atHangUp)).isEqualTo(-1);
                assertThat(operations(loop.path())).isEqualTo(operations);
                return atHangUp;
            } finally {
                child.destroyForcibly();
                assertThat(child.waitFor(1, TimeUnit.MINUTES)).isTrue();
            }
        }
    }

    /** The process that is killed: fills the engine, then tells so and waits for what comes. */
    public static final class Worker {
        private Worker() {}

        /**
         * Works until it is killed.
         *
         * @param arguments the device, the engine, and what to do
         * @throws IOException it cannot
         */
        public static void main(String[] arguments) throws IOException {
            EngineKind kind = EngineKind.valueOf(arguments[1]);
            Doing doing = Doing.valueOf(arguments[2]);
            System.in.read();
            IoGate gate = IoGate.underLease();
            try (BlockDevice device = BlockDevices.open(Path.of(arguments[0]), Access.READ_WRITE);
                    BufferPool pool = BufferPool.allocate(REQUESTS, REQUEST_BYTES);
                    IoEngine engine = IoEngines.open(kind, gate, REQUESTS, List.of(device))) {
                IoRequest whole = new IoRequest(0);
                switch (doing) {
                    case WRITING -> {
                        write(engine, device, pool);
                        engine.reap(0, new IoRequest[1]); // to the kernel with it
                        say();
                    }
                    case ZEROING_ALLOCATED, WRITING_ZEROES_OUT, PUNCHING -> {
                        say();
                        whole.prepareZero(
                                device,
                                0,
                                DEVICE_BYTES,
                                doing == Doing.PUNCHING
                                        ? Zeroing.MAY_DEALLOCATE
                                        : Zeroing.KEEP_ALLOCATED);
                        engine.submit(whole);
                    }
                    case DISCARDING -> {
                        say();
                        device.discard(0, DEVICE_BYTES);
                    }
                    case FLUSHING -> {
                        say();
                        while (true) {
                            device.flush(); // the first ones are quick
                        }
                    }
                }
                engine.drain();
            }
        }

        private static void write(IoEngine engine, BlockDevice device, BufferPool pool) {
            for (int i = 0; i < REQUESTS; i++) {
                MemorySegment buffer = Objects.requireNonNull(pool.tryAcquire()).segment();
                IoRequest request = new IoRequest(i);
                request.prepareWrite(device, (long) i * REQUEST_BYTES, buffer.fill(WRITTEN));
                engine.submit(request);
            }
        }

        private static void say() {
            System.out.print('s');
            System.out.flush();
        }
    }

    private Process start(Path device, EngineKind kind, Doing doing) throws IOException {
        List<String> command =
                ChildJvm.command(
                        directory,
                        List.of("--enable-native-access=ALL-UNNAMED"),
                        Worker.class,
                        IoEngine.class,
                        Errno.class);
        command.addAll(List.of(device.toString(), kind.name(), doing.name()));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    /** Waits until the blocking calls sleep in the kernel, uninterruptibly. AIO has none. */
    private static void awaitInDevice(Process child, EngineKind kind, Doing doing)
            throws Exception {
        int blocked = doing != Doing.WRITING ? 1 : kind == EngineKind.THREADS ? REQUESTS : 0;
        long startNanos = System.nanoTime();
        while (sleepingThreads(child.pid()) < blocked) {
            assertThat(child.isAlive()).isTrue();
            assertThat(System.nanoTime() - startNanos).isLessThan(LIMIT_NANOS);
            Thread.sleep(1);
        }
    }

    private static long sleepingThreads(long pid) throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
            return tasks.filter(KillSafetyTest::isSleeping).count();
        }
    }

    private static boolean isSleeping(Path task) {
        try {
            return Files.readString(task.resolve("stat")).contains(") D "); // proc_pid_stat(5)
        } catch (IOException e) {
            return false; // the thread has ended
        }
    }

    /** One request for each 64 KiB, so that a discard takes its time. */
    private static void limitDiscards(Path device) throws IOException {
        Files.writeString(
                Path.of("/sys/block", device.getFileName().toString(), "queue/discard_max_bytes"),
                "65536");
    }

    /** How many requests the device has finished, by kind: the fourth of each group of numbers. */
    private static String operations(Path device) throws IOException {
        String[] numbers =
                Files.readString(Path.of("/sys/block", device.getFileName().toString(), "stat"))
                        .strip()
                        .split(" +", -1);
        // See Documentation/block/stat.rst: write, discard and flush I/Os, then what is in flight.
        return numbers[4] + " " + numbers[11] + " " + numbers[15] + " " + numbers[8];
    }

    private static void fill(BlockDevice device) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            device.write(0, arena.allocate(DEVICE_BYTES, 4096).fill(OLD));
        }
    }

    private static byte[] content(BlockDevice device) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(DEVICE_BYTES, 4096);
            assertThat(device.read(0, memory)).isEqualTo(DEVICE_BYTES);
            return memory.toArray(ValueLayout.JAVA_BYTE);
        }
    }

    private static int count(byte[] content, byte value) {
        int count = 0;
        for (byte one : content) {
            if (one == value) {
                count++;
            }
        }
        return count;
    }
}
