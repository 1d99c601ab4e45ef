package io.tenure.bindings.sanlock;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tenure.bindings.internal.FixedString;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * {@code struct sanlk_disk}: a place on storage. 1040 bytes.
 *
 * <pre>
 *    0  char path[1024]   the file or device, ends with NUL
 * 1024  u64  offset       in bytes
 * 1032  u32  pad1         0
 * 1036  u32  pad2         0
 * </pre>
 */
@SuppressWarnings("MemberName") // C names
public final class SanlkDisk {
    /** The layout of {@code struct sanlk_disk}, {@code sanlock.h}. */
    public static final StructLayout LAYOUT =
            MemoryLayout.structLayout(
                            MemoryLayout.sequenceLayout(SanlockConstants.SANLK_PATH_LEN, JAVA_BYTE)
                                    .withName("path"),
                            JAVA_LONG.withName("offset"),
                            JAVA_INT.withName("pad1"),
                            JAVA_INT.withName("pad2"))
                    .withName("sanlk_disk");

    private static final long PATH = LAYOUT.byteOffset(groupElement("path"));
    private static final long OFFSET = LAYOUT.byteOffset(groupElement("offset"));

    private SanlkDisk() {}

    /**
     * Reads {@code path}.
     *
     * @param struct the struct
     * @return the file or device; at most 1023 bytes, as C needs the NUL
     */
    public static String path(MemorySegment struct) {
        return FixedString.get(struct, PATH, SanlockConstants.SANLK_PATH_LEN);
    }

    /**
     * Writes {@code path} and zeros after it.
     *
     * @param struct the struct
     * @param value the file or device; at most 1023 bytes, as C needs the NUL
     * @throws IllegalArgumentException if it is too long
     */
    public static void path(MemorySegment struct, String value) {
        FixedString.put(struct, PATH, SanlockConstants.SANLK_PATH_LEN - 1, value);
    }

    /**
     * Reads {@code offset}.
     *
     * @param struct the struct
     * @return where the area begins, in bytes
     */
    public static long offset(MemorySegment struct) {
        return struct.get(JAVA_LONG, OFFSET);
    }

    /**
     * Writes {@code offset}.
     *
     * @param struct the struct
     * @param value where the area begins, in bytes
     */
    public static void offset(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, OFFSET, value);
    }
}
