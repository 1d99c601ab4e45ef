package io.tenure.bindings.libc;

import io.tenure.bindings.internal.CaptureState;
import io.tenure.bindings.internal.Platform;
import io.tenure.bindings.internal.Syscall;

/**
 * The I/O priority of threads, from {@code <linux/ioprio.h>}; see ioprio_set(2). The C library has
 * no functions for it, so these are system calls.
 *
 * <p>A priority belongs to one kernel thread. Threads that it starts inherit it; requests carry the
 * priority of the thread that submits them.
 */
public final class Ioprio {
    /** No priority of its own: it follows from the thread's nice value. */
    public static final int IOPRIO_CLASS_NONE = 0;

    /** Served before all others, with a level; needs CAP_SYS_ADMIN or CAP_SYS_NICE. */
    public static final int IOPRIO_CLASS_RT = 1;

    /** The usual class, with a level. */
    public static final int IOPRIO_CLASS_BE = 2;

    /** Served when nobody else uses the device; without a level. */
    public static final int IOPRIO_CLASS_IDLE = 3;

    /** How far the class is shifted to the left in a priority; below it is the level. */
    public static final int IOPRIO_CLASS_SHIFT = 13;

    /** How many levels a class has: 0, the highest, to 7. */
    public static final int IOPRIO_NR_LEVELS = 8;

    /** What is named is one thread; 0 is the calling one. */
    public static final int IOPRIO_WHO_PROCESS = 1;

    private Ioprio() {}

    /**
     * Sets the priority of the calling thread.
     *
     * @param priority a class, shifted by {@link #IOPRIO_CLASS_SHIFT}, and a level
     * @return 0, or -errno: -EPERM when the class is not permitted, -EINVAL when there is no such
     *     priority
     */
    public static int set(int priority) {
        return (int)
                Syscall.call(
                        CaptureState.ofThread(),
                        setNumber(Platform.current()),
                        IOPRIO_WHO_PROCESS,
                        0,
                        priority,
                        0,
                        0,
                        0);
    }

    /**
     * Asks for the priority of the calling thread.
     *
     * @return the priority, or -errno. For a thread that has none of its own the class is {@link
     *     #IOPRIO_CLASS_NONE} or, on some kernels, the one that follows from its nice value
     */
    public static int get() {
        return (int)
                Syscall.call(
                        CaptureState.ofThread(),
                        getNumber(Platform.current()),
                        IOPRIO_WHO_PROCESS,
                        0,
                        0,
                        0,
                        0,
                        0);
    }

    /** {@code SYS_ioprio_set}, from {@code <asm/unistd.h>}. */
    static long setNumber(Platform platform) {
        return platform == Platform.LINUX_X86_64 ? 251 : 30;
    }

    /** {@code SYS_ioprio_get}, from {@code <asm/unistd.h>}. */
    static long getNumber(Platform platform) {
        return platform == Platform.LINUX_X86_64 ? 252 : 31;
    }
}
