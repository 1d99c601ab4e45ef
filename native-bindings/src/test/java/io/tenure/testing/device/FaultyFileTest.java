package io.tenure.testing.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.testing.process.VanishingFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Storage that breaks and comes back, as a file and with a device on top (sectors above 0). */
final class FaultyFileTest {
    private static final int BYTES = 1 << 20;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private VanishingFolder folder;
    private Path backing;
    private FaultyFile file;

    @BeforeEach
    void create() throws IOException {
        folder = VanishingFolder.create("faulty");
        backing = Files.write(folder.path().resolve("backing"), new byte[BYTES]);
        file = FaultyFile.create(folder, "disk", backing);
    }

    @AfterEach
    void close() throws IOException {
        file.close();
        folder.close();
        assertThat(Files.readString(Path.of("/proc/self/mounts")))
                .doesNotContain(folder.path().toString());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 512, 4096})
    void without_a_fault_every_byte_passes(int sectorBytes) throws IOException {
        try (Target target = new Target(sectorBytes)) {
            assertThat(file.path().resolveSibling(".").toFile().list()).containsExactly("disk");
            write(target.path, 1);
            assertThat(readByte(target.path)).isEqualTo((byte) 1);
            assertThat(Files.readAllBytes(backing)).containsOnly(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4096})
    void failing_writes_change_nothing_and_leave_reads_alone(int sectorBytes) throws IOException {
        try (Target target = new Target(sectorBytes)) {
            file.setWrites(Fault.FAILS);
            assertThatThrownBy(() -> write(target.path, 1))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("EIO");
            assertThat(readByte(target.path)).isZero();
            file.set(Fault.NONE);
            write(target.path, 2);
            assertThat(Files.readAllBytes(backing)).containsOnly(2);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4096})
    void failing_reads_leave_writes_alone(int sectorBytes) throws IOException {
        try (Target target = new Target(sectorBytes)) {
            file.setReads(Fault.FAILS);
            assertThatThrownBy(() -> readByte(target.path)).isInstanceOf(IOException.class);
            write(target.path, 3);
            assertThat(Files.readAllBytes(backing)).containsOnly(3);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4096})
    void a_write_that_hung_is_carried_out_when_the_storage_comes_back(int sectorBytes)
            throws Exception {
        try (Target target = new Target(sectorBytes)) {
            file.set(Fault.HANGS);
            CompletableFuture<Void> written =
                    CompletableFuture.runAsync(() -> writeQuietly(target));
            awaitHeld();
            assertThat(written).isNotDone();
            assertThat(Files.readAllBytes(backing)).containsOnly(0);
            file.set(Fault.NONE);
            written.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            assertThat(Files.readAllBytes(backing)).containsOnly(4);
            assertThat(file.held()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4096})
    void a_write_that_hung_can_be_made_to_fail(int sectorBytes) throws Exception {
        try (Target target = new Target(sectorBytes)) {
            file.set(Fault.HANGS);
            CompletableFuture<Void> written =
                    CompletableFuture.runAsync(() -> writeQuietly(target));
            awaitHeld();
            file.set(Fault.FAILS);
            assertThat(written).failsWithin(LIMIT).withThrowableThat().withMessageContaining("EIO");
            assertThat(Files.readAllBytes(backing)).containsOnly(0);
        }
    }

    @Test
    void closing_ends_every_wait() throws Exception {
        file.set(Fault.HANGS);
        CompletableFuture<Byte> read = CompletableFuture.supplyAsync(this::readQuietly);
        awaitHeld();
        file.close();
        assertThat(read).failsWithin(LIMIT);
    }

    private void awaitHeld() throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (file.held() == 0) {
            assertThat(System.nanoTime()).as("nothing hangs").isLessThan(deadline);
            Thread.sleep(5);
        }
    }

    private byte readQuietly() {
        try {
            return readByte(file.path());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void writeQuietly(Target target) {
        try {
            write(target.path, 4);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path path, int value) throws IOException {
        byte[] bytes = new byte[BYTES];
        Arrays.fill(bytes, (byte) value);
        try (DirectFile direct = DirectFile.open(path)) {
            direct.write(0, bytes);
        }
    }

    private static byte readByte(Path path) throws IOException {
        try (DirectFile direct = DirectFile.open(path)) {
            return direct.read(0, 4096)[0];
        }
    }

    /** The file, or a device over it. */
    private final class Target implements AutoCloseable {
        private final Path path;
        private final @Nullable LoopDevice device;

        Target(int sectorBytes) throws IOException {
            device = sectorBytes == 0 ? null : LoopDevice.over(file.path(), sectorBytes);
            path = device == null ? file.path() : device.path();
        }

        @Override
        public void close() throws IOException {
            if (device != null) {
                device.close();
            }
        }
    }
}
