package io.tenure.bindings.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.StructLayout;

/**
 * {@code struct io_uring_cqe}: one completion as the kernel writes it.
 *
 * <table>
 *   <caption>Layout, 16 bytes</caption>
 *   <tr><th>offset</th><th>size</th><th>field</th></tr>
 *   <tr><td>0</td><td>8</td><td>user_data: as in the entry that was submitted</td></tr>
 *   <tr><td>8</td><td>4</td><td>res: what the call returned, or -errno</td></tr>
 *   <tr><td>12</td><td>4</td><td>flags</td></tr>
 * </table>
 */
final class Cqe {
    static final StructLayout LAYOUT =
            MemoryLayout.structLayout(
                            JAVA_LONG.withName("user_data"),
                            JAVA_INT.withName("res"),
                            JAVA_INT.withName("flags"))
                    .withName("io_uring_cqe");

    static final long USER_DATA = LAYOUT.byteOffset(PathElement.groupElement("user_data"));
    static final long RES = LAYOUT.byteOffset(PathElement.groupElement("res"));

    private Cqe() {}
}
