package io.tenure.bindings.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;

/**
 * {@code struct io_uring_rsrc_register} and {@code struct io_uring_rsrc_update2}: arguments of
 * io_uring_register(2) that make an empty table, and fill one place of it. Each is 32 bytes.
 */
final class RsrcRegister {
    /** Makes a table. */
    static final StructLayout REGISTER_LAYOUT =
            MemoryLayout.structLayout(
                            JAVA_INT.withName("nr"),
                            JAVA_INT.withName("flags"),
                            JAVA_LONG.withName("resv2"),
                            JAVA_LONG.withName("data"),
                            JAVA_LONG.withName("tags"))
                    .withName("io_uring_rsrc_register");

    /** Fills places of a table. */
    static final StructLayout UPDATE_LAYOUT =
            MemoryLayout.structLayout(
                            JAVA_INT.withName("offset"),
                            JAVA_INT.withName("resv"),
                            JAVA_LONG.withName("data"),
                            JAVA_LONG.withName("tags"),
                            JAVA_INT.withName("nr"),
                            JAVA_INT.withName("resv2"))
                    .withName("io_uring_rsrc_update2");

    /** {@code struct iovec} of {@code <sys/uio.h>}: one buffer. */
    static final StructLayout IOVEC_LAYOUT =
            MemoryLayout.structLayout(JAVA_LONG.withName("iov_base"), JAVA_LONG.withName("iov_len"))
                    .withName("iovec");

    /** All places are empty; Linux 5.19. */
    static final int IORING_RSRC_REGISTER_SPARSE = 1;

    private RsrcRegister() {}

    static MemorySegment emptyTable(SegmentAllocator allocator, int places) {
        MemorySegment struct = allocator.allocate(REGISTER_LAYOUT).fill((byte) 0);
        struct.set(JAVA_INT, offset(REGISTER_LAYOUT, "nr"), places);
        struct.set(JAVA_INT, offset(REGISTER_LAYOUT, "flags"), IORING_RSRC_REGISTER_SPARSE);
        return struct;
    }

    /** Fills one place with what the data points at. */
    static MemorySegment onePlace(SegmentAllocator allocator, int place, MemorySegment data) {
        MemorySegment struct = allocator.allocate(UPDATE_LAYOUT).fill((byte) 0);
        struct.set(JAVA_INT, offset(UPDATE_LAYOUT, "offset"), place);
        struct.set(JAVA_LONG, offset(UPDATE_LAYOUT, "data"), data.address());
        struct.set(JAVA_INT, offset(UPDATE_LAYOUT, "nr"), 1);
        return struct;
    }

    static MemorySegment iovec(SegmentAllocator allocator, MemorySegment memory) {
        MemorySegment struct = allocator.allocate(IOVEC_LAYOUT);
        struct.set(JAVA_LONG, offset(IOVEC_LAYOUT, "iov_base"), memory.address());
        struct.set(JAVA_LONG, offset(IOVEC_LAYOUT, "iov_len"), memory.byteSize());
        return struct;
    }

    private static long offset(StructLayout layout, String field) {
        return layout.byteOffset(PathElement.groupElement(field));
    }
}
