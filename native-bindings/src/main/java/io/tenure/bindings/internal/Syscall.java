package io.tenure.bindings.internal;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * System calls that the C library has no function for, see syscall(2). All go through one native
 * call shape, because linking a shape is most of what a first call costs.
 *
 * <p>Addresses are passed as numbers: whoever calls keeps the memory alive until the kernel is done
 * with it.
 */
public final class Syscall {
    /** The C function, for the comparison with the header. */
    public static final CFunction C =
            new CFunction(
                    "syscall",
                    FunctionDescriptor.of(
                            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                            JAVA_LONG, JAVA_LONG),
                    1);

    private static final MethodHandle HANDLE = C.link();

    private Syscall() {}

    /**
     * Makes a system call.
     *
     * @param state receives errno, see {@link CaptureState}
     * @param number the call, from {@code asm/unistd.h}
     * @param a the first argument; one that the call does not have is 0
     * @param b the second
     * @param c the third
     * @param d the fourth
     * @param e the fifth
     * @param f the sixth
     * @return what the call returns, or -errno
     */
    public static long call(
            MemorySegment state, long number, long a, long b, long c, long d, long e, long f) {
        try {
            return CaptureState.result(
                    (long) HANDLE.invokeExact(state, number, a, b, c, d, e, f), state);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }
}
