package io.tenure.bindings.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.bindings.Errno;
import io.tenure.bindings.ErrnoCapture;
import io.tenure.bindings.libc.Libc;
import io.tenure.bindings.libc.OpenFlags;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The calls do on a real file what their manual pages say. */
final class LinuxAioTest {
    private static final int DEPTH = 4;
    private static final int UNIT_BYTES = 4096;

    @TempDir private Path directory;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment errno = ErrnoCapture.allocate(arena);
    private final MemorySegment iocbs = Iocb.allocate(arena, DEPTH);
    private final MemorySegment events = IoEvent.allocate(arena, DEPTH);
    private final MemorySegment addresses = arena.allocate(ValueLayout.JAVA_LONG, DEPTH);
    private final MemorySegment noTime = arena.allocate(16, 8);
    private long context;
    private int fd;

    @BeforeEach
    void set_up() throws IOException {
        Path file = Files.write(directory.resolve("file"), new byte[2 * UNIT_BYTES]);
        fd = Libc.open(file.toString(), OpenFlags.O_RDWR | OpenFlags.O_CLOEXEC, 0);
        assertThat(fd).isNotNegative();
        MemorySegment slot = arena.allocate(ValueLayout.JAVA_LONG);
        assertThat(LinuxAio.ioSetup(errno, DEPTH, slot)).isZero();
        context = slot.get(ValueLayout.JAVA_LONG, 0);
    }

    @AfterEach
    void take_down() {
        assertThat(LinuxAio.ioDestroy(errno, context)).isZero();
        Libc.close(fd);
        arena.close();
    }

    @Test
    void what_is_written_is_read_and_events_name_their_request() {
        MemorySegment out = arena.allocate(UNIT_BYTES, UNIT_BYTES).fill((byte) 7);
        put(0, 70, Iocb.IOCB_CMD_PWRITE, fd, out, UNIT_BYTES);
        assertThat(LinuxAio.ioSubmit(errno, context, 1, addresses)).isEqualTo(1);
        assertThat(take(1)).isEqualTo(1);
        assertThat(IoEvent.data(events, 0)).isEqualTo(70);
        assertThat(IoEvent.res(events, 0)).isEqualTo(UNIT_BYTES);
        MemorySegment in = arena.allocate(UNIT_BYTES, UNIT_BYTES);
        put(0, 71, Iocb.IOCB_CMD_PREAD, fd, in, UNIT_BYTES);
        put(1, 72, Iocb.IOCB_CMD_PREAD, fd, in, 2 * UNIT_BYTES);
        assertThat(LinuxAio.ioSubmit(errno, context, 2, addresses)).isEqualTo(2);
        assertThat(take(2)).isEqualTo(2);
        assertThat(IoEvent.data(events, 0) + IoEvent.data(events, 1)).isEqualTo(143);
        assertThat(IoEvent.res(events, 0) + IoEvent.res(events, 1)).isEqualTo(UNIT_BYTES);
        assertThat(in.mismatch(out)).isEqualTo(-1);
    }

    @Test
    void a_bad_request_stops_the_batch_before_it() {
        MemorySegment memory = arena.allocate(UNIT_BYTES, UNIT_BYTES);
        put(0, 1, Iocb.IOCB_CMD_PREAD, fd, memory, 0);
        put(1, 2, Iocb.IOCB_CMD_PREAD, -1, memory, 0);
        put(2, 3, Iocb.IOCB_CMD_PREAD, fd, memory, 0);
        assertThat(LinuxAio.ioSubmit(errno, context, 3, addresses)).isEqualTo(1);
        assertThat(take(1)).isEqualTo(1);
        put(0, 2, Iocb.IOCB_CMD_PREAD, -1, memory, 0);
        assertThat(LinuxAio.ioSubmit(errno, context, 1, addresses)).isEqualTo(-Errno.EBADF);
    }

    @Test
    void failures_are_negative_error_numbers() {
        MemorySegment slot = arena.allocate(ValueLayout.JAVA_LONG);
        assertThat(LinuxAio.ioSetup(errno, 0, slot)).isEqualTo(-Errno.EINVAL);
        assertThat(LinuxAio.ioDestroy(errno, 12345)).isEqualTo(-Errno.EINVAL);
        assertThat(LinuxAio.ioGetevents(errno, context, 2, 1, events, noTime))
                .isEqualTo(-Errno.EINVAL);
        assertThat(LinuxAio.ioCancel(errno, context, iocbs, 0)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void without_time_nothing_is_waited_for() {
        assertThat(LinuxAio.ioGetevents(errno, context, 1, DEPTH, events, noTime)).isZero();
    }

    @Test
    void memory_too_small_for_its_count_is_refused() {
        assertThatThrownBy(() -> LinuxAio.ioSubmit(errno, context, DEPTH + 1, addresses))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> take(DEPTH + 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> LinuxAio.ioCancel(errno, context, iocbs, DEPTH))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    private void put(
            int index, long data, short opcode, int file, MemorySegment memory, long offsetBytes) {
        Iocb.set(
                iocbs, index, data, opcode, file, memory.address(), memory.byteSize(), offsetBytes);
        addresses.setAtIndex(ValueLayout.JAVA_LONG, index, Iocb.address(iocbs, index));
    }

    private int take(int minimum) {
        return LinuxAio.ioGetevents(
                errno, context, minimum, Math.max(minimum, DEPTH), events, MemorySegment.NULL);
    }
}
