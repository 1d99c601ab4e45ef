package io.tenure.bindings.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tenure.bindings.internal.CFunction;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;

/**
 * The functions that {@link Libc} and {@link MappedRegion} call: for each one a class with its C
 * signature and its handle, so that it is linked when it is first called and not before.
 *
 * <p>On the supported machines int is 32 bits; long, size_t, ssize_t and off_t are 64.
 */
final class LibcFunctions {
    private LibcFunctions() {}

    static final class Open {
        static final CFunction C =
                new CFunction(
                        "open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT), 2);
        static final MethodHandle HANDLE = C.link();
    }

    static final class Close {
        static final CFunction C =
                new CFunction("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        static final MethodHandle HANDLE = C.link();
    }

    static final class Pread {
        static final CFunction C =
                new CFunction(
                        "pread",
                        FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));
        static final MethodHandle HANDLE = C.link();
    }

    static final class Pwrite {
        static final CFunction C =
                new CFunction(
                        "pwrite",
                        FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));
        static final MethodHandle HANDLE = C.link();
    }

    static final class Fsync {
        static final CFunction C =
                new CFunction("fsync", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        static final MethodHandle HANDLE = C.link();
    }

    static final class Fdatasync {
        static final CFunction C =
                new CFunction("fdatasync", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        static final MethodHandle HANDLE = C.link();
    }

    static final class Ftruncate {
        static final CFunction C =
                new CFunction("ftruncate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
        static final MethodHandle HANDLE = C.link();
    }

    static final class Fallocate {
        static final CFunction C =
                new CFunction(
                        "fallocate",
                        FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
        static final MethodHandle HANDLE = C.link();
    }

    static final class Lseek {
        static final CFunction C =
                new CFunction(
                        "lseek", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
        static final MethodHandle HANDLE = C.link();
    }

    static final class Statx {
        static final CFunction C =
                new CFunction(
                        "statx",
                        FunctionDescriptor.of(
                                JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
        static final MethodHandle HANDLE = C.link();
    }

    static final class Poll {
        static final CFunction C =
                new CFunction(
                        "poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
        static final MethodHandle HANDLE = C.link();
    }

    /** fcntl(2) with a number as its argument. */
    static final class FcntlNumber {
        static final CFunction C =
                new CFunction(
                        "fcntl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG), 2);
        static final MethodHandle HANDLE = C.link();
    }

    /** fcntl(2) with a struct as its argument. */
    static final class FcntlStruct {
        static final CFunction C =
                new CFunction(
                        "fcntl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS), 2);
        static final MethodHandle HANDLE = C.link();
    }

    static final class Ioctl {
        static final CFunction C =
                new CFunction(
                        "ioctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS), 2);
        static final MethodHandle HANDLE = C.link();
    }

    static final class Madvise {
        static final CFunction C =
                new CFunction(
                        "madvise", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
        static final MethodHandle HANDLE = C.link();
    }

    static final class Mmap {
        static final CFunction C =
                new CFunction(
                        "mmap",
                        FunctionDescriptor.of(
                                ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT,
                                JAVA_LONG));
        static final MethodHandle HANDLE = C.link();
    }

    static final class Mprotect {
        static final CFunction C =
                new CFunction(
                        "mprotect", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
        static final MethodHandle HANDLE = C.link();
    }

    static final class Munmap {
        static final CFunction C =
                new CFunction("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
        static final MethodHandle HANDLE = C.link();
    }

    static final class Getpagesize {
        static final CFunction C = new CFunction("getpagesize", FunctionDescriptor.of(JAVA_INT));
        static final MethodHandle HANDLE = C.link();
    }

    static final class Getpid {
        static final CFunction C = new CFunction("getpid", FunctionDescriptor.of(JAVA_INT));
        static final MethodHandle HANDLE = C.link();
    }
}
