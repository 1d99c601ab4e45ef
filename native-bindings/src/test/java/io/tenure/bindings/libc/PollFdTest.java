package io.tenure.bindings.libc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.testing.memory.GuardedMemory;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PollFdTest {
    private static final int LIMIT_MILLIS = 30_000;

    @TempDir private Path directory;
    private final GuardedMemory memory = new GuardedMemory();
    private OpenFile reader;
    private FileChannel writer;

    @BeforeEach
    void openBothEnds() throws IOException, InterruptedException {
        Path fifo = directory.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
        reader = OpenFile.open(fifo, OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK);
        writer = FileChannel.open(fifo, StandardOpenOption.WRITE);
    }

    @AfterEach
    void close() throws IOException {
        memory.close();
        writer.close();
        reader.close();
    }

    @Test
    void nothing_to_read_ends_with_the_time() {
        MemorySegment pollfds = PollFd.allocate(memory, 1);
        PollFd.set(pollfds, 0, reader.fd(), PollFd.POLLIN);
        assertThat(Libc.poll(pollfds, 1, 0)).isZero();
        assertThat(PollFd.revents(pollfds, 0)).isZero();
        assertThat(PollFd.fd(pollfds, 0)).isEqualTo(reader.fd());
    }

    @Test
    void each_descriptor_gets_its_own_events() throws IOException {
        writer.write(ByteBuffer.allocate(1));
        MemorySegment pollfds = PollFd.allocate(memory, 3);
        PollFd.set(pollfds, 0, -1, PollFd.POLLIN);
        PollFd.set(pollfds, 1, reader.fd(), PollFd.POLLIN);
        PollFd.set(pollfds, 2, Integer.MAX_VALUE, PollFd.POLLIN);
        assertThat(Libc.poll(pollfds, 3, LIMIT_MILLIS)).isEqualTo(2);
        assertThat(PollFd.revents(pollfds, 0)).isZero();
        assertThat(PollFd.revents(pollfds, 1)).isEqualTo(PollFd.POLLIN);
        assertThat(PollFd.revents(pollfds, 2)).isEqualTo(PollFd.POLLNVAL);
    }

    @Test
    void a_hang_up_is_told_without_being_asked_for() throws IOException {
        writer.close();
        MemorySegment pollfds = PollFd.allocate(memory, 1);
        PollFd.set(pollfds, 0, reader.fd(), (short) 0);
        assertThat(Libc.poll(pollfds, 1, LIMIT_MILLIS)).isEqualTo(1);
        assertThat(PollFd.revents(pollfds, 0)).isEqualTo(PollFd.POLLHUP);
    }

    @Test
    void more_than_the_array_is_refused() {
        MemorySegment pollfds = PollFd.allocate(memory, 1);
        assertThatThrownBy(() -> Libc.poll(pollfds, 2, 0))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> PollFd.revents(pollfds, 1))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }
}
