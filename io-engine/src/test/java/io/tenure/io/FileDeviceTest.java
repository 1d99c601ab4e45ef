package io.tenure.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tenure.bindings.Errno;
import io.tenure.io.extent.Extent;
import io.tenure.testing.device.LoopDevice;
import io.tenure.testing.io.MountedFileSystem;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is special about real files and block devices. */
final class FileDeviceTest {
    private static final int MIB = 1 << 20;

    @TempDir Path directory;

    @Test
    void theSectorOfABlockDeviceIsItsAlignment() throws IOException {
        for (int sectorBytes : new int[] {512, 4096}) {
            try (LoopDevice loop = LoopDevice.create(directory, MIB, sectorBytes);
                    BlockDevice device = BlockDevices.open(loop.path(), Access.READ_ONLY)) {
                assertThat(device.geometry().offsetAlignment()).isEqualTo(sectorBytes);
                assertThat(device.geometry().logicalSectorBytes()).isEqualTo(sectorBytes);
                assertThat(device.geometry().blockDevice()).isTrue();
            }
        }
    }

    @Test
    void aFileSystemOnLargeSectorsAsksForLargeAlignment() throws IOException {
        try (MountedFileSystem files =
                        MountedFileSystem.onLoop("xfs", directory, 300L * MIB, 4096);
                BlockDevice device = BlockDevices.create(files.root().resolve("volume"), MIB)) {
            assertThat(device.geometry().offsetAlignment()).isEqualTo(4096);
        }
    }

    @Test
    void aNewFileIsRoundedUpToItsAlignment() throws IOException {
        Path path = directory.resolve("volume");
        try (FileDevice device = BlockDevices.create(path, MIB + 1)) {
            int unitBytes = device.geometry().offsetAlignment();
            assertThat(device.geometry().sizeBytes()).isEqualTo(MIB + unitBytes);
            assertThat(Files.size(path)).isEqualTo(MIB + unitBytes);
            assertThat(device.direct()).isTrue();
        }
    }

    @Test
    void anExistingFileIsNeverOverwrittenByCreate() throws IOException {
        Path path = Files.writeString(directory.resolve("volume"), "precious");
        assertThatThrownBy(() -> BlockDevices.create(path, MIB))
                .isInstanceOf(TenureIoException.class)
                .hasMessageContaining("EEXIST")
                .hasMessageContaining(path.toString());
        assertThat(path).hasContent("precious");
    }

    @Test
    void aFileThatCannotGetItsSizeIsRemovedAgain() {
        Path path = directory.resolve("volume");
        // More than ext4 can address.
        assertThatThrownBy(() -> BlockDevices.create(path, 1L << 60))
                .isInstanceOf(TenureIoException.class)
                .hasMessageContaining("EFBIG");
        assertThat(path).doesNotExist();
    }

    @Test
    void whatIsNeitherFileNorBlockDeviceIsRefusedWithoutOpeningIt() throws Exception {
        refused(directory, "neither a block device nor a regular file");
        refused(Path.of("/dev/null"), "neither a block device nor a regular file");
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        refused(pipe, "neither a block device nor a regular file"); // an open would wait for ever
        refused(directory.resolve("nothing"), "ENOENT");
    }

    @Test
    void aBlockDeviceInUseIsRefusedWhenOpenedExclusively() throws IOException {
        try (LoopDevice loop = LoopDevice.create(directory, MIB, 512)) {
            try (BlockDevice first = BlockDevices.open(loop.path(), Access.READ_WRITE_EXCLUSIVE)) {
                assertThat(first.geometry().sizeBytes()).isEqualTo(MIB);
                assertThatThrownBy(
                                () -> BlockDevices.open(loop.path(), Access.READ_WRITE_EXCLUSIVE))
                        .isInstanceOf(TenureIoException.class)
                        .hasMessageContaining("EBUSY")
                        .hasMessageContaining("is in use");
            }
            BlockDevices.open(loop.path(), Access.READ_WRITE_EXCLUSIVE).close();
        }
    }

    @Test
    void withoutDirectIoAFileIsOnlyRead() throws IOException {
        try (MountedFileSystem files = MountedFileSystem.ramfs(directory);
                Arena arena = Arena.ofConfined()) {
            Path path = files.root().resolve("file");
            Files.write(path, new byte[] {1, 2, 3});
            try (FileDevice device = BlockDevices.open(path, Access.READ_ONLY)) {
                assertThat(device.direct()).isFalse();
                assertThat(device.read(0, arena.allocate(4096, 4096))).isEqualTo(3);
            }
            assertThatThrownBy(() -> BlockDevices.open(path, Access.READ_WRITE))
                    .isInstanceOf(TenureIoException.class)
                    .hasMessageContaining("no direct I/O");
            Path created = files.root().resolve("new");
            assertThatThrownBy(() -> BlockDevices.create(created, MIB))
                    .isInstanceOf(TenureIoException.class)
                    .hasMessageContaining("no direct I/O");
            assertThat(created).doesNotExist();
        }
    }

    @Test
    void aWriteToADeviceOpenedForReadingFailsByName() throws IOException {
        Path path = directory.resolve("volume");
        BlockDevices.create(path, MIB).close();
        try (BlockDevice device = BlockDevices.open(path, Access.READ_ONLY);
                Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(4096, 4096);
            TenureIoException e =
                    catchThrowableOfType(TenureIoException.class, () -> device.write(8192, memory));
            assertThat(e.operation()).isEqualTo("write");
            assertThat(e.path()).isEqualTo(path.toString());
            assertThat(e.offsetBytes()).isEqualTo(8192);
            assertThat(e.lengthBytes()).isEqualTo(4096);
            assertThat(e.errno()).isEqualTo(Errno.EBADF);
            assertThat(e).hasMessageContaining("write").hasMessageContaining("EBADF");
            assertThat(e).hasMessageContaining("8192").hasMessageContaining("4096");
            assertThat(e).hasMessageContaining(path.toString());
        }
    }

    @Test
    void aFullFileSystemFailsTheWriteAndSaysSo() throws IOException {
        try (MountedFileSystem files = MountedFileSystem.tmpfs(directory, MIB);
                BlockDevice device = BlockDevices.create(files.root().resolve("volume"), 4L * MIB);
                Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(2L * MIB, 4096).fill((byte) 1);
            // The first part fits: the kernel answers with a short write, and only then ENOSPC.
            assertThatThrownBy(() -> device.write(0, memory))
                    .isInstanceOf(TenureIoException.class)
                    .hasMessageContaining("ENOSPC")
                    .hasMessageContaining("make room");
        }
    }

    @Test
    void theLastIncompleteSectorCanBeReadButNotWritten() throws IOException {
        Path path = directory.resolve("volume");
        Files.write(path, new byte[4096 + 100]);
        try (BlockDevice device = BlockDevices.open(path, Access.READ_WRITE);
                Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(4096, 4096);
            assertThat(device.read(4096, memory)).isEqualTo(100);
            assertThatThrownBy(() -> device.write(4096, memory))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
        assertThat(path).hasSize(4096 + 100);
    }

    @Test
    void holesAndReservedSpaceAreToldFromData() throws IOException {
        Path path = directory.resolve("volume");
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(4L * MIB);
            file.seek(MIB);
            file.write(new byte[MIB]); // zeroes, but written
            file.getFD().sync();
        }
        try (BlockDevice device = BlockDevices.open(path, Access.READ_WRITE)) {
            assertThat(device.extents().extentAt(0, 4L * MIB))
                    .isEqualTo(new Extent(0, MIB, Extent.Kind.HOLE));
            assertThat(device.extents().extentAt(MIB, 4096))
                    .isEqualTo(new Extent(MIB, 4096, Extent.Kind.DATA));
            assertThat(device.extents().extentAt(MIB, 3L * MIB))
                    .isEqualTo(new Extent(MIB, MIB, Extent.Kind.DATA));
            assertThat(device.extents().extentAt(2L * MIB, 2L * MIB))
                    .isEqualTo(new Extent(2L * MIB, 2L * MIB, Extent.Kind.HOLE));
            device.zero(MIB, MIB, Zeroing.KEEP_ALLOCATED);
            assertThat(device.extents().extentAt(0, 4L * MIB).readsAsZero()).isTrue();
        }
        assertThat(blocks(path)).isEqualTo(MIB / 512); // kept
        try (BlockDevice device = BlockDevices.open(path, Access.READ_WRITE)) {
            device.zero(0, 4L * MIB, Zeroing.MAY_DEALLOCATE);
        }
        assertThat(blocks(path)).isZero(); // given back
    }

    @Test
    void aFileThatBecameShorterIsNotAHole() throws IOException {
        Path path = directory.resolve("volume");
        BlockDevices.create(path, 4L * MIB).close();
        try (BlockDevice device = BlockDevices.open(path, Access.READ_ONLY);
                RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(MIB);
            assertThatThrownBy(() -> device.extents().extentAt(0, 4L * MIB))
                    .isInstanceOf(TenureIoException.class)
                    .hasMessageContaining("unexpected end of file at offset " + MIB);
        }
    }

    @Test
    void aBlockDeviceIsAllData() throws IOException {
        try (LoopDevice loop = LoopDevice.create(directory, MIB, 512);
                BlockDevice device = BlockDevices.open(loop.path(), Access.READ_ONLY)) {
            assertThat(device.extents().extentAt(512, MIB - 512))
                    .isEqualTo(new Extent(512, MIB - 512, Extent.Kind.DATA));
        }
    }

    @Test
    void noWriteReachesAnotherFileThatGotTheSameNumber() throws Exception {
        // Closes under a running writer, and at once opens a bystander that takes the number.
        Path bystander = directory.resolve("bystander");
        for (int round = 0; round < 50; round++) {
            Files.write(bystander, new byte[4096]);
            Path path = directory.resolve("volume" + round);
            FileDevice device = BlockDevices.create(path, MIB);
            AtomicBoolean sawClosed = new AtomicBoolean();
            Thread writer = Thread.ofPlatform().start(() -> writeUntilClosed(device, sawClosed));
            try (Arena arena = Arena.ofConfined()) {
                device.read(0, arena.allocate(4096, 4096));
                device.close();
                try (FileDevice other = BlockDevices.open(bystander, Access.READ_WRITE)) {
                    writer.join();
                    MemorySegment memory = arena.allocate(4096, 4096);
                    assertThat(other.read(0, memory)).isEqualTo(4096);
                    assertThat(memory.mismatch(arena.allocate(4096))).isEqualTo(-1);
                }
            } finally {
                device.close();
                writer.join();
            }
            assertThat(sawClosed).isTrue();
        }
    }

    private static void writeUntilClosed(FileDevice device, AtomicBoolean sawClosed) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(4096, 4096).fill((byte) 0x77);
            while (true) {
                device.write(0, memory);
            }
        } catch (TenureIoException e) {
            sawClosed.set(e.errno() == Errno.EBADF);
        }
    }

    private static void refused(Path path, String why) {
        assertThatThrownBy(() -> BlockDevices.open(path, Access.READ_WRITE))
                .isInstanceOf(TenureIoException.class)
                .hasMessageContaining(path.toString())
                .hasMessageContaining(why);
    }

    private static long blocks(Path file) throws IOException {
        Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
        try (var reader = stat.inputReader()) {
            return Long.parseLong(reader.readLine());
        }
    }
}
