package io.tenure.bindings.internal;

/**
 * The numbers of system calls, which differ between machines: from {@code <asm/unistd_64.h>} on
 * x86-64, from {@code <asm-generic/unistd.h>} on 64-bit ARM.
 */
public enum SyscallNumber {
    /** {@code close}. */
    CLOSE(3, 57),
    /** {@code lseek}. */
    LSEEK(8, 62),
    /** {@code mmap}. */
    MMAP(9, 222),
    /** {@code mprotect}. */
    MPROTECT(10, 226),
    /** {@code munmap}. */
    MUNMAP(11, 215),
    /** {@code ioctl}. */
    IOCTL(16, 29),
    /** {@code pread64}. */
    PREAD64(17, 67),
    /** {@code pwrite64}. */
    PWRITE64(18, 68),
    /** {@code madvise}. */
    MADVISE(28, 233),
    /** {@code getpid}. */
    GETPID(39, 172),
    /** {@code fcntl}. */
    FCNTL(72, 25),
    /** {@code fsync}. */
    FSYNC(74, 82),
    /** {@code fdatasync}. */
    FDATASYNC(75, 83),
    /** {@code ftruncate}. */
    FTRUNCATE(77, 46),
    /** {@code io_setup}. */
    IO_SETUP(206, 0),
    /** {@code io_destroy}. */
    IO_DESTROY(207, 1),
    /** {@code io_getevents}. */
    IO_GETEVENTS(208, 4),
    /** {@code io_submit}. */
    IO_SUBMIT(209, 2),
    /** {@code io_cancel}. */
    IO_CANCEL(210, 3),
    /** {@code openat}. */
    OPENAT(257, 56),
    /** {@code fallocate}. */
    FALLOCATE(285, 47),
    /** {@code statx}. */
    STATX(332, 291),
    /** {@code io_uring_setup}. */
    IO_URING_SETUP(425, 425),
    /** {@code io_uring_enter}. */
    IO_URING_ENTER(426, 426),
    /** {@code io_uring_register}. */
    IO_URING_REGISTER(427, 427);

    /** What no machine has: the kernel answers ENOSYS. */
    private static final int NONE = -1;

    private final int onX86;
    private final int onArm;

    SyscallNumber(int onX86, int onArm) {
        this.onX86 = onX86;
        this.onArm = onArm;
    }

    /**
     * The number on this machine.
     *
     * @return the number; one that no call has on a machine that the bindings are not written for
     */
    public int here() {
        return on(Platform.current());
    }

    /**
     * The number on a machine.
     *
     * @param platform the machine
     * @return the number
     */
    int on(Platform platform) {
        return switch (platform) {
            case LINUX_X86_64 -> onX86;
            case LINUX_AARCH64 -> onArm;
            case UNSUPPORTED -> NONE;
        };
    }
}
