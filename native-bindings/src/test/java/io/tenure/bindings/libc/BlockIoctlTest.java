package io.tenure.bindings.libc;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.bindings.Errno;
import io.tenure.testing.device.LoopDevice;
import io.tenure.testing.memory.GuardedMemory;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BlockIoctlTest {
    private static final int SIZE = 4 << 20;
    private static final int DIRECT = OpenFlags.O_RDWR | OpenFlags.O_DIRECT;

    @TempDir private Path directory;

    @ParameterizedTest
    @ValueSource(ints = {512, 4096})
    void a_device_tells_its_size_and_sectors(int sectorBytes) throws IOException {
        try (LoopDevice loop = LoopDevice.create(directory, SIZE, sectorBytes);
                OpenFile device = OpenFile.open(loop.path(), DIRECT)) {
            assertThat(BlockIoctl.sizeBytes(device.fd())).isEqualTo(SIZE);
            assertThat(BlockIoctl.logicalSectorBytes(device.fd())).isEqualTo(sectorBytes);
            assertThat(BlockIoctl.physicalSectorBytes(device.fd()))
                    .isGreaterThanOrEqualTo(sectorBytes);
            assertThat(BlockIoctl.readOnly(device.fd())).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 4096})
    void a_zeroed_range_reads_as_zero_and_its_neighbours_are_left(int sectorBytes)
            throws IOException {
        try (LoopDevice loop = LoopDevice.create(directory, SIZE, sectorBytes);
                GuardedMemory memory = new GuardedMemory();
                OpenFile device = OpenFile.open(loop.path(), DIRECT)) {
            fill(device, memory);
            assertThat(BlockIoctl.zeroOut(device.fd(), 2L * sectorBytes, 3L * sectorBytes))
                    .isZero();
            assertZero(device, memory, 2 * sectorBytes, 3 * sectorBytes);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 4096})
    void a_discarded_range_is_freed(int sectorBytes) throws IOException {
        try (LoopDevice loop = LoopDevice.create(directory, SIZE, sectorBytes);
                GuardedMemory memory = new GuardedMemory();
                OpenFile device = OpenFile.open(loop.path(), DIRECT)) {
            fill(device, memory);
            assertThat(Libc.fsync(device.fd())).isZero();
            long before = blocks(loop.backing(), memory);
            assertThat(BlockIoctl.discard(device.fd(), 1 << 20, 2 << 20)).isZero();
            assertThat(blocks(loop.backing(), memory)).isEqualTo(before - (2 << 20) / 512);
            assertZero(device, memory, 1 << 20, 2 << 20); // a loop device's own promise
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 4096})
    void half_a_sector_is_refused(int sectorBytes) throws IOException {
        try (LoopDevice loop = LoopDevice.create(directory, SIZE, sectorBytes);
                GuardedMemory memory = new GuardedMemory();
                OpenFile device = OpenFile.open(loop.path(), DIRECT)) {
            int half = sectorBytes / 2;
            assertThat(BlockIoctl.zeroOut(device.fd(), half, sectorBytes)).isEqualTo(-Errno.EINVAL);
            assertThat(BlockIoctl.discard(device.fd(), 0, half)).isEqualTo(-Errno.EINVAL);
            MemorySegment buffer = memory.allocate(2L * sectorBytes, sectorBytes);
            assertThat(Libc.pread(device.fd(), buffer, half, 0)).isEqualTo(-Errno.EINVAL);
            assertThat(Libc.pwrite(device.fd(), buffer, sectorBytes, half))
                    .isEqualTo(-Errno.EINVAL);
        }
    }

    @Test
    void a_range_beyond_the_end_is_refused() throws IOException {
        try (LoopDevice loop = LoopDevice.create(directory, SIZE, 512);
                OpenFile device = OpenFile.open(loop.path(), DIRECT)) {
            assertThat(BlockIoctl.zeroOut(device.fd(), SIZE - 512, 1024)).isEqualTo(-Errno.EINVAL);
        }
    }

    @Test
    void statx_tells_a_device_and_its_alignment() throws IOException {
        try (LoopDevice loop = LoopDevice.create(directory, SIZE, 4096);
                GuardedMemory memory = new GuardedMemory();
                OpenFile device = OpenFile.open(loop.path(), DIRECT)) {
            MemorySegment struct = memory.allocate(Statx.LAYOUT);
            int mask = Statx.STATX_BASIC_STATS | Statx.STATX_DIOALIGN;
            assertThat(Libc.statx(device.fd(), "", Statx.AT_EMPTY_PATH, mask, struct)).isZero();
            Statx.Result status = Statx.decode(struct);
            assertThat(status.isBlockDevice()).isTrue();
            assertThat(status.sizeBytes()).isZero();
            assertThat(status.has(Statx.STATX_DIOALIGN)).isTrue();
            assertThat(status.dioOffsetAlign()).isEqualTo(4096);
            String numbers =
                    Files.readString(
                            Path.of("/sys/block")
                                    .resolve(loop.path().getFileName())
                                    .resolve("dev"));
            assertThat(status.specialMajor() + ":" + status.specialMinor())
                    .isEqualTo(numbers.strip());
        }
    }

    @Test
    void a_regular_file_is_no_device() {
        try (OpenFile file = OpenFile.open(directory.resolve("file"))) {
            assertThat(BlockIoctl.sizeBytes(file.fd())).isEqualTo(-Errno.ENOTTY);
            assertThat(BlockIoctl.logicalSectorBytes(file.fd())).isEqualTo(-Errno.ENOTTY);
            assertThat(BlockIoctl.discard(file.fd(), 0, 512)).isEqualTo(-Errno.ENOTTY);
        }
    }

    @Test
    void the_kernel_writes_no_more_than_the_answer() throws IOException {
        try (LoopDevice loop = LoopDevice.create(directory, SIZE, 512);
                GuardedMemory memory = new GuardedMemory();
                OpenFile device = OpenFile.open(loop.path(), DIRECT)) {
            MemorySegment answer = memory.allocate(8, 1);
            assertThat(Libc.ioctl(device.fd(), BlockIoctl.BLKGETSIZE64, answer)).isZero();
            MemorySegment shorter = memory.allocate(4, 1);
            assertThat(Libc.ioctl(device.fd(), BlockIoctl.BLKSSZGET, shorter)).isZero();
            assertThat(Libc.ioctl(device.fd(), BlockIoctl.BLKPBSZGET, shorter)).isZero();
            assertThat(Libc.ioctl(device.fd(), BlockIoctl.BLKROGET, shorter)).isZero();
            assertThat(Libc.ioctl(device.fd(), BlockIoctl.BLKGETSIZE64, shorter))
                    .as("the guard is there")
                    .isEqualTo(-Errno.EFAULT);
        }
    }

    private static void fill(OpenFile device, GuardedMemory memory) {
        MemorySegment data = memory.allocate(SIZE, 4096).fill((byte) 7);
        assertThat(Libc.pwrite(device.fd(), data, SIZE, 0)).isEqualTo(SIZE);
    }

    private static void assertZero(OpenFile device, GuardedMemory memory, int from, int bytes) {
        MemorySegment data = memory.allocate(SIZE, 4096);
        assertThat(Libc.pread(device.fd(), data, SIZE, 0)).isEqualTo(SIZE);
        for (long i = 0; i < SIZE; i++) {
            byte expected = (byte) (i >= from && i < from + bytes ? 0 : 7);
            if (data.get(ValueLayout.JAVA_BYTE, i) != expected) {
                throw new AssertionError("byte " + i + " is not " + expected);
            }
        }
    }

    private static long blocks(Path file, GuardedMemory memory) {
        MemorySegment struct = memory.allocate(Statx.LAYOUT);
        assertThat(Libc.statx(Statx.AT_FDCWD, file.toString(), 0, Statx.STATX_BLOCKS, struct))
                .isZero();
        return Statx.decode(struct).blocks();
    }
}
