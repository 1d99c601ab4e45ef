package io.tenure.io.engine;

import io.tenure.bindings.Errno;
import io.tenure.bindings.ErrnoCapture;
import io.tenure.bindings.aio.IoEvent;
import io.tenure.bindings.aio.Iocb;
import io.tenure.io.TenureIoException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * One context of Linux AIO, with the memory for its requests and events: places numbered from 0,
 * one for each request in flight. Used by one thread at a time.
 *
 * <p>The memory goes after io_destroy has returned.
 */
final class AioContext implements AutoCloseable {
    private final AioCalls calls;
    private final Arena arena;
    private final MemorySegment errno;
    private final MemorySegment iocbs;
    private final MemorySegment addresses;
    private final MemorySegment events;
    private final MemorySegment pause;
    private final long context;

    private AioContext(AioCalls calls, int depth, Arena arena) throws TenureIoException {
        this.calls = calls;
        this.arena = arena;
        this.errno = ErrnoCapture.allocate(arena);
        this.iocbs = Iocb.allocate(arena, depth);
        this.addresses = arena.allocate(ValueLayout.JAVA_LONG, depth);
        this.events = IoEvent.allocate(arena, depth);
        this.pause = arena.allocate(ValueLayout.JAVA_LONG, 2); // struct timespec
        pause.setAtIndex(ValueLayout.JAVA_LONG, 1, KernelRequests.PAUSE_NANOS);
        MemorySegment number = arena.allocate(ValueLayout.JAVA_LONG);
        int result = calls.setup(errno, depth, number);
        if (result < 0) {
            throw new TenureIoException("set up", "Linux AIO", result, advice(-result));
        }
        this.context = number.get(ValueLayout.JAVA_LONG, 0);
    }

    /** A context for so many requests; fails when the kernel gives none. */
    static AioContext open(AioCalls calls, int depth) throws TenureIoException {
        Arena arena = Arena.ofShared(); // whoever closes need not be the thread that opened
        try {
            return new AioContext(calls, depth, arena);
        } catch (TenureIoException | RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    /**
     * Submits the next call of each of the first requests that wait.
     *
     * @return how many were taken, from the first on; or -errno, what was wrong with the first
     */
    int submit(KernelRequests requests, int count) {
        for (int i = 0; i < count; i++) {
            int place = requests.place(i);
            prepare(place, requests.transfer(place));
            addresses.setAtIndex(ValueLayout.JAVA_LONG, i, Iocb.address(iocbs, place));
        }
        return calls.submit(errno, context, count, addresses);
    }

    private void prepare(int place, KernelTransfer transfer) {
        Iocb.set(
                iocbs,
                place,
                place,
                transfer.isRead() ? Iocb.IOCB_CMD_PREAD : Iocb.IOCB_CMD_PWRITE,
                transfer.descriptor(),
                transfer.address(),
                transfer.restBytes(),
                transfer.offsetBytes());
    }

    /**
     * Takes completions, and waits for a minimum of them, however often a signal comes.
     *
     * @return how many were taken: see {@link #place} and {@link #result}
     */
    int await(int minimum, int maximum) {
        int count;
        do {
            count = calls.getevents(errno, context, minimum, maximum, events, MemorySegment.NULL);
        } while (count == -Errno.EINTR);
        return check("io_getevents", count);
    }

    /** Waits a moment. Only for a context with nothing in flight. */
    void pause() {
        int count = calls.getevents(errno, context, 1, 1, events, pause);
        if (count != -Errno.EINTR) { // then the moment was shorter
            check("io_getevents", count);
        }
    }

    /** The place of the completion of that index. */
    int place(int index) {
        return (int) IoEvent.data(events, index);
    }

    /** Bytes transferred, or -errno. */
    long result(int index) {
        return IoEvent.res(events, index);
    }

    /**
     * Lets the context go. Only with nothing in flight.
     *
     * <p>A thread of its own calls io_destroy: the kernel takes about 30 ms for it even then (it
     * waits for grace periods of its RCU), as long as a small copy takes altogether.
     */
    @Override
    public void close() {
        Thread destroyer =
                Thread.ofPlatform().daemon().name("tenure-aio-end").unstarted(this::destroy);
        try {
            destroyer.start();
        } catch (OutOfMemoryError e) { // no more threads
            destroy();
        }
    }

    private void destroy() {
        check("io_destroy", calls.destroy(errno, context));
        arena.close();
    }

    /** What only a mistake in this package can make fail. The memory is then never let go. */
    private static int check(String call, int result) {
        if (result < 0) {
            throw new IllegalStateException(call + ": " + Errno.describe(result));
        }
        return result;
    }

    private static @Nullable String advice(int errno) {
        return switch (errno) {
            case Errno.EAGAIN ->
                    "all contexts are in use: raise fs.aio-max-nr with sysctl, or take the threads"
                            + " engine";
            case Errno.ENOSYS, Errno.EPERM ->
                    "this kernel has none, or a seccomp filter forbids it: allow io_setup,"
                            + " io_submit, io_getevents and io_destroy, or take the threads engine";
            default -> null;
        };
    }
}
