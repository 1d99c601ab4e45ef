package io.tenure.bindings.libc;

import io.tenure.bindings.Errno;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory that this process shares with the kernel through a descriptor, such as the rings of
 * io_uring.
 *
 * <p><b>Lifetime and threads.</b> The segment may be used by any thread until {@link #close};
 * afterwards an access throws {@link IllegalStateException}. The descriptor may be closed earlier:
 * the mapping keeps what it stands for.
 */
public final class SharedMapping implements AutoCloseable {
    private final Arena arena;
    private final MemorySegment segment;

    private SharedMapping(Arena arena, MemorySegment segment) {
        this.arena = arena;
        this.segment = segment;
    }

    /**
     * Maps a part of what a descriptor stands for, for reading and writing. All pages are made
     * present.
     *
     * @param fd the descriptor
     * @param bytes how much, at least 1
     * @param offsetBytes where it begins, a multiple of the page
     * @return the mapping; the caller closes it
     * @throws IOException if the kernel refuses
     */
    public static SharedMapping of(int fd, long bytes, long offsetBytes) throws IOException {
        long address = Mman.share(fd, bytes, offsetBytes);
        if (address < 0) {
            throw new IOException(
                    "cannot map "
                            + bytes
                            + " bytes of descriptor "
                            + fd
                            + ": "
                            + Errno.describe((int) address));
        }
        Arena arena = Arena.ofShared();
        return new SharedMapping(arena, adopt(address, bytes, arena));
    }

    /**
     * The memory.
     *
     * @return a segment of the size that was asked for
     */
    public MemorySegment segment() {
        return segment;
    }

    /** Unmaps the memory. A second call does nothing. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }

    @SuppressWarnings("restricted") // the kernel gave the address, and we know the size
    private static MemorySegment adopt(long address, long bytes, Arena arena) {
        return MemorySegment.ofAddress(address)
                .reinterpret(bytes, arena, mapping -> Mman.munmap(mapping.address(), bytes));
    }
}
