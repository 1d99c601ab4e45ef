package io.tenure.bindings.libc;

import io.tenure.bindings.Errno;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Memory of its own for buffers: anonymous, private, zero, present, and followed by a page that
 * nothing can access.
 *
 * <p><b>Huge pages.</b> A region of 2 MiB or more begins at a multiple of 2 MiB and asks for huge
 * pages. A smaller one begins at a page. All pages are made present at once, so that no I/O waits
 * for the first touch.
 *
 * <p><b>Guard.</b> The page after the region's last page is inaccessible: native code that runs
 * over the end kills the process instead of changing somebody else's memory.
 *
 * <p><b>Lifetime and threads.</b> The segment may be used by any thread until {@link #close}.
 * Afterwards an access throws {@link IllegalStateException}; and {@code close} throws it, and
 * leaves the region as it is, while a native call uses the segment. The kernel's own use is not
 * seen: what was submitted for asynchronous I/O must have come back before.
 */
public final class MappedRegion implements AutoCloseable {
    /** The size of a huge page on x86-64, and on 64-bit ARM with pages of 4 KiB. */
    private static final long HUGE_PAGE_BYTES = 2L << 20;

    private final Arena arena;
    private final MemorySegment segment;
    private final boolean hugePagesAdvised;

    private MappedRegion(Arena arena, MemorySegment segment, boolean hugePagesAdvised) {
        this.arena = arena;
        this.segment = segment;
        this.hugePagesAdvised = hugePagesAdvised;
    }

    /**
     * Maps a region.
     *
     * @param bytes its size, at least 1
     * @return the region, all zero; the caller closes it
     * @throws IOException if the kernel refuses, mostly with ENOMEM
     */
    public static MappedRegion anonymous(long bytes) throws IOException {
        if (bytes <= 0) {
            throw new IllegalArgumentException("a region of " + bytes + " bytes");
        }
        long page = Libc.getpagesize();
        long alignment = bytes >= HUGE_PAGE_BYTES ? HUGE_PAGE_BYTES : page;
        long usable = roundUp(bytes, page);
        // What lies before the first aligned byte, and the guard, are never made accessible.
        long reserved = Math.addExact(Math.addExact(usable, alignment), page);
        long address = check(Mman.reserve(reserved), bytes);
        Arena arena = Arena.ofShared();
        try {
            MemorySegment memory = adopt(address, reserved, arena);
            MemorySegment pages = memory.asSlice(roundUp(address, alignment) - address, usable);
            check(Mman.mprotect(pages.address(), usable, Mman.PROT_READ | Mman.PROT_WRITE), bytes);
            boolean huge =
                    alignment == HUGE_PAGE_BYTES && Libc.madvise(pages, Madvise.MADV_HUGEPAGE) == 0;
            populate(pages, page);
            return new MappedRegion(arena, pages.asSlice(0, bytes), huge);
        } catch (IOException | RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    /**
     * The memory.
     *
     * @return a segment of the size that was asked for
     */
    public MemorySegment segment() {
        return segment;
    }

    /**
     * Whether the kernel took the advice to use huge pages. It may still give none, when its
     * setting says never or when memory is too fragmented.
     *
     * @return true if it took the advice
     */
    public boolean hugePagesAdvised() {
        return hugePagesAdvised;
    }

    /** Unmaps the memory. A second call does nothing. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }

    @SuppressWarnings("restricted") // the one place where an address becomes memory
    private static MemorySegment adopt(long address, long bytes, Arena arena) {
        return MemorySegment.ofAddress(address)
                .reinterpret(bytes, arena, mapping -> unmap(mapping.address(), bytes));
    }

    private static void unmap(long address, long bytes) {
        int result = Mman.munmap(address, bytes);
        if (result < 0) {
            throw new IllegalStateException(
                    "munmap of " + bytes + " bytes failed: " + Errno.describe(result));
        }
    }

    private static void populate(MemorySegment pages, long page) throws IOException {
        int result = Libc.madvise(pages, Madvise.MADV_POPULATE_WRITE);
        if (result == -Errno.EINVAL) { // before Linux 5.14
            for (long offset = 0; offset < pages.byteSize(); offset += page) {
                pages.set(ValueLayout.JAVA_BYTE, offset, (byte) 0);
            }
        } else {
            check(result, pages.byteSize());
        }
    }

    private static long check(long result, long bytes) throws IOException {
        if (result < 0) {
            throw new IOException(
                    "cannot map a region of "
                            + bytes
                            + " bytes: "
                            + Errno.describe((int) result)
                            + "; ask for less, or see ulimit -v and vm.max_map_count");
        }
        return result;
    }

    private static long roundUp(long value, long powerOfTwo) {
        return Math.addExact(value, powerOfTwo - 1) & -powerOfTwo;
    }
}
