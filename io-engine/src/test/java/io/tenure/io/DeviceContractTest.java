package io.tenure.io;

import io.tenure.testing.device.LoopDevice;
import io.tenure.testing.io.BlockDeviceContract;
import io.tenure.testing.io.FaultyDevice;
import io.tenure.testing.io.MemoryDevice;
import io.tenure.testing.io.MountedFileSystem;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The contract of devices, for every kind of device. */
final class DeviceContractTest {

    @Nested
    final class InMemory512 extends BlockDeviceContract {
        @Override
        protected BlockDevice openDevice() {
            return new MemoryDevice("memory", SIZE_BYTES, 512);
        }
    }

    @Nested
    final class InMemory4096 extends BlockDeviceContract {
        @Override
        protected BlockDevice openDevice() {
            return new MemoryDevice("memory", SIZE_BYTES, 4096);
        }
    }

    @Nested
    final class FaultyWithoutFaults extends BlockDeviceContract {
        @Override
        protected BlockDevice openDevice() {
            return new FaultyDevice(new MemoryDevice("memory", SIZE_BYTES, 512));
        }
    }

    @Nested
    final class FileOnExt4 extends BlockDeviceContract {
        @TempDir Path directory;

        @Override
        protected BlockDevice openDevice() throws IOException {
            return BlockDevices.create(directory.resolve("volume"), SIZE_BYTES);
        }
    }

    @Nested
    final class FileOnTmpfs extends BlockDeviceContract {
        @TempDir Path directory;

        @Override
        protected BlockDevice openDevice() throws IOException {
            MountedFileSystem files = keep(MountedFileSystem.tmpfs(directory, 4L * SIZE_BYTES));
            return BlockDevices.create(files.root().resolve("volume"), SIZE_BYTES);
        }
    }

    @Nested
    final class FileOnXfsWithLargeSectors extends BlockDeviceContract {
        @TempDir Path directory;

        @Override
        protected BlockDevice openDevice() throws IOException {
            MountedFileSystem files =
                    keep(MountedFileSystem.onLoop("xfs", directory, 300L << 20, 4096));
            return BlockDevices.create(files.root().resolve("volume"), SIZE_BYTES);
        }
    }

    @Nested
    final class Loop512 extends BlockDeviceContract {
        @TempDir Path directory;

        @Override
        protected BlockDevice openDevice() throws IOException {
            LoopDevice loop = keep(LoopDevice.create(directory, SIZE_BYTES, 512));
            return BlockDevices.open(loop.path(), Access.READ_WRITE_EXCLUSIVE);
        }
    }

    @Nested
    final class Loop4096 extends BlockDeviceContract {
        @TempDir Path directory;

        @Override
        protected BlockDevice openDevice() throws IOException {
            LoopDevice loop = keep(LoopDevice.create(directory, SIZE_BYTES, 4096));
            return BlockDevices.open(loop.path(), Access.READ_WRITE_EXCLUSIVE);
        }
    }
}
