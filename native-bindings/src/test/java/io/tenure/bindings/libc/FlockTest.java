package io.tenure.bindings.libc;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.bindings.Errno;
import io.tenure.testing.memory.GuardedMemory;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Locks of open file descriptions, between two opens in one process. */
final class FlockTest {
    @TempDir private Path directory;
    private final GuardedMemory memory = new GuardedMemory();
    private OpenFile first;
    private OpenFile second;

    @BeforeEach
    void open() {
        first = OpenFile.open(directory.resolve("file"));
        second = OpenFile.open(directory.resolve("file"));
    }

    @AfterEach
    void close() {
        memory.close();
        second.close();
    }

    @Test
    void an_exclusive_lock_keeps_the_other_open_out() {
        assertThat(lock(first, Flock.F_WRLCK, 100, 10)).isZero();
        assertThat(lock(second, Flock.F_WRLCK, 109, 1)).isEqualTo(-Errno.EAGAIN);
        assertThat(lock(second, Flock.F_RDLCK, 100, 1)).isEqualTo(-Errno.EAGAIN);
        assertThat(lock(second, Flock.F_WRLCK, 110, 1)).isZero();
        first.close();
    }

    @Test
    void shared_locks_go_together() {
        assertThat(lock(first, Flock.F_RDLCK, 0, 0)).isZero();
        assertThat(lock(second, Flock.F_RDLCK, 0, 0)).isZero();
        assertThat(lock(second, Flock.F_WRLCK, 0, 0)).isEqualTo(-Errno.EAGAIN);
        first.close();
    }

    @Test
    void who_is_in_the_way_is_told() {
        assertThat(lock(first, Flock.F_WRLCK, 0, 8)).isZero();
        MemorySegment question = Flock.allocate(memory, Flock.F_RDLCK, 0, 8);
        assertThat(Libc.fcntl(second.fd(), Fcntl.F_OFD_GETLK, question)).isZero();
        assertThat(Flock.type(question)).isEqualTo(Flock.F_WRLCK);
        question = Flock.allocate(memory, Flock.F_RDLCK, 8, 8);
        assertThat(Libc.fcntl(second.fd(), Fcntl.F_OFD_GETLK, question)).isZero();
        assertThat(Flock.type(question)).isEqualTo(Flock.F_UNLCK);
        first.close();
    }

    @Test
    void unlocking_and_closing_free() {
        assertThat(lock(first, Flock.F_WRLCK, 0, 8)).isZero();
        assertThat(lock(first, Flock.F_UNLCK, 0, 8)).isZero();
        assertThat(lock(second, Flock.F_WRLCK, 0, 8)).isZero();
        assertThat(lock(second, Flock.F_UNLCK, 0, 8)).isZero();
        assertThat(lock(first, Flock.F_WRLCK, 0, 8)).isZero();
        first.close();
        assertThat(lock(second, Flock.F_WRLCK, 0, 8)).isZero();
    }

    @Test
    void closing_another_descriptor_of_the_file_frees_nothing() {
        assertThat(lock(first, Flock.F_WRLCK, 0, 8)).isZero();
        OpenFile.open(directory.resolve("file")).close();
        assertThat(lock(second, Flock.F_WRLCK, 0, 8)).isEqualTo(-Errno.EAGAIN);
        first.close();
    }

    private int lock(OpenFile file, short type, long offset, long length) {
        return Libc.fcntl(
                file.fd(), Fcntl.F_OFD_SETLK, Flock.allocate(memory, type, offset, length));
    }
}
