package io.tenure.bindings.aio;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;

/**
 * {@code struct iocb} and its constants, from {@code <linux/aio_abi.h>}: one request.
 *
 * <table>
 *   <caption>Layout, 64 bytes, of a little-endian machine</caption>
 *   <tr><th>offset</th><th>size</th><th>field</th></tr>
 *   <tr><td>0</td><td>8</td><td>aio_data: comes back in the event</td></tr>
 *   <tr><td>8</td><td>4</td><td>aio_key: written by the kernel</td></tr>
 *   <tr><td>12</td><td>4</td><td>aio_rw_flags: RWF_ flags, see preadv2(2)</td></tr>
 *   <tr><td>16</td><td>2</td><td>aio_lio_opcode</td></tr>
 *   <tr><td>18</td><td>2</td><td>aio_reqprio</td></tr>
 *   <tr><td>20</td><td>4</td><td>aio_fildes</td></tr>
 *   <tr><td>24</td><td>8</td><td>aio_buf: an address</td></tr>
 *   <tr><td>32</td><td>8</td><td>aio_nbytes</td></tr>
 *   <tr><td>40</td><td>8</td><td>aio_offset</td></tr>
 *   <tr><td>48</td><td>8</td><td>aio_reserved2</td></tr>
 *   <tr><td>56</td><td>4</td><td>aio_flags</td></tr>
 *   <tr><td>60</td><td>4</td><td>aio_resfd</td></tr>
 * </table>
 *
 * <p>Methods take an array of such structs and an index; an index outside the array is refused with
 * {@link IndexOutOfBoundsException}. They allocate nothing. The kernel reads a struct while
 * io_submit runs, and never after it.
 */
public final class Iocb {
    /** The struct. */
    public static final StructLayout LAYOUT =
            MemoryLayout.structLayout(
                            JAVA_LONG.withName("aio_data"),
                            JAVA_INT.withName("aio_key"),
                            JAVA_INT.withName("aio_rw_flags"),
                            JAVA_SHORT.withName("aio_lio_opcode"),
                            JAVA_SHORT.withName("aio_reqprio"),
                            JAVA_INT.withName("aio_fildes"),
                            JAVA_LONG.withName("aio_buf"),
                            JAVA_LONG.withName("aio_nbytes"),
                            JAVA_LONG.withName("aio_offset"),
                            JAVA_LONG.withName("aio_reserved2"),
                            JAVA_INT.withName("aio_flags"),
                            JAVA_INT.withName("aio_resfd"))
                    .withName("iocb");

    /** Reads, like pread(2). */
    public static final short IOCB_CMD_PREAD = 0;

    /** Writes, like pwrite(2). */
    public static final short IOCB_CMD_PWRITE = 1;

    private static final long BYTES = LAYOUT.byteSize();
    private static final long DATA = offset("aio_data");
    private static final long OPCODE = offset("aio_lio_opcode");
    private static final long FILDES = offset("aio_fildes");
    private static final long BUF = offset("aio_buf");
    private static final long NBYTES = offset("aio_nbytes");
    private static final long OFFSET = offset("aio_offset");

    private Iocb() {}

    /**
     * Allocates an array of structs, all zero.
     *
     * @param allocator gives the memory, mostly an arena
     * @param count how many
     * @return the array
     */
    public static MemorySegment allocate(SegmentAllocator allocator, long count) {
        return allocator.allocate(LAYOUT, count).fill((byte) 0);
    }

    /**
     * Fills one struct. What is not named here keeps its value: 0 in an array from {@link
     * #allocate}.
     *
     * @param iocbs the array
     * @param index which struct
     * @param data comes back in the event
     * @param opcode an {@code IOCB_CMD_} constant
     * @param fd the file
     * @param buffer the address of native memory, which must stay valid until the event was seen
     * @param lengthBytes how many bytes
     * @param offsetBytes where in the file
     */
    public static void set(
            MemorySegment iocbs,
            int index,
            long data,
            short opcode,
            int fd,
            long buffer,
            long lengthBytes,
            long offsetBytes) {
        long at = index * BYTES;
        iocbs.set(JAVA_LONG, at + DATA, data);
        iocbs.set(JAVA_SHORT, at + OPCODE, opcode);
        iocbs.set(JAVA_INT, at + FILDES, fd);
        iocbs.set(JAVA_LONG, at + BUF, buffer);
        iocbs.set(JAVA_LONG, at + NBYTES, lengthBytes);
        iocbs.set(JAVA_LONG, at + OFFSET, offsetBytes);
    }

    /**
     * The address of one struct, as io_submit wants it.
     *
     * @param iocbs the array
     * @param index which struct
     * @return its address
     */
    public static long address(MemorySegment iocbs, int index) {
        return iocbs.address() + index * BYTES;
    }

    private static long offset(String field) {
        return LAYOUT.byteOffset(PathElement.groupElement(field));
    }
}
