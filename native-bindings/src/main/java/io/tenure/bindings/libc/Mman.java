package io.tenure.bindings.libc;

import io.tenure.bindings.internal.CaptureState;
import io.tenure.bindings.internal.Syscall;
import io.tenure.bindings.internal.SyscallNumber;

/**
 * Address space, from {@code <sys/mman.h>}. Not public: a wrong argument here destroys memory that
 * the JVM uses, so only {@link MappedRegion} and {@link SharedMapping} call it. Results as in
 * {@link Libc}; addresses are numbers, because most of what is handled here must not be accessed.
 */
final class Mman {
    static final int PROT_NONE = 0;
    static final int PROT_READ = 0x1;
    static final int PROT_WRITE = 0x2;
    static final int MAP_SHARED = 0x01;
    static final int MAP_PRIVATE = 0x02;
    static final int MAP_ANONYMOUS = 0x20;
    static final int MAP_NORESERVE = 0x4000;
    static final int MAP_POPULATE = 0x8000;

    private Mman() {}

    /** Reserves inaccessible address space; returns its address, or -errno. */
    static long reserve(long bytes) {
        return call(
                SyscallNumber.MMAP,
                0,
                bytes,
                PROT_NONE,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                -1,
                0);
    }

    /** Maps what a descriptor stands for, to read and write; returns its address, or -errno. */
    static long share(int fd, long bytes, long offsetBytes) {
        return call(
                SyscallNumber.MMAP,
                0,
                bytes,
                PROT_READ | PROT_WRITE,
                MAP_SHARED | MAP_POPULATE,
                fd,
                offsetBytes);
    }

    static int mprotect(long address, long bytes, int protection) {
        return (int) call(SyscallNumber.MPROTECT, address, bytes, protection, 0, 0, 0);
    }

    static int munmap(long address, long bytes) {
        return (int) call(SyscallNumber.MUNMAP, address, bytes, 0, 0, 0, 0);
    }

    private static long call(SyscallNumber number, long a, long b, long c, long d, long e, long f) {
        return Syscall.call(CaptureState.ofThread(), number.here(), a, b, c, d, e, f);
    }
}
