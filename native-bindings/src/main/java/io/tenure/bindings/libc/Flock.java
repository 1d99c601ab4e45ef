package io.tenure.bindings.libc;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;

/**
 * {@code struct flock} from {@code <fcntl.h>}: a lock on a range of a file.
 *
 * <table>
 *   <caption>Layout, 32 bytes</caption>
 *   <tr><th>offset</th><th>size</th><th>field</th></tr>
 *   <tr><td>0</td><td>2</td><td>l_type</td></tr>
 *   <tr><td>2</td><td>2</td><td>l_whence</td></tr>
 *   <tr><td>8</td><td>8</td><td>l_start</td></tr>
 *   <tr><td>16</td><td>8</td><td>l_len, 0 for all that follows</td></tr>
 *   <tr><td>24</td><td>4</td><td>l_pid, 0 for locks of open file descriptions</td></tr>
 * </table>
 *
 * <p>A lock of an open file description belongs to what one {@code open} made. It conflicts with
 * that of any other open of the file, in this process too, and is freed when the last descriptor
 * that came from that open is closed.
 */
public final class Flock {
    /** The struct. */
    public static final StructLayout LAYOUT =
            MemoryLayout.structLayout(
                            JAVA_SHORT.withName("l_type"),
                            JAVA_SHORT.withName("l_whence"),
                            MemoryLayout.paddingLayout(4),
                            JAVA_LONG.withName("l_start"),
                            JAVA_LONG.withName("l_len"),
                            JAVA_INT.withName("l_pid"),
                            MemoryLayout.paddingLayout(4))
                    .withName("flock");

    /** A shared lock; the descriptor must be open for reading. */
    public static final short F_RDLCK = 0;

    /** An exclusive lock; the descriptor must be open for writing. */
    public static final short F_WRLCK = 1;

    /** No lock: frees one when set, and is the answer when nothing conflicts. */
    public static final short F_UNLCK = 2;

    private static final long TYPE = LAYOUT.byteOffset(PathElement.groupElement("l_type"));
    private static final long WHENCE = LAYOUT.byteOffset(PathElement.groupElement("l_whence"));
    private static final long START = LAYOUT.byteOffset(PathElement.groupElement("l_start"));
    private static final long LENGTH = LAYOUT.byteOffset(PathElement.groupElement("l_len"));
    private static final long PID = LAYOUT.byteOffset(PathElement.groupElement("l_pid"));

    private Flock() {}

    /**
     * Allocates and fills a struct.
     *
     * @param allocator gives the memory, mostly an arena
     * @param type {@link #F_RDLCK}, {@link #F_WRLCK} or {@link #F_UNLCK}
     * @param offsetBytes where the range begins, from the start of the file
     * @param lengthBytes its length; 0 for all that follows
     * @return the struct
     */
    public static MemorySegment allocate(
            SegmentAllocator allocator, short type, long offsetBytes, long lengthBytes) {
        MemorySegment struct = allocator.allocate(LAYOUT);
        struct.set(JAVA_SHORT, TYPE, type);
        struct.set(JAVA_SHORT, WHENCE, (short) Seek.SEEK_SET);
        struct.set(JAVA_LONG, START, offsetBytes);
        struct.set(JAVA_LONG, LENGTH, lengthBytes);
        struct.set(JAVA_INT, PID, 0); // the kernel refuses anything else
        return struct;
    }

    /**
     * The kind of lock: after {@link Fcntl#F_OFD_GETLK}, the one in the way.
     *
     * @param struct the struct
     * @return {@link #F_RDLCK}, {@link #F_WRLCK}, or {@link #F_UNLCK} for none
     */
    public static short type(MemorySegment struct) {
        return struct.get(JAVA_SHORT, TYPE);
    }
}
