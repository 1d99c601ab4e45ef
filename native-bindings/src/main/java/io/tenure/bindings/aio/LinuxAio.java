package io.tenure.bindings.aio;

import io.tenure.bindings.internal.Syscall;
import io.tenure.bindings.internal.SyscallNumber;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/**
 * The system calls of Linux's native asynchronous I/O. The C library has no functions for them, and
 * libaio is not needed.
 *
 * <p><b>Results.</b> What the system call returns, or {@code -errno}; see {@link
 * io.tenure.bindings.Errno}. The first argument of every method is the caller's memory for errno,
 * from {@link io.tenure.bindings.ErrnoCapture}.
 *
 * <p><b>Memory.</b> Segments must be native; one that is too small for the count given with it is
 * refused with {@link IndexOutOfBoundsException}. The kernel gets addresses: unlike the calls of
 * {@link io.tenure.bindings.libc.Libc}, these do not keep an arena from being closed while they
 * run. Whoever calls keeps the memory valid, and that of the requests' buffers until their events
 * were seen or {@link #ioDestroy} has returned.
 *
 * <p><b>Threads.</b> As safe as the kernel's calls: a context may be used by any thread. Nothing is
 * allocated by a call.
 */
public final class LinuxAio {
    private static final long SETUP = SyscallNumber.IO_SETUP.here();
    private static final long DESTROY = SyscallNumber.IO_DESTROY.here();
    private static final long GETEVENTS = SyscallNumber.IO_GETEVENTS.here();
    private static final long SUBMIT = SyscallNumber.IO_SUBMIT.here();
    private static final long CANCEL = SyscallNumber.IO_CANCEL.here();

    /** Of {@code struct timespec} and of two 64-bit numbers. */
    private static final long TIMESPEC_BYTES = 16;

    private LinuxAio() {}

    /**
     * Creates a context, see io_setup(2).
     *
     * @param errno the caller's memory for errno
     * @param eventCount how many requests can be in flight, at least 1
     * @param context 8 bytes that are 0; receives the context's number
     * @return 0, or -errno: -EAGAIN when fs.aio-max-nr is used up
     */
    public static int ioSetup(MemorySegment errno, int eventCount, MemorySegment context) {
        Objects.checkFromIndexSize(0, ValueLayout.JAVA_LONG.byteSize(), context.byteSize());
        return (int) Syscall.call(errno, SETUP, eventCount, context.address(), 0, 0, 0, 0);
    }

    /**
     * Destroys a context, see io_destroy(2). Waits for the requests in flight, as long as they
     * take; their events are lost.
     *
     * @param errno the caller's memory for errno
     * @param context the context
     * @return 0, or -errno
     */
    public static int ioDestroy(MemorySegment errno, long context) {
        return (int) Syscall.call(errno, DESTROY, context, 0, 0, 0, 0, 0);
    }

    /**
     * Submits requests, see io_submit(2). May block, for example for metadata of a file system.
     *
     * @param errno the caller's memory for errno
     * @param context the context
     * @param count how many, at least 1
     * @param addresses addresses of structs, 8 bytes each, see {@link Iocb#address}
     * @return how many were taken, from the first on; or -errno, what was wrong with the first:
     *     then none was taken
     */
    public static int ioSubmit(
            MemorySegment errno, long context, int count, MemorySegment addresses) {
        Objects.checkFromIndexSize(
                0, count * ValueLayout.JAVA_LONG.byteSize(), addresses.byteSize());
        return (int) Syscall.call(errno, SUBMIT, context, count, addresses.address(), 0, 0, 0);
    }

    /**
     * Takes completions, see io_getevents(2).
     *
     * @param errno the caller's memory for errno
     * @param context the context
     * @param minimum how many to wait for
     * @param maximum how many to take at most
     * @param events receives them, see {@link IoEvent}
     * @param timeout a {@code struct timespec}: seconds and nanoseconds, 8 bytes each; {@link
     *     MemorySegment#NULL} waits for ever
     * @return how many were taken, less than the minimum only when the time was up; or -errno,
     *     -EINTR when a signal came first
     */
    public static int ioGetevents(
            MemorySegment errno,
            long context,
            int minimum,
            int maximum,
            MemorySegment events,
            MemorySegment timeout) {
        Objects.checkFromIndexSize(0, maximum * IoEvent.LAYOUT.byteSize(), events.byteSize());
        if (timeout.address() != 0) {
            Objects.checkFromIndexSize(0, TIMESPEC_BYTES, timeout.byteSize());
        }
        return (int)
                Syscall.call(
                        errno,
                        GETEVENTS,
                        context,
                        minimum,
                        maximum,
                        events.address(),
                        timeout.address(),
                        0);
    }

    /**
     * Tries to take a request back, see io_cancel(2). No file system and no block device can.
     *
     * @param errno the caller's memory for errno
     * @param context the context
     * @param iocbs an array of structs, see {@link Iocb}
     * @param index which of them
     * @return -errno: -EINPROGRESS when it will be taken back, and its event will come; -EINVAL
     *     when it cannot
     */
    public static int ioCancel(MemorySegment errno, long context, MemorySegment iocbs, int index) {
        long bytes = Iocb.LAYOUT.byteSize();
        Objects.checkFromIndexSize(index * bytes, bytes, iocbs.byteSize());
        // The third parameter, where an event was once put, is ignored since Linux 3.10.
        return (int) Syscall.call(errno, CANCEL, context, Iocb.address(iocbs, index), 0, 0, 0, 0);
    }
}
