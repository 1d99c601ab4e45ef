package io.tenure.testing.memory;

import io.tenure.bindings.libc.Libc;
import io.tenure.bindings.libc.MappedRegion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayList;
import java.util.List;

/**
 * Allocates each segment flush against a page that nothing can access.
 *
 * <p>Native code that touches the first byte beyond a segment kills the JVM; a system call that is
 * told to fails with EFAULT or stops short. Java's own accesses are checked anyway. When a
 * segment's size is not a multiple of its alignment, up to alignment - 1 bytes lie between its end
 * and the guard.
 *
 * <p>Segments are filled with a pattern and not with zeroes, so that a test sees what was not
 * written. They may be used by any thread and live until {@link #close}. For one thread at a time.
 */
public final class GuardedMemory implements SegmentAllocator, AutoCloseable {
    /** What every byte of a new segment holds. */
    public static final byte FILL = (byte) 0xA5;

    private final List<MappedRegion> regions = new ArrayList<>();

    /** Creates an allocator without segments. */
    public GuardedMemory() {}

    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
        long page = Libc.getpagesize();
        if (byteAlignment > page || Long.bitCount(byteAlignment) != 1) {
            throw new IllegalArgumentException("an alignment of " + byteAlignment + " bytes");
        }
        long regionBytes = Math.max(roundUp(byteSize, page), page);
        MemorySegment region = map(regionBytes).segment();
        long offset = (regionBytes - byteSize) & -byteAlignment;
        return region.asSlice(offset, byteSize).fill(FILL);
    }

    /** Unmaps all segments. */
    @Override
    public void close() {
        regions.forEach(MappedRegion::close);
        regions.clear();
    }

    private MappedRegion map(long bytes) {
        try {
            MappedRegion region = MappedRegion.anonymous(bytes);
            regions.add(region);
            return region;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long roundUp(long value, long powerOfTwo) {
        return (value + powerOfTwo - 1) & -powerOfTwo;
    }
}
