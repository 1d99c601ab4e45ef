package io.tenure.bindings.libc;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;

/**
 * {@code struct pollfd} and the events of poll(2), from {@code <poll.h>}.
 *
 * <table>
 *   <caption>Layout, 8 bytes</caption>
 *   <tr><th>offset</th><th>size</th><th>field</th></tr>
 *   <tr><td>0</td><td>4</td><td>fd</td></tr>
 *   <tr><td>4</td><td>2</td><td>events</td></tr>
 *   <tr><td>6</td><td>2</td><td>revents</td></tr>
 * </table>
 *
 * <p>Methods take an array of such structs and an index; an index outside the array is refused with
 * {@link IndexOutOfBoundsException}.
 */
public final class PollFd {
    /** The struct. */
    public static final StructLayout LAYOUT =
            MemoryLayout.structLayout(
                            JAVA_INT.withName("fd"),
                            JAVA_SHORT.withName("events"),
                            JAVA_SHORT.withName("revents"))
                    .withName("pollfd");

    /** There is something to read. */
    public static final short POLLIN = 0x001;

    /** There is something urgent. */
    public static final short POLLPRI = 0x002;

    /** Writing will not block. */
    public static final short POLLOUT = 0x004;

    /** An error; reported whether asked for or not. */
    public static final short POLLERR = 0x008;

    /** The other side hung up; reported whether asked for or not. */
    public static final short POLLHUP = 0x010;

    /** The descriptor is not open; reported whether asked for or not. */
    public static final short POLLNVAL = 0x020;

    /** The other side will not send any more. */
    public static final short POLLRDHUP = 0x2000;

    private static final long FD = LAYOUT.byteOffset(PathElement.groupElement("fd"));
    private static final long EVENTS = LAYOUT.byteOffset(PathElement.groupElement("events"));
    private static final long REVENTS = LAYOUT.byteOffset(PathElement.groupElement("revents"));

    private PollFd() {}

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
     * Fills one struct: what to wait for.
     *
     * @param pollfds the array
     * @param index which struct
     * @param fd the descriptor; a negative one is ignored by poll
     * @param events what to wait for, besides what is always reported
     */
    public static void set(MemorySegment pollfds, long index, int fd, short events) {
        MemorySegment struct = at(pollfds, index);
        struct.set(JAVA_INT, FD, fd);
        struct.set(JAVA_SHORT, EVENTS, events);
        struct.set(JAVA_SHORT, REVENTS, (short) 0);
    }

    /**
     * The descriptor of one struct.
     *
     * @param pollfds the array
     * @param index which struct
     * @return the descriptor
     */
    public static int fd(MemorySegment pollfds, long index) {
        return at(pollfds, index).get(JAVA_INT, FD);
    }

    /**
     * What happened.
     *
     * @param pollfds the array
     * @param index which struct
     * @return events, 0 for none
     */
    public static short revents(MemorySegment pollfds, long index) {
        return at(pollfds, index).get(JAVA_SHORT, REVENTS);
    }

    private static MemorySegment at(MemorySegment pollfds, long index) {
        return pollfds.asSlice(Math.multiplyExact(index, LAYOUT.byteSize()), LAYOUT.byteSize());
    }
}
