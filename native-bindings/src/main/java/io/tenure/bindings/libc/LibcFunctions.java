package io.tenure.bindings.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tenure.bindings.internal.CFunction;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;

/**
 * The functions that {@link Libc} calls and that are more than a system call: for each one a class
 * with its C signature and its handle, so that it is linked when it is first called and not before.
 *
 * <p>On the supported machines int is 32 bits; long, size_t, ssize_t and off_t are 64.
 */
final class LibcFunctions {
    private LibcFunctions() {}

    static final class Poll {
        static final CFunction C =
                new CFunction(
                        "poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
        static final MethodHandle HANDLE = C.link();
    }

    static final class Getpagesize {
        static final CFunction C = new CFunction("getpagesize", FunctionDescriptor.of(JAVA_INT));
        static final MethodHandle HANDLE = C.link();
    }
}
