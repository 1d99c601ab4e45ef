package io.tenure.bindings.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/**
 * Where {@code errno} is saved when a native call returns, before the JVM can change it.
 *
 * <p>One segment for each thread, or one that the caller owns. That of a thread comes from an
 * automatic arena, the only one in the project: a thread has no hook at which a closeable arena
 * could be closed when the thread ends.
 */
public final class CaptureState {
    private static final StructLayout LAYOUT = Linker.Option.captureStateLayout();
    private static final long ERRNO_OFFSET =
            LAYOUT.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
    private static final ThreadLocal<MemorySegment> OF_THREAD =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(LAYOUT));

    private CaptureState() {}

    /**
     * The segment of this thread.
     *
     * @return a segment that fits the first parameter of a handle from {@link Downcalls#libc}
     */
    public static MemorySegment ofThread() {
        return OF_THREAD.get();
    }

    /**
     * Allocates a segment for callers that keep one of their own.
     *
     * @param allocator gives the memory, mostly an arena
     * @return a segment of the same kind, for one thread at a time
     */
    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(LAYOUT);
    }

    /**
     * A call's result in the project's form.
     *
     * @param result what the C function returned: negative on failure
     * @param state the segment that the call was given
     * @return the result, or -errno when it was negative
     */
    public static long result(long result, MemorySegment state) {
        return result >= 0 ? result : -state.get(ValueLayout.JAVA_INT, ERRNO_OFFSET);
    }

    /**
     * A call's result in the project's form.
     *
     * @param result what the C function returned: negative on failure
     * @param state the segment that the call was given
     * @return the result, or -errno when it was negative
     */
    public static int result(int result, MemorySegment state) {
        return result >= 0 ? result : -state.get(ValueLayout.JAVA_INT, ERRNO_OFFSET);
    }

    static Linker.Option option() {
        return Linker.Option.captureCallState("errno");
    }
}
