package io.tenure.bindings.libc;

import io.tenure.bindings.internal.CaptureState;
import io.tenure.bindings.internal.Downcalls;
import java.lang.foreign.MemorySegment;

/**
 * Address space, from {@code <sys/mman.h>}. Not public: a wrong argument here destroys memory that
 * the JVM uses, so only {@link MappedRegion} calls it. Results as in {@link Libc}; addresses are
 * numbers, because most of what is handled here must not be accessed.
 */
final class Mman {
    static final int PROT_NONE = 0;
    static final int PROT_READ = 0x1;
    static final int PROT_WRITE = 0x2;
    static final int MAP_PRIVATE = 0x02;
    static final int MAP_ANONYMOUS = 0x20;
    static final int MAP_NORESERVE = 0x4000;

    private Mman() {}

    /** Reserves inaccessible address space; returns its address, or -errno. */
    static long reserve(long bytes) {
        MemorySegment state = CaptureState.ofThread();
        try {
            MemorySegment address =
                    (MemorySegment)
                            LibcFunctions.Mmap.HANDLE.invokeExact(
                                    state,
                                    MemorySegment.NULL,
                                    bytes,
                                    PROT_NONE,
                                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                                    -1,
                                    0L);
            return CaptureState.result(address.address(), state); // MAP_FAILED is (void *) -1
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    static int mprotect(long address, long bytes, int protection) {
        MemorySegment state = CaptureState.ofThread();
        try {
            return CaptureState.result(
                    (int)
                            LibcFunctions.Mprotect.HANDLE.invokeExact(
                                    state, MemorySegment.ofAddress(address), bytes, protection),
                    state);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    static int munmap(long address, long bytes) {
        MemorySegment state = CaptureState.ofThread();
        try {
            return CaptureState.result(
                    (int)
                            LibcFunctions.Munmap.HANDLE.invokeExact(
                                    state, MemorySegment.ofAddress(address), bytes),
                    state);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }
}
