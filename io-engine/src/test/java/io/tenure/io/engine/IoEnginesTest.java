package io.tenure.io.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.bindings.Errno;
import io.tenure.io.BlockDevice;
import io.tenure.io.BlockDevices;
import io.tenure.io.TenureIoException;
import io.tenure.testing.io.MemoryDevice;
import io.tenure.testing.process.ChildJvm;
import io.tenure.testing.process.ForbiddenCalls;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which engine one gets. */
final class IoEnginesTest {
    private static final int DEPTH = 2;
    private static final int UNIT_BYTES = 4096;

    @TempDir Path directory;

    @Test
    void withDescriptorsTheBestEngineIsAio() throws IOException {
        try (BlockDevice file = BlockDevices.create(directory.resolve("file"), UNIT_BYTES)) {
            try (IoEngine engine = open(EngineKind.AUTO, file)) {
                assertThat(engine).isInstanceOf(AioEngine.class);
                assertThat(engine.depth()).isEqualTo(DEPTH);
                assertThatThrownBy(file::close).isInstanceOf(IllegalStateException.class);
            }
        }
    }

    @Test
    void withADeviceThatHasNoDescriptorThreadsAreBetter() throws IOException {
        try (BlockDevice file = BlockDevices.create(directory.resolve("file"), UNIT_BYTES);
                BlockDevice memory = new MemoryDevice("memory", UNIT_BYTES, 512);
                IoEngine engine = open(EngineKind.AUTO, file, memory)) {
            assertThat(engine).isInstanceOf(ThreadEngine.class);
        }
    }

    @Test
    void whatIsAskedForByNameIsWhatOneGets() throws IOException {
        try (BlockDevice file = BlockDevices.create(directory.resolve("file"), UNIT_BYTES);
                BlockDevice memory = new MemoryDevice("memory", UNIT_BYTES, 512);
                IoEngine aio = open(EngineKind.AIO, memory);
                IoEngine threads = open(EngineKind.THREADS, file)) {
            assertThat(aio).isInstanceOf(AioEngine.class);
            assertThat(threads).isInstanceOf(ThreadEngine.class);
        }
    }

    @Test
    void whenADeviceCannotBeRegisteredNothingStaysHeld() throws IOException {
        BlockDevice closed = BlockDevices.create(directory.resolve("closed"), UNIT_BYTES);
        closed.close();
        try (BlockDevice file = BlockDevices.create(directory.resolve("file"), UNIT_BYTES)) {
            for (EngineKind kind : List.of(EngineKind.AUTO, EngineKind.AIO)) {
                assertThatThrownBy(() -> open(kind, file, closed))
                        .isInstanceOf(TenureIoException.class)
                        .hasMessageContaining("closed");
            }
        } // which would throw, were it held
    }

    @Test
    void whereAioIsForbiddenThreadsTakeOverAndThatIsSaidOnce() throws IOException {
        for (int errno : new int[] {Errno.EAGAIN, Errno.ENOSYS, Errno.EPERM}) {
            ChildJvm child =
                    ChildJvm.run(
                            directory,
                            List.of("--enable-native-access=ALL-UNNAMED", "-Derrno=" + errno),
                            WithoutAio.class,
                            IoEngine.class,
                            ForbiddenCalls.class,
                            Errno.class);
            assertThat(child.exitCode()).as(child.output()).isZero();
            String refusal = "cannot set up Linux AIO: " + Errno.name(errno);
            List<String> lines = child.output().lines().toList();
            assertThat(lines).filteredOn("ThreadEngine"::equals).hasSize(2);
            assertThat(lines)
                    .filteredOn(line -> line.contains("until then threads are used"))
                    .singleElement()
                    .asString()
                    .contains(refusal, errno == Errno.EAGAIN ? "fs.aio-max-nr" : "seccomp");
            assertThat(lines)
                    .filteredOn(line -> line.startsWith("refused: "))
                    .singleElement()
                    .asString()
                    .contains(refusal, "threads engine");
        }
    }

    /** What is tried in a process whose io_setup fails. */
    public static final class WithoutAio {
        private WithoutAio() {}

        /**
         * Opens engines.
         *
         * @param arguments none
         * @throws IOException the file cannot be used
         */
        public static void main(String[] arguments) throws IOException {
            ForbiddenCalls.forbidIoSetup(Integer.getInteger("errno"));
            try (Arena arena = Arena.ofShared();
                    BlockDevice file = BlockDevices.create(Path.of("forbidden"), UNIT_BYTES)) {
                for (int i = 0; i < 2; i++) {
                    try (IoEngine engine = open(EngineKind.AUTO, file)) {
                        IoRequest write = new IoRequest(0);
                        write.prepareWrite(file, 0, arena.allocate(UNIT_BYTES, UNIT_BYTES));
                        engine.submit(write);
                        engine.drain();
                        if (write.failure() == null) {
                            System.out.println(engine.getClass().getSimpleName());
                        }
                    }
                }
                try (IoEngine engine = open(EngineKind.AIO, file)) {
                    System.out.println("opened: " + engine);
                } catch (TenureIoException e) {
                    System.out.println("refused: " + e.getMessage());
                }
            }
            Files.delete(Path.of("forbidden"));
        }
    }

    private static IoEngine open(EngineKind kind, BlockDevice... devices) throws IOException {
        return IoEngines.open(kind, new IoGate(), DEPTH, List.of(devices));
    }
}
