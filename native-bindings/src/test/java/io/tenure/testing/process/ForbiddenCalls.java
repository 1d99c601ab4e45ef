package io.tenure.testing.process;

import io.tenure.bindings.Errno;
import io.tenure.bindings.internal.CaptureState;
import io.tenure.bindings.internal.Platform;
import io.tenure.bindings.internal.Syscall;
import io.tenure.bindings.internal.SyscallNumber;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Makes the kernel refuse a system call to this process, as a container's seccomp filter does. It
 * cannot be undone: only for a {@link ChildJvm}.
 */
public final class ForbiddenCalls {
    private static final boolean X86 = Platform.current() == Platform.LINUX_X86_64;
    private static final int PRCTL = X86 ? 157 : 167;
    private static final int SECCOMP = X86 ? 317 : 277;

    private static final int PR_SET_NO_NEW_PRIVS = 38; // <linux/prctl.h>
    private static final int SECCOMP_SET_MODE_FILTER = 1; // <linux/seccomp.h>, like the rest
    private static final int SECCOMP_FILTER_FLAG_TSYNC = 1; // all threads
    private static final int SECCOMP_RET_ERRNO = 0x0005_0000;
    private static final int SECCOMP_RET_ALLOW = 0x7fff_0000;

    private static final int LOAD_WORD = 0x20; // <linux/bpf_common.h>: BPF_LD | BPF_W | BPF_ABS
    private static final int JUMP_IF_EQUAL = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
    private static final int RETURN = 0x06; // BPF_RET | BPF_K
    private static final int INSTRUCTION_BYTES = 8;

    private ForbiddenCalls() {}

    /**
     * Refuses io_setup from now on.
     *
     * @param errno what it is answered with, positive
     */
    public static void forbidIoSetup(int errno) {
        forbid(SyscallNumber.IO_SETUP.here(), errno);
    }

    private static void forbid(int number, int errno) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment filter = arena.allocate(4L * INSTRUCTION_BYTES, 8);
            instruction(filter, 0, LOAD_WORD, 0, 0); // seccomp_data.nr
            instruction(filter, 1, JUMP_IF_EQUAL, 1, number); // else over one
            instruction(filter, 2, RETURN, 0, SECCOMP_RET_ERRNO | errno);
            instruction(filter, 3, RETURN, 0, SECCOMP_RET_ALLOW);
            MemorySegment program = arena.allocate(16, 8); // struct sock_fprog
            program.set(ValueLayout.JAVA_SHORT, 0, (short) 4);
            program.set(ValueLayout.JAVA_LONG, 8, filter.address());
            MemorySegment state = CaptureState.ofThread();
            check(Syscall.call(state, PRCTL, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0, 0));
            check(
                    Syscall.call(
                            state,
                            SECCOMP,
                            SECCOMP_SET_MODE_FILTER,
                            SECCOMP_FILTER_FLAG_TSYNC,
                            program.address(),
                            0,
                            0,
                            0));
        }
    }

    /** One struct sock_filter. */
    private static void instruction(
            MemorySegment filter, int index, int code, int elseOver, int value) {
        long at = (long) index * INSTRUCTION_BYTES;
        filter.set(ValueLayout.JAVA_SHORT, at, (short) code);
        filter.set(ValueLayout.JAVA_BYTE, at + 3, (byte) elseOver);
        filter.set(ValueLayout.JAVA_INT, at + 4, value);
    }

    private static void check(long result) {
        if (result != 0) {
            throw new IllegalStateException("no seccomp filter: " + Errno.describe((int) result));
        }
    }
}
