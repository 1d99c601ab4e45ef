package io.tenure.bindings.uring;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * A place in the array of {@code struct io_uring_sqe}: one request as the kernel reads it. The
 * object moves from entry to entry and belongs to its {@link SubmissionQueue}.
 *
 * <table>
 *   <caption>Layout, 64 bytes</caption>
 *   <tr><th>offset</th><th>size</th><th>field</th></tr>
 *   <tr><td>0</td><td>1</td><td>opcode</td></tr>
 *   <tr><td>1</td><td>1</td><td>flags</td></tr>
 *   <tr><td>2</td><td>2</td><td>ioprio</td></tr>
 *   <tr><td>4</td><td>4</td><td>fd: a descriptor, or an index with IOSQE_FIXED_FILE</td></tr>
 *   <tr><td>8</td><td>8</td><td>off: bytes from the beginning of the file</td></tr>
 *   <tr><td>16</td><td>8</td><td>addr: where the memory begins</td></tr>
 *   <tr><td>24</td><td>4</td><td>len: bytes</td></tr>
 *   <tr><td>28</td><td>4</td><td>rw_flags</td></tr>
 *   <tr><td>32</td><td>8</td><td>user_data: comes back with the completion</td></tr>
 *   <tr><td>40</td><td>2</td><td>buf_index: with READ_FIXED and WRITE_FIXED</td></tr>
 *   <tr><td>42</td><td>2</td><td>personality</td></tr>
 *   <tr><td>44</td><td>4</td><td>splice_fd_in</td></tr>
 *   <tr><td>48</td><td>16</td><td>not used here</td></tr>
 * </table>
 */
public final class Sqe {
    static final StructLayout LAYOUT =
            MemoryLayout.structLayout(
                            JAVA_BYTE.withName("opcode"),
                            JAVA_BYTE.withName("flags"),
                            JAVA_SHORT.withName("ioprio"),
                            JAVA_INT.withName("fd"),
                            JAVA_LONG.withName("off"),
                            JAVA_LONG.withName("addr"),
                            JAVA_INT.withName("len"),
                            JAVA_INT.withName("rw_flags"),
                            JAVA_LONG.withName("user_data"),
                            JAVA_SHORT.withName("buf_index"),
                            JAVA_SHORT.withName("personality"),
                            JAVA_INT.withName("splice_fd_in"),
                            MemoryLayout.paddingLayout(16))
                    .withName("io_uring_sqe");

    /** Does nothing. */
    static final byte IORING_OP_NOP = 0;

    /** preadv(2) into registered memory. */
    static final byte IORING_OP_READ_FIXED = 4;

    /** pwritev(2) from registered memory. */
    static final byte IORING_OP_WRITE_FIXED = 5;

    /** pread(2). */
    static final byte IORING_OP_READ = 22;

    /** pwrite(2). */
    static final byte IORING_OP_WRITE = 23;

    /** {@code fd} is an index into the ring's file table. */
    static final byte IOSQE_FIXED_FILE = 1;

    private static final long BYTES = LAYOUT.byteSize();
    private static final long OPCODE = offset("opcode");
    private static final long FLAGS = offset("flags");
    private static final long FD = offset("fd");
    private static final long OFF = offset("off");
    private static final long ADDR = offset("addr");
    private static final long LEN = offset("len");
    private static final long USER_DATA = offset("user_data");
    private static final long BUF_INDEX = offset("buf_index");

    private final MemorySegment entries;
    private long base;

    Sqe(MemorySegment entries) {
        this.entries = entries;
    }

    /**
     * Makes this a read.
     *
     * @param address where the memory begins that is filled; it belongs to the kernel until the
     *     completion was seen
     * @param lengthBytes how much
     * @param offsetBytes where in the file to begin
     * @return this
     */
    public Sqe read(long address, long lengthBytes, long offsetBytes) {
        return transfer(IORING_OP_READ, address, lengthBytes, offsetBytes);
    }

    /**
     * Makes this a write.
     *
     * @param address where the memory begins that is written; it belongs to the kernel until the
     *     completion was seen
     * @param lengthBytes how much
     * @param offsetBytes where in the file to begin
     * @return this
     */
    public Sqe write(long address, long lengthBytes, long offsetBytes) {
        return transfer(IORING_OP_WRITE, address, lengthBytes, offsetBytes);
    }

    /**
     * Says that a read or write uses memory that was registered.
     *
     * @param bufferSlot which buffer of the ring's table
     * @return this
     */
    public Sqe inBuffer(int bufferSlot) {
        byte plain = entries.get(JAVA_BYTE, base + OPCODE);
        byte fixed = plain == IORING_OP_READ ? IORING_OP_READ_FIXED : IORING_OP_WRITE_FIXED;
        entries.set(JAVA_BYTE, base + OPCODE, fixed);
        entries.set(JAVA_SHORT, base + BUF_INDEX, (short) bufferSlot);
        return this;
    }

    /**
     * Says which file.
     *
     * @param descriptor its descriptor
     * @return this
     */
    public Sqe onDescriptor(int descriptor) {
        entries.set(JAVA_INT, base + FD, descriptor);
        return this;
    }

    /**
     * Says which file.
     *
     * @param fileSlot which file of the ring's table
     * @return this
     */
    public Sqe onFile(int fileSlot) {
        entries.set(JAVA_INT, base + FD, fileSlot);
        entries.set(JAVA_BYTE, base + FLAGS, IOSQE_FIXED_FILE);
        return this;
    }

    /**
     * Says how the completion will be known.
     *
     * @param value any number
     * @return this
     */
    public Sqe userData(long value) {
        entries.set(JAVA_LONG, base + USER_DATA, value);
        return this;
    }

    /** Moves to an entry and makes it a NOP. */
    Sqe moveTo(int index) {
        base = index * BYTES;
        for (long at = base; at < base + BYTES; at += Long.BYTES) {
            entries.set(JAVA_LONG, at, 0); // a slice to fill would be an allocation
        }
        return this;
    }

    private Sqe transfer(byte opcode, long address, long lengthBytes, long offsetBytes) {
        entries.set(JAVA_BYTE, base + OPCODE, opcode);
        entries.set(JAVA_LONG, base + OFF, offsetBytes);
        entries.set(JAVA_LONG, base + ADDR, address);
        entries.set(JAVA_INT, base + LEN, Math.toIntExact(lengthBytes));
        return this;
    }

    private static long offset(String field) {
        return LAYOUT.byteOffset(PathElement.groupElement(field));
    }
}
