package io.tenure.bindings.aio;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;

/**
 * {@code struct io_event}, from {@code <linux/aio_abi.h>}: one completion.
 *
 * <table>
 *   <caption>Layout, 32 bytes</caption>
 *   <tr><th>offset</th><th>size</th><th>field</th></tr>
 *   <tr><td>0</td><td>8</td><td>data: what aio_data of the request was</td></tr>
 *   <tr><td>8</td><td>8</td><td>obj: the request's address</td></tr>
 *   <tr><td>16</td><td>8</td><td>res: bytes transferred, or -errno</td></tr>
 *   <tr><td>24</td><td>8</td><td>res2: 0 for files and block devices</td></tr>
 * </table>
 *
 * <p>Methods take an array of such structs and an index; an index outside the array is refused with
 * {@link IndexOutOfBoundsException}. They allocate nothing.
 */
public final class IoEvent {
    /** The struct. */
    public static final StructLayout LAYOUT =
            MemoryLayout.structLayout(
                            JAVA_LONG.withName("data"),
                            JAVA_LONG.withName("obj"),
                            JAVA_LONG.withName("res"),
                            JAVA_LONG.withName("res2"))
                    .withName("io_event");

    private static final long BYTES = LAYOUT.byteSize();
    private static final long DATA = LAYOUT.byteOffset(PathElement.groupElement("data"));
    private static final long RES = LAYOUT.byteOffset(PathElement.groupElement("res"));

    private IoEvent() {}

    /**
     * Allocates an array of structs.
     *
     * @param allocator gives the memory, mostly an arena
     * @param count how many
     * @return the array
     */
    public static MemorySegment allocate(SegmentAllocator allocator, long count) {
        return allocator.allocate(LAYOUT, count).fill((byte) 0);
    }

    /**
     * Which request has ended.
     *
     * @param events the array
     * @param index which struct
     * @return what was given as its data
     */
    public static long data(MemorySegment events, int index) {
        return events.get(JAVA_LONG, index * BYTES + DATA);
    }

    /**
     * How a request has ended.
     *
     * @param events the array
     * @param index which struct
     * @return bytes transferred, or -errno
     */
    public static long res(MemorySegment events, int index) {
        return events.get(JAVA_LONG, index * BYTES + RES);
    }
}
