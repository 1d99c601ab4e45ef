package io.tenure.bindings.libc;

import static io.tenure.bindings.libc.Fallocate.FALLOC_FL_KEEP_SIZE;
import static io.tenure.bindings.libc.Fallocate.FALLOC_FL_PUNCH_HOLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.bindings.Errno;
import io.tenure.testing.memory.GuardedMemory;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What holds on every file system; a subclass says on which. */
abstract class LibcFileTest {
    static final int BLOCK = 4096;

    final GuardedMemory memory = new GuardedMemory();
    Path path;
    int fd;

    abstract Path directory();

    @BeforeEach
    final void open() throws IOException {
        path = Files.createTempFile(directory(), "libc-", ".data");
        fd = Libc.open(path.toString(), OpenFlags.O_RDWR | OpenFlags.O_CLOEXEC, 0);
        assertThat(fd).isNotNegative();
    }

    @AfterEach
    final void close() throws IOException {
        memory.close();
        Libc.close(fd);
        Files.deleteIfExists(path);
    }

    @Test
    void what_was_written_is_read() {
        MemorySegment written = memory.allocate(1000, 1);
        for (int i = 0; i < 1000; i++) {
            written.set(ValueLayout.JAVA_BYTE, i, (byte) i);
        }
        assertThat(Libc.pwrite(fd, written, 1000, 77)).isEqualTo(1000);
        MemorySegment read = memory.allocate(1000, 1);
        assertThat(Libc.pread(fd, read, 1000, 77)).isEqualTo(1000);
        assertThat(read.mismatch(written)).isEqualTo(-1);
        assertThat(Libc.fsync(fd)).isZero();
        assertThat(Libc.fdatasync(fd)).isZero();
    }

    @Test
    void a_read_ends_with_the_file_and_changes_nothing_beyond() {
        Libc.pwrite(fd, memory.allocate(10, 1).fill((byte) 1), 10, 0);
        MemorySegment buffer = memory.allocate(16, 1);
        assertThat(Libc.pread(fd, buffer, 16, 4)).isEqualTo(6);
        assertThat(buffer.get(ValueLayout.JAVA_BYTE, 5)).isEqualTo((byte) 1);
        assertThat(buffer.get(ValueLayout.JAVA_BYTE, 6)).isEqualTo(GuardedMemory.FILL);
        assertThat(Libc.pread(fd, buffer, 16, 10)).isZero();
    }

    @Test
    void more_than_the_buffer_is_refused_before_the_kernel_is_asked() {
        MemorySegment buffer = memory.allocate(16, 1);
        assertThatThrownBy(() -> Libc.pread(fd, buffer, 17, 0))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> Libc.pwrite(fd, buffer, 17, 0))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> Libc.pwrite(fd, buffer, -1, 0))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> Libc.pread(fd, buffer.asReadOnly(), 16, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Libc.statx(fd, "", 0, 0, memory.allocate(255, 1)))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void ftruncate_sets_the_size_and_statx_tells_it() {
        assertThat(Libc.ftruncate(fd, 123_456)).isZero();
        Statx.Result status = status();
        assertThat(status.has(Statx.STATX_BASIC_STATS)).isTrue();
        assertThat(status.sizeBytes()).isEqualTo(123_456);
        assertThat(status.blocks()).isZero();
        assertThat(status.isRegularFile()).isTrue();
        assertThat(status.isDirectory() || status.isBlockDevice()).isFalse();
        assertThat(status.mode() & 0777).isEqualTo(0600);
    }

    @Test
    void statx_tells_what_the_jdk_tells() throws IOException {
        MemorySegment struct = memory.allocate(Statx.LAYOUT);
        assertThat(Libc.statx(Statx.AT_FDCWD, path.toString(), 0, Statx.STATX_BASIC_STATS, struct))
                .isZero();
        Statx.Result status = Statx.decode(struct);
        assertThat(status.inode()).isEqualTo(Files.getAttribute(path, "unix:ino"));
        long device = (long) Files.getAttribute(path, "unix:dev");
        assertThat(status.deviceMajor()).isEqualTo((int) ((device >> 8) & 0xfff));
        assertThat(status.deviceMinor()).isEqualTo((int) (device & 0xff)); // small here
    }

    @Test
    void holes_and_data_are_found() {
        Libc.ftruncate(fd, 64 * BLOCK);
        write(16 * BLOCK, 4 * BLOCK);
        assertThat(Libc.lseek(fd, 0, Seek.SEEK_DATA)).isEqualTo(16 * BLOCK);
        assertThat(Libc.lseek(fd, 16 * BLOCK, Seek.SEEK_HOLE)).isEqualTo(20 * BLOCK);
        assertThat(Libc.lseek(fd, 0, Seek.SEEK_HOLE)).isZero();
        assertThat(Libc.lseek(fd, 0, Seek.SEEK_END)).isEqualTo(64 * BLOCK);
    }

    @Test
    void no_data_behind_the_last_is_enxio() {
        Libc.ftruncate(fd, 64 * BLOCK);
        write(0, BLOCK);
        assertThat(Libc.lseek(fd, BLOCK, Seek.SEEK_DATA)).isEqualTo(-Errno.ENXIO);
        assertThat(Libc.lseek(fd, 64 * BLOCK, Seek.SEEK_HOLE)).isEqualTo(-Errno.ENXIO);
    }

    @Test
    void a_punched_hole_reads_as_zero_and_is_free() {
        write(0, 64 * BLOCK);
        long before = status().blocks();
        int mode = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
        assertThat(Libc.fallocate(fd, mode, 16 * BLOCK, 32 * BLOCK)).isZero();
        assertThat(status().blocks()).isEqualTo(before - 32 * BLOCK / 512);
        assertThat(status().sizeBytes()).isEqualTo(64 * BLOCK);
        assertZero(16 * BLOCK, 32 * BLOCK);
    }

    @Test
    void allocation_grows_the_file_unless_told_not_to() {
        assertThat(Libc.fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, 8 * BLOCK)).isZero();
        assertThat(status().sizeBytes()).isZero();
        assertThat(status().blocks()).isEqualTo(8 * BLOCK / 512);
        assertThat(Libc.fallocate(fd, 0, 0, 16 * BLOCK)).isZero();
        assertThat(status().sizeBytes()).isEqualTo(16 * BLOCK);
    }

    @Test
    void a_punch_that_may_change_the_size_is_refused() {
        assertThat(Libc.fallocate(fd, FALLOC_FL_PUNCH_HOLE, 0, BLOCK)).isEqualTo(-Errno.EOPNOTSUPP);
        assertThat(Libc.fallocate(fd, 0, 0, 0)).isEqualTo(-Errno.EINVAL);
    }

    final void write(long offset, int bytes) {
        MemorySegment data = memory.allocate(bytes, BLOCK).fill((byte) 7);
        assertThat(Libc.pwrite(fd, data, bytes, offset)).isEqualTo(bytes);
    }

    final void assertZero(long offset, int bytes) {
        MemorySegment data = memory.allocate(bytes, BLOCK);
        assertThat(Libc.pread(fd, data, bytes, offset)).isEqualTo(bytes);
        assertThat(data.mismatch(memory.allocate(bytes, 1).fill((byte) 0))).isEqualTo(-1);
    }

    final Statx.Result status() {
        MemorySegment struct = memory.allocate(Statx.LAYOUT);
        int mask = Statx.STATX_BASIC_STATS | Statx.STATX_DIOALIGN;
        assertThat(Libc.statx(fd, "", Statx.AT_EMPTY_PATH, mask, struct)).isZero();
        return Statx.decode(struct);
    }
}
