package io.tenure.bindings.libc;

import io.tenure.bindings.Errno;
import io.tenure.bindings.internal.CaptureState;
import io.tenure.bindings.internal.Downcalls;
import io.tenure.bindings.internal.Platform;
import io.tenure.bindings.internal.Syscall;
import io.tenure.bindings.internal.SyscallNumber;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Functions of the C library, under their C names.
 *
 * <p><b>Results.</b> What the C function returns, or {@code -errno} where that returns -1; see
 * {@link Errno}. A call that a signal interrupted returns {@code -EINTR} like any other error:
 * whether to call again is the caller's decision, because only the caller knows what a second call
 * would mean. (It never is for {@code close}: Linux has released the descriptor already.) Reads and
 * writes may do less than asked, as in C.
 *
 * <p><b>Memory.</b> Segments must be native. What the kernel would read or write beyond a segment's
 * bounds is refused with {@link IndexOutOfBoundsException}, and a read into a read-only segment
 * with {@link IllegalArgumentException}, before the call; where only the caller can know how much
 * the kernel touches, the method says so. While a call runs, the arena of its segments cannot be
 * closed.
 *
 * <p><b>Calls.</b> Where the C function does nothing but its system call, and nearly all here are
 * so, that is made directly: they share one native call shape (see {@link Syscall}), and linking
 * shapes would be most of the start of a short-lived program.
 *
 * <p><b>Strings</b> are passed as UTF-8. One that contains NUL cannot be said in C and gives {@code
 * -EINVAL}.
 *
 * <p><b>Threads.</b> All methods are safe for use by any thread. The first call of each function
 * links it; where that is not possible, every call throws {@link
 * io.tenure.bindings.NativeUnavailableException}.
 */
public final class Libc {
    /** The only size there is, PAGE_SIZE of {@code <asm/page.h>}: no reason to link a function. */
    private static final int X86_PAGE_BYTES = 4096;

    private Libc() {}

    /**
     * Opens or creates a file, see open(2).
     *
     * @param path the file
     * @param flags from {@link OpenFlags}
     * @param mode permission bits of a file that is created; else ignored
     * @return the descriptor, or -errno
     */
    public static int open(String path, int flags, int mode) {
        if (hasNul(path)) {
            return -Errno.EINVAL;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = cString(arena, path);
            return (int)
                    holding(
                            name,
                            SyscallNumber.OPENAT,
                            Statx.AT_FDCWD,
                            name.address(),
                            flags,
                            mode);
        }
    }

    /**
     * Closes a descriptor, see close(2). It is gone whatever the result.
     *
     * @param fd the descriptor
     * @return 0, or -errno
     */
    public static int close(int fd) {
        return (int) call(SyscallNumber.CLOSE, fd, 0, 0, 0);
    }

    /**
     * Reads at an offset, see pread(2).
     *
     * @param fd the file
     * @param buffer receives the bytes, from its start
     * @param length how many bytes at most
     * @param offsetBytes where in the file
     * @return how many bytes were read, 0 at the end of the file, or -errno
     */
    public static long pread(int fd, MemorySegment buffer, long length, long offsetBytes) {
        checkWritable(buffer, length);
        return holding(buffer, SyscallNumber.PREAD64, fd, buffer.address(), length, offsetBytes);
    }

    /**
     * Writes at an offset, see pwrite(2).
     *
     * @param fd the file
     * @param buffer the bytes, from its start
     * @param length how many bytes at most
     * @param offsetBytes where in the file
     * @return how many bytes were written, or -errno
     */
    public static long pwrite(int fd, MemorySegment buffer, long length, long offsetBytes) {
        Objects.checkFromIndexSize(0, length, buffer.byteSize());
        return holding(buffer, SyscallNumber.PWRITE64, fd, buffer.address(), length, offsetBytes);
    }

    /**
     * Makes a file's data and metadata durable, see fsync(2).
     *
     * @param fd the file
     * @return 0, or -errno; after an error, what was written before may be lost although a second
     *     call succeeds
     */
    public static int fsync(int fd) {
        return (int) call(SyscallNumber.FSYNC, fd, 0, 0, 0);
    }

    /**
     * Makes a file's data durable, and of its metadata what reading the data needs, see
     * fdatasync(2).
     *
     * @param fd the file
     * @return 0, or -errno; see {@link #fsync} about calling again
     */
    public static int fdatasync(int fd) {
        return (int) call(SyscallNumber.FDATASYNC, fd, 0, 0, 0);
    }

    /**
     * Sets a file's size, see ftruncate(2).
     *
     * @param fd the file
     * @param length the new size in bytes
     * @return 0, or -errno
     */
    public static int ftruncate(int fd, long length) {
        return (int) call(SyscallNumber.FTRUNCATE, fd, length, 0, 0);
    }

    /**
     * Allocates, frees or zeroes a range of a file, see fallocate(2).
     *
     * @param fd the file, or a block device
     * @param mode from {@link Fallocate}
     * @param offset where the range begins, in bytes
     * @param length its length in bytes
     * @return 0, or -errno
     */
    public static int fallocate(int fd, int mode, long offset, long length) {
        return (int) call(SyscallNumber.FALLOCATE, fd, mode, offset, length);
    }

    /**
     * Moves a file's position, or finds data and holes, see lseek(2). The position belongs to the
     * open file and is seen by all its users; {@code pread} and {@code pwrite} do not use it.
     *
     * @param fd the file
     * @param offset in bytes
     * @param whence from {@link Seek}
     * @return the offset found, in bytes; or -errno, -ENXIO at {@code SEEK_DATA} when no data
     *     follows
     */
    public static long lseek(int fd, long offset, int whence) {
        return call(SyscallNumber.LSEEK, fd, offset, whence, 0);
    }

    /**
     * Asks for a file's status, see statx(2).
     *
     * @param dirfd what a relative path starts at, {@link Statx#AT_FDCWD}, or with {@link
     *     Statx#AT_EMPTY_PATH} and an empty path the file itself
     * @param path the file
     * @param flags {@code AT_} constants of {@link Statx}
     * @param mask {@code STATX_} constants of {@link Statx}: what to ask for
     * @param buffer receives the struct; see {@link Statx#LAYOUT} and {@link Statx#decode}
     * @return 0, or -errno
     */
    public static int statx(int dirfd, String path, int flags, int mask, MemorySegment buffer) {
        checkWritable(buffer, Statx.LAYOUT.byteSize());
        if (hasNul(path)) {
            return -Errno.EINVAL;
        }
        try (Arena arena = Arena.ofConfined()) { // of this thread: nobody else can close it
            MemorySegment name = cString(arena, path);
            return (int)
                    Syscall.call(
                            CaptureState.ofThread(),
                            SyscallNumber.STATX.here(),
                            dirfd,
                            name.address(),
                            flags,
                            mask,
                            buffer.address(),
                            0,
                            buffer);
        }
    }

    /**
     * Waits for events on descriptors, see poll(2).
     *
     * @param pollfds an array of structs, see {@link PollFd}
     * @param count how many structs
     * @param timeoutMillis how long to wait; 0 not at all, negative for ever
     * @return how many structs have events, 0 when the time was up, or -errno
     */
    public static int poll(MemorySegment pollfds, long count, int timeoutMillis) {
        checkWritable(pollfds, Math.multiplyExact(count, PollFd.LAYOUT.byteSize()));
        MemorySegment state = CaptureState.ofThread();
        try {
            return CaptureState.result(
                    (int)
                            LibcFunctions.Poll.HANDLE.invokeExact(
                                    state, pollfds, count, timeoutMillis),
                    state);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Acts on a descriptor, see fcntl(2); for commands whose argument is a number or nothing.
     *
     * @param fd the descriptor
     * @param command from {@link Fcntl}
     * @param argument the number; 0 for none
     * @return what the command returns, or -errno
     */
    public static int fcntl(int fd, int command, long argument) {
        return (int) call(SyscallNumber.FCNTL, fd, command, argument, 0);
    }

    /**
     * Locks a range of a file, or asks who has, see fcntl(2); for commands whose argument is a
     * struct flock.
     *
     * @param fd the descriptor
     * @param command {@code F_OFD_} commands of {@link Fcntl}
     * @param argument the struct, see {@link Flock}
     * @return 0, or -errno; -EAGAIN when the lock is somebody else's
     */
    public static int fcntl(int fd, int command, MemorySegment argument) {
        checkWritable(argument, Flock.LAYOUT.byteSize());
        return (int) holding(argument, SyscallNumber.FCNTL, fd, command, argument.address(), 0);
    }

    /**
     * Controls a device, see ioctl(2). How many bytes the kernel reads or writes is decided by the
     * request and cannot be checked here: the caller must know. See {@link BlockIoctl} for block
     * devices.
     *
     * @param fd the device
     * @param request what to do
     * @param argument the bytes the request reads or writes; {@link MemorySegment#NULL} for none
     * @return what the request returns, or -errno
     */
    public static int ioctl(int fd, long request, MemorySegment argument) {
        return (int) holding(argument, SyscallNumber.IOCTL, fd, request, argument.address(), 0);
    }

    /**
     * Tells the kernel how memory will be used, see madvise(2).
     *
     * @param memory whole pages
     * @param advice from {@link Madvise}
     * @return 0, or -errno
     */
    public static int madvise(MemorySegment memory, int advice) {
        return (int)
                holding(
                        memory,
                        SyscallNumber.MADVISE,
                        memory.address(),
                        memory.byteSize(),
                        advice,
                        0);
    }

    /**
     * The size of a page, see getpagesize(3).
     *
     * @return its bytes
     */
    public static int getpagesize() {
        if (Platform.current() == Platform.LINUX_X86_64) {
            return X86_PAGE_BYTES;
        }
        try {
            return (int) LibcFunctions.Getpagesize.HANDLE.invokeExact(CaptureState.ofThread());
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * The number of this process, see getpid(2).
     *
     * @return the process id, in the process's own pid namespace
     */
    public static int getpid() {
        return (int) call(SyscallNumber.GETPID, 0, 0, 0, 0);
    }

    private static long call(SyscallNumber number, long a, long b, long c, long d) {
        return Syscall.call(CaptureState.ofThread(), number.here(), a, b, c, d, 0, 0);
    }

    private static long holding(
            MemorySegment held, SyscallNumber number, long a, long b, long c, long d) {
        return Syscall.call(CaptureState.ofThread(), number.here(), a, b, c, d, 0, 0, held);
    }

    /** As {@code allocateFrom}, without the method handles that it has made at its first use. */
    private static MemorySegment cString(Arena arena, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        MemorySegment string = arena.allocate(bytes.length + 1L); // all zero
        MemorySegment.copy(bytes, 0, string, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return string;
    }

    private static boolean hasNul(String text) {
        return text.indexOf('\0') >= 0;
    }

    private static void checkWritable(MemorySegment buffer, long length) {
        Objects.checkFromIndexSize(0, length, buffer.byteSize());
        if (buffer.isReadOnly()) {
            throw new IllegalArgumentException("the kernel would write into a read-only segment");
        }
    }
}
