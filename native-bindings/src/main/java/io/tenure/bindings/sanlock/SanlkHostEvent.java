package io.tenure.bindings.sanlock;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * {@code struct sanlk_host_event}: an event from one host to another. 32 bytes.
 *
 * <pre>
 *  0  u64 host_id       whom it is for
 *  8  u64 generation    in which generation, or 0
 * 16  u64 event         what it means, the sender and the receiver know
 * 24  u64 data
 * </pre>
 */
@SuppressWarnings("MemberName") // C names
public final class SanlkHostEvent {
    /** The layout of {@code struct sanlk_host_event}, {@code sanlock.h}. */
    public static final StructLayout LAYOUT =
            MemoryLayout.structLayout(
                            JAVA_LONG.withName("host_id"),
                            JAVA_LONG.withName("generation"),
                            JAVA_LONG.withName("event"),
                            JAVA_LONG.withName("data"))
                    .withName("sanlk_host_event");

    private static final long HOST_ID = LAYOUT.byteOffset(groupElement("host_id"));
    private static final long GENERATION = LAYOUT.byteOffset(groupElement("generation"));
    private static final long EVENT = LAYOUT.byteOffset(groupElement("event"));
    private static final long DATA = LAYOUT.byteOffset(groupElement("data"));

    private SanlkHostEvent() {}

    /**
     * Reads {@code host_id}.
     *
     * @param struct the struct
     * @return the host id that it is for
     */
    public static long host_id(MemorySegment struct) {
        return struct.get(JAVA_LONG, HOST_ID);
    }

    /**
     * Writes {@code host_id}.
     *
     * @param struct the struct
     * @param value the host id that it is for
     */
    public static void host_id(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, HOST_ID, value);
    }

    /**
     * Reads {@code generation}.
     *
     * @param struct the struct
     * @return the generation that it is for, or 0
     */
    public static long generation(MemorySegment struct) {
        return struct.get(JAVA_LONG, GENERATION);
    }

    /**
     * Writes {@code generation}.
     *
     * @param struct the struct
     * @param value the generation that it is for, or 0
     */
    public static void generation(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, GENERATION, value);
    }

    /**
     * Reads {@code event}.
     *
     * @param struct the struct
     * @return what happened
     */
    public static long event(MemorySegment struct) {
        return struct.get(JAVA_LONG, EVENT);
    }

    /**
     * Writes {@code event}.
     *
     * @param struct the struct
     * @param value what happened
     */
    public static void event(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, EVENT, value);
    }

    /**
     * Reads {@code data}.
     *
     * @param struct the struct
     * @return more about it
     */
    public static long data(MemorySegment struct) {
        return struct.get(JAVA_LONG, DATA);
    }

    /**
     * Writes {@code data}.
     *
     * @param struct the struct
     * @param value more about it
     */
    public static void data(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, DATA, value);
    }
}
