package io.tenure.bindings.sanlock;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * {@code struct sanlk_host}: one host of a lockspace. 32 bytes.
 *
 * <pre>
 *  0  u64 host_id
 *  8  u64 generation
 * 16  u64 timestamp    seconds of that host's monotonic clock
 * 24  u32 io_timeout   seconds
 * 28  u32 flags        SANLK_HOST_ in the low four bits
 * </pre>
 */
@SuppressWarnings("MemberName") // C names
public final class SanlkHost {
    /** The layout of {@code struct sanlk_host}, {@code sanlock.h}. */
    public static final StructLayout LAYOUT =
            MemoryLayout.structLayout(
                            JAVA_LONG.withName("host_id"),
                            JAVA_LONG.withName("generation"),
                            JAVA_LONG.withName("timestamp"),
                            JAVA_INT.withName("io_timeout"),
                            JAVA_INT.withName("flags"))
                    .withName("sanlk_host");

    private static final long HOST_ID = LAYOUT.byteOffset(groupElement("host_id"));
    private static final long GENERATION = LAYOUT.byteOffset(groupElement("generation"));
    private static final long TIMESTAMP = LAYOUT.byteOffset(groupElement("timestamp"));
    private static final long IO_TIMEOUT = LAYOUT.byteOffset(groupElement("io_timeout"));
    private static final long FLAGS = LAYOUT.byteOffset(groupElement("flags"));

    private SanlkHost() {}

    /**
     * Reads {@code host_id}.
     *
     * @param struct the struct
     * @return the host id
     */
    public static long host_id(MemorySegment struct) {
        return struct.get(JAVA_LONG, HOST_ID);
    }

    /**
     * Reads {@code generation}.
     *
     * @param struct the struct
     * @return how often that host id was acquired
     */
    public static long generation(MemorySegment struct) {
        return struct.get(JAVA_LONG, GENERATION);
    }

    /**
     * Reads {@code timestamp}.
     *
     * @param struct the struct
     * @return the last renewal, in seconds of that host's monotonic clock; 0 when free
     */
    public static long timestamp(MemorySegment struct) {
        return struct.get(JAVA_LONG, TIMESTAMP);
    }

    /**
     * Reads {@code io_timeout}.
     *
     * @param struct the struct
     * @return that host's io_timeout, in seconds
     */
    public static int io_timeout(MemorySegment struct) {
        return struct.get(JAVA_INT, IO_TIMEOUT);
    }

    /**
     * Reads {@code flags}.
     *
     * @param struct the struct
     * @return SANLK_HOST_ state in the low four bits
     */
    public static int flags(MemorySegment struct) {
        return struct.get(JAVA_INT, FLAGS);
    }

    /**
     * Writes {@code host_id}.
     *
     * @param struct the struct
     * @param value the host id
     */
    public static void host_id(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, HOST_ID, value);
    }

    /**
     * Writes {@code generation}.
     *
     * @param struct the struct
     * @param value how often that host id was acquired
     */
    public static void generation(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, GENERATION, value);
    }

    /**
     * Writes {@code timestamp}.
     *
     * @param struct the struct
     * @param value the last renewal, in seconds of that host's monotonic clock; 0 when free
     */
    public static void timestamp(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, TIMESTAMP, value);
    }

    /**
     * Writes {@code io_timeout}.
     *
     * @param struct the struct
     * @param value that host's io_timeout, in seconds
     */
    public static void io_timeout(MemorySegment struct, int value) {
        struct.set(JAVA_INT, IO_TIMEOUT, value);
    }

    /**
     * Writes {@code flags}.
     *
     * @param struct the struct
     * @param value SANLK_HOST_ state in the low four bits
     */
    public static void flags(MemorySegment struct, int value) {
        struct.set(JAVA_INT, FLAGS, value);
    }
}
