package io.tenure.bindings;

import io.tenure.bindings.internal.CaptureState;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * Memory in which a native call leaves {@code errno}, for who makes calls by the thousand and wants
 * to look nothing up. Calls that do not ask for it use one segment for each thread.
 */
public final class ErrnoCapture {
    private ErrnoCapture() {}

    /**
     * Allocates the memory.
     *
     * @param allocator gives it, mostly an arena
     * @return a segment for one thread at a time
     */
    public static MemorySegment allocate(SegmentAllocator allocator) {
        return CaptureState.allocate(allocator);
    }
}
