package io.tenure.bindings.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * {@code struct io_uring_params}: what a process asks of a ring, and where the kernel says that its
 * parts lie. All numbers of the two inner structs are offsets in bytes from the beginning of the
 * mapping at {@link #IORING_OFF_SQ_RING}.
 *
 * <table>
 *   <caption>Layout, 120 bytes</caption>
 *   <tr><th>offset</th><th>size</th><th>field</th></tr>
 *   <tr><td>0</td><td>4</td><td>sq_entries</td></tr>
 *   <tr><td>4</td><td>4</td><td>cq_entries</td></tr>
 *   <tr><td>8</td><td>4</td><td>flags</td></tr>
 *   <tr><td>12</td><td>8</td><td>sq_thread_cpu, sq_thread_idle</td></tr>
 *   <tr><td>20</td><td>4</td><td>features</td></tr>
 *   <tr><td>24</td><td>4</td><td>wq_fd</td></tr>
 *   <tr><td>28</td><td>12</td><td>reserved</td></tr>
 *   <tr><td>40</td><td>40</td><td>sq_off: head, tail, ring_mask, ring_entries, flags, dropped,
 *       array, 12 reserved</td></tr>
 *   <tr><td>80</td><td>40</td><td>cq_off: head, tail, ring_mask, ring_entries, overflow, cqes,
 *       flags, 12 reserved</td></tr>
 * </table>
 */
final class IoUringParams {
    /** {@code struct io_sqring_offsets}. */
    static final StructLayout SQ_OFFSETS_LAYOUT =
            MemoryLayout.structLayout(
                            JAVA_INT.withName("head"),
                            JAVA_INT.withName("tail"),
                            JAVA_INT.withName("ring_mask"),
                            JAVA_INT.withName("ring_entries"),
                            JAVA_INT.withName("flags"),
                            JAVA_INT.withName("dropped"),
                            JAVA_INT.withName("array"),
                            MemoryLayout.paddingLayout(12))
                    .withName("io_sqring_offsets");

    /** {@code struct io_cqring_offsets}. */
    static final StructLayout CQ_OFFSETS_LAYOUT =
            MemoryLayout.structLayout(
                            JAVA_INT.withName("head"),
                            JAVA_INT.withName("tail"),
                            JAVA_INT.withName("ring_mask"),
                            JAVA_INT.withName("ring_entries"),
                            JAVA_INT.withName("overflow"),
                            JAVA_INT.withName("cqes"),
                            JAVA_INT.withName("flags"),
                            MemoryLayout.paddingLayout(12))
                    .withName("io_cqring_offsets");

    /** The struct. */
    static final StructLayout LAYOUT =
            MemoryLayout.structLayout(
                            JAVA_INT.withName("sq_entries"),
                            JAVA_INT.withName("cq_entries"),
                            JAVA_INT.withName("flags"),
                            JAVA_INT.withName("sq_thread_cpu"),
                            JAVA_INT.withName("sq_thread_idle"),
                            JAVA_INT.withName("features"),
                            JAVA_INT.withName("wq_fd"),
                            MemoryLayout.paddingLayout(12),
                            SQ_OFFSETS_LAYOUT.withName("sq_off"),
                            CQ_OFFSETS_LAYOUT.withName("cq_off"))
                    .withName("io_uring_params");

    /** Where mmap(2) finds both rings. */
    static final long IORING_OFF_SQ_RING = 0;

    /** Where mmap(2) finds the submission entries. */
    static final long IORING_OFF_SQES = 0x10000000L;

    /** Both rings lie in one mapping; Linux 5.4. */
    static final int IORING_FEAT_SINGLE_MMAP = 1;

    /** No completion is dropped when the completion queue is full; Linux 5.5. */
    static final int IORING_FEAT_NODROP = 1 << 1;

    /** The ring takes nothing before it is enabled; Linux 5.10. */
    static final int IORING_SETUP_R_DISABLED = 1 << 6;

    /** A bad entry does not hold up those behind it; Linux 5.18. */
    static final int IORING_SETUP_SUBMIT_ALL = 1 << 7;

    /** Completions do not interrupt the thread; Linux 5.19. */
    static final int IORING_SETUP_COOP_TASKRUN = 1 << 8;

    /** Only one thread submits; Linux 6.0. */
    static final int IORING_SETUP_SINGLE_ISSUER = 1 << 12;

    /** The kernel's part of a completion runs when the thread asks for events; Linux 6.1. */
    static final int IORING_SETUP_DEFER_TASKRUN = 1 << 13;

    private IoUringParams() {}

    static void setFlags(MemorySegment params, int flags) {
        params.set(JAVA_INT, offset("flags"), flags);
    }

    static int submissionEntries(MemorySegment params) {
        return params.get(JAVA_INT, offset("sq_entries"));
    }

    static int completionEntries(MemorySegment params) {
        return params.get(JAVA_INT, offset("cq_entries"));
    }

    static int features(MemorySegment params) {
        return params.get(JAVA_INT, offset("features"));
    }

    static int submissionOffset(MemorySegment params, String field) {
        return params.get(JAVA_INT, offset("sq_off", field));
    }

    static int completionOffset(MemorySegment params, String field) {
        return params.get(JAVA_INT, offset("cq_off", field));
    }

    private static long offset(String field) {
        return LAYOUT.byteOffset(PathElement.groupElement(field));
    }

    private static long offset(String struct, String field) {
        return LAYOUT.byteOffset(PathElement.groupElement(struct), PathElement.groupElement(field));
    }
}
