package io.tenure.bindings.uring;

import io.tenure.bindings.internal.Syscall;
import io.tenure.bindings.internal.SyscallNumber;
import java.lang.foreign.MemorySegment;

/**
 * The three system calls of io_uring, see io_uring_setup(2), io_uring_enter(2) and
 * io_uring_register(2). Results are those of the call, or {@code -errno}; the first argument is the
 * caller's memory for errno. Not public: {@link Ring} keeps what the kernel is told in step with
 * the memory behind it.
 */
final class IoUring {
    private static final long SETUP = SyscallNumber.IO_URING_SETUP.here();
    private static final long ENTER = SyscallNumber.IO_URING_ENTER.here();
    private static final long REGISTER = SyscallNumber.IO_URING_REGISTER.here();

    /** Wait for completions, and do the ring's deferred work. */
    static final int IORING_ENTER_GETEVENTS = 1;

    static final int IORING_UNREGISTER_BUFFERS = 1;
    static final int IORING_UNREGISTER_FILES = 3;
    static final int IORING_REGISTER_ENABLE_RINGS = 12;
    static final int IORING_REGISTER_FILES2 = 13;
    static final int IORING_REGISTER_FILES_UPDATE2 = 14;
    static final int IORING_REGISTER_BUFFERS2 = 15;
    static final int IORING_REGISTER_BUFFERS_UPDATE = 16;

    private IoUring() {}

    /** Makes a ring; the struct says what is asked for, and then what was given. */
    static int setup(MemorySegment errno, int entries, MemorySegment params) {
        return (int) Syscall.call(errno, SETUP, entries, params.address(), 0, 0, 0, 0);
    }

    /** Submits, and waits for completions; returns how many entries were taken. */
    static int enter(MemorySegment errno, int ringFd, int toSubmit, int minComplete, int flags) {
        return (int) Syscall.call(errno, ENTER, ringFd, toSubmit, minComplete, flags, 0, 0);
    }

    /** Makes files or memory known; what the last number counts depends on the operation. */
    static int register(
            MemorySegment errno, int ringFd, int operation, MemorySegment argument, int count) {
        return (int)
                Syscall.call(errno, REGISTER, ringFd, operation, argument.address(), count, 0, 0);
    }
}
