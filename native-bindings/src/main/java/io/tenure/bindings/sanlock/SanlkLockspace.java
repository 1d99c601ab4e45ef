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
 * {@code struct sanlk_lockspace}: a lockspace and a host id in it. 1104 bytes.
 *
 * <pre>
 *  0  char name[48]                    NUL not required
 * 48  u64  host_id
 * 56  u32  flags                       SANLK_LSF_
 * 64  struct sanlk_disk host_id_disk
 * </pre>
 */
@SuppressWarnings("MemberName") // C names
public final class SanlkLockspace {
    /** The layout of {@code struct sanlk_lockspace}, {@code sanlock.h}. */
    public static final StructLayout LAYOUT =
            MemoryLayout.structLayout(
                            MemoryLayout.sequenceLayout(SanlockConstants.SANLK_NAME_LEN, JAVA_BYTE)
                                    .withName("name"),
                            JAVA_LONG.withName("host_id"),
                            JAVA_INT.withName("flags"),
                            MemoryLayout.paddingLayout(4),
                            SanlkDisk.LAYOUT.withName("host_id_disk"))
                    .withName("sanlk_lockspace");

    private static final long NAME = LAYOUT.byteOffset(groupElement("name"));
    private static final long HOST_ID = LAYOUT.byteOffset(groupElement("host_id"));
    private static final long FLAGS = LAYOUT.byteOffset(groupElement("flags"));
    private static final long HOST_ID_DISK = LAYOUT.byteOffset(groupElement("host_id_disk"));

    private SanlkLockspace() {}

    /**
     * Reads {@code name}.
     *
     * @param struct the struct
     * @return the lockspace name
     */
    public static String name(MemorySegment struct) {
        return FixedString.get(struct, NAME, SanlockConstants.SANLK_NAME_LEN);
    }

    /**
     * Writes {@code name} and zeros after it.
     *
     * @param struct the struct
     * @param value the lockspace name
     * @throws IllegalArgumentException if it is too long
     */
    public static void name(MemorySegment struct, String value) {
        FixedString.put(struct, NAME, SanlockConstants.SANLK_NAME_LEN, value);
    }

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
     * Writes {@code host_id}.
     *
     * @param struct the struct
     * @param value the host id
     */
    public static void host_id(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, HOST_ID, value);
    }

    /**
     * Reads {@code flags}.
     *
     * @param struct the struct
     * @return SANLK_LSF_ flags
     */
    public static int flags(MemorySegment struct) {
        return struct.get(JAVA_INT, FLAGS);
    }

    /**
     * Writes {@code flags}.
     *
     * @param struct the struct
     * @param value SANLK_LSF_ flags
     */
    public static void flags(MemorySegment struct, int value) {
        struct.set(JAVA_INT, FLAGS, value);
    }

    /**
     * The struct within, {@code host_id_disk}.
     *
     * @param struct the struct
     * @return a slice of it, where the lockspace lies
     */
    public static MemorySegment host_id_disk(MemorySegment struct) {
        return struct.asSlice(HOST_ID_DISK, SanlkDisk.LAYOUT);
    }
}
