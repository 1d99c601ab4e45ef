package io.tenure.bindings.internal;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * System calls, see syscall(2). All go through one native call shape, because linking a shape is
 * most of what a first call costs.
 *
 * <p>Addresses are passed as numbers, which keep no memory alive. Whoever calls does that, or names
 * a segment to hold: it is passed behind the arguments of the call, where no system call looks, and
 * so its arena cannot be closed while the call runs.
 */
public final class Syscall {
    /** The C function, for the comparison with the header. */
    public static final CFunction C =
            new CFunction(
                    "syscall",
                    FunctionDescriptor.of(
                            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                            JAVA_LONG, JAVA_LONG, ADDRESS),
                    1);

    private static final MethodHandle HANDLE = C.link();

    private Syscall() {}

    /**
     * Makes a system call that touches no memory, or memory that the caller keeps alive.
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
        return call(state, number, a, b, c, d, e, f, MemorySegment.NULL);
    }

    /**
     * Makes a system call and keeps memory alive meanwhile.
     *
     * @param state receives errno, see {@link CaptureState}
     * @param number the call, from {@code asm/unistd.h}
     * @param a the first argument; one that the call does not have is 0
     * @param b the second
     * @param c the third
     * @param d the fourth
     * @param e the fifth
     * @param f the sixth
     * @param held native memory that one of the arguments is the address of; its arena cannot be
     *     closed before the call has come back
     * @return what the call returns, or -errno
     */
    public static long call(
            MemorySegment state,
            long number,
            long a,
            long b,
            long c,
            long d,
            long e,
            long f,
            MemorySegment held) {
        try {
            return CaptureState.result(
                    (long) HANDLE.invokeExact(state, number, a, b, c, d, e, f, held), state);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }
}
