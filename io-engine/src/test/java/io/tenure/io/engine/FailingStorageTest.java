package io.tenure.io.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.bindings.Errno;
import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.io.BlockDevices;
import io.tenure.io.TenureIoException;
import io.tenure.io.buffer.BufferPool;
import io.tenure.io.copy.Copier;
import io.tenure.io.copy.CopyPlan;
import io.tenure.testing.device.LoopDevice;
import io.tenure.testing.io.MountedFileSystem;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Copies whose storage really fails in the middle, through each engine. */
final class FailingStorageTest {
    private static final int MIB = 1 << 20;
    private static final int SIZE_BYTES = 16 * MIB;
    private static final int DEPTH = 4;

    @TempDir Path directory;

    @ParameterizedTest
    @Tag("ovirt-28")
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
    void aDeviceWithoutSpaceBehindItFailsTheCopyByName(EngineKind kind) throws Exception {
        try (MountedFileSystem small = MountedFileSystem.tmpfs(directory, SIZE_BYTES / 2);
                LoopDevice loop = LoopDevice.create(small.root(), SIZE_BYTES, 4096);
                BlockDevice from = BlockDevices.open(source(), Access.READ_ONLY);
                BlockDevice to = BlockDevices.open(loop.path(), Access.READ_WRITE)) {
            assertThatThrownBy(() -> copy(kind, from, to))
                    .isInstanceOfSatisfying(
                            TenureIoException.class,
                            failure -> {
                                assertThat(failure.operation()).isEqualTo("write");
                                assertThat(failure.path()).isEqualTo(loop.path().toString());
                                // As the driver of the loop device puts it.
                                assertThat(failure.errno()).isIn(Errno.ENOSPC, Errno.EIO);
                            });
        }
    }

    @ParameterizedTest
    @Tag("ovirt-28")
    @Tag("ovirt-29")
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
    void aFileSystemWithoutSpaceFailsTheCopyByName(EngineKind kind) throws Exception {
        try (MountedFileSystem small = MountedFileSystem.tmpfs(directory, SIZE_BYTES / 2);
                BlockDevice from = BlockDevices.open(source(), Access.READ_ONLY);
                BlockDevice to = BlockDevices.create(small.root().resolve("new"), SIZE_BYTES)) {
            assertThatThrownBy(() -> copy(kind, from, to))
                    .isInstanceOf(TenureIoException.class)
                    .hasMessageContaining("ENOSPC")
                    .hasMessageContaining("make room");
        }
    }

    @ParameterizedTest
    @Tag("ovirt-29")
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
    void aSourceThatBecameShorterFailsTheCopyByName(EngineKind kind) throws Exception {
        Path source = source();
        try (BlockDevice from = BlockDevices.open(source, Access.READ_ONLY);
                BlockDevice to = BlockDevices.create(directory.resolve("new"), SIZE_BYTES)) {
            try (RandomAccessFile file = new RandomAccessFile(source.toFile(), "rw")) {
                file.setLength(5 * MIB + 100);
            }
            assertThatThrownBy(() -> copy(kind, from, to))
                    .isInstanceOf(TenureIoException.class)
                    .hasMessageContaining("unexpected end of file");
        }
    }

    private Path source() throws IOException {
        byte[] content = new byte[SIZE_BYTES];
        new Random(3).nextBytes(content);
        return Files.write(directory.resolve("source"), content);
    }

    /** Nothing is in flight and nothing held when this ends, however it does. */
    private static void copy(EngineKind kind, BlockDevice from, BlockDevice to) throws IOException {
        IoGate gate = new IoGate();
        try (BufferPool pool = BufferPool.allocate(DEPTH, MIB);
                IoEngine engine = IoEngines.open(kind, gate, DEPTH, List.of(from, to))) {
            new Copier(
                            CopyPlan.of(from, to).withRequestBytes(MIB).withDepth(DEPTH),
                            gate,
                            engine,
                            pool)
                    .run();
        } finally {
            assertThat(gate.inFlight()).isZero();
        }
    }
}
