package io.tenure.bindings.libc;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.bindings.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Also what only a file system on a disk can do: direct I/O, and moving blocks. */
final class LibcExt4Test extends LibcFileTest {
    @TempDir private Path directory;

    @Override
    Path directory() {
        return directory;
    }

    @Test
    void the_file_system_is_what_this_test_is_about() throws IOException {
        assertThat(Files.getFileStore(directory).type()).isEqualTo("ext4");
    }

    @Test
    void a_zeroed_range_reads_as_zero_and_stays_allocated() {
        write(0, 8 * BLOCK);
        long before = status().blocks();
        assertThat(Libc.fallocate(fd, Fallocate.FALLOC_FL_ZERO_RANGE, BLOCK, 4 * BLOCK)).isZero();
        assertThat(status().blocks()).isEqualTo(before);
        assertZero(BLOCK, 4 * BLOCK);
    }

    @Test
    void ranges_are_cut_out_and_inserted() {
        write(0, 8 * BLOCK);
        assertThat(Libc.fallocate(fd, Fallocate.FALLOC_FL_COLLAPSE_RANGE, 0, 2 * BLOCK)).isZero();
        assertThat(status().sizeBytes()).isEqualTo(6 * BLOCK);
        assertThat(Libc.fallocate(fd, Fallocate.FALLOC_FL_INSERT_RANGE, BLOCK, BLOCK)).isZero();
        assertThat(status().sizeBytes()).isEqualTo(7 * BLOCK);
        assertZero(BLOCK, BLOCK);
    }

    @Test
    void direct_io_must_be_aligned_as_statx_says() {
        write(0, 8 * BLOCK);
        assertThat(Libc.fsync(fd)).isZero();
        Statx.Result status = status();
        assertThat(status.has(Statx.STATX_DIOALIGN)).isTrue();
        int unit = status.dioOffsetAlign();
        int address = status.dioMemoryAlign();
        assertThat(unit).isPositive();
        assertThat(address).isPositive();
        MemorySegment buffer = memory.allocate(2L * BLOCK, BLOCK);
        try (OpenFile direct = OpenFile.open(path, OpenFlags.O_RDWR | OpenFlags.O_DIRECT)) {
            int file = direct.fd();
            assertThat(Libc.pread(file, buffer, unit, unit)).isEqualTo(unit);
            assertThat(buffer.get(ValueLayout.JAVA_BYTE, unit - 1)).isEqualTo((byte) 7);
            assertThat(Libc.pread(file, buffer.asSlice(address), unit, 0)).isEqualTo(unit);
            assertThat(Libc.pwrite(file, buffer, unit, 0)).isEqualTo(unit);
            assertThat(Libc.pread(file, buffer, unit, 1)).isEqualTo(-Errno.EINVAL);
            assertThat(Libc.pread(file, buffer, unit - 1, 0)).isEqualTo(-Errno.EINVAL);
            // Newer kernels notice only where the buffer crosses a page: never rely on this error.
            MemorySegment crossing = buffer.asSlice(BLOCK - 1);
            assertThat(Libc.pread(file, crossing, unit, 0)).isEqualTo(-Errno.EINVAL);
            assertThat(Libc.pwrite(file, buffer, unit, 1)).isEqualTo(-Errno.EINVAL);
        }
    }

    @Test
    void the_direct_flag_is_told_by_fcntl() {
        try (OpenFile direct = OpenFile.open(path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECT)) {
            assertThat(Libc.fcntl(direct.fd(), Fcntl.F_GETFL, 0) & OpenFlags.O_DIRECT)
                    .isEqualTo(OpenFlags.O_DIRECT);
        }
        assertThat(Libc.fcntl(fd, Fcntl.F_GETFL, 0) & OpenFlags.O_DIRECT).isZero();
    }
}
