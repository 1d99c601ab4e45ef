package io.tenure.bindings.libc;

/** Advice for madvise(2), from {@code <sys/mman.h>} and {@code <linux/mman.h>}. */
public final class Madvise {
    /** Free the pages; anonymous memory reads as zero afterwards. */
    public static final int MADV_DONTNEED = 4;

    /** Leave the memory out of a forked child. */
    public static final int MADV_DONTFORK = 10;

    /** Use huge pages where possible. */
    public static final int MADV_HUGEPAGE = 14;

    /** Never use huge pages. */
    public static final int MADV_NOHUGEPAGE = 15;

    /** Leave the memory out of a core dump. */
    public static final int MADV_DONTDUMP = 16;

    /** Make all pages present and writable now; since Linux 5.14. */
    public static final int MADV_POPULATE_WRITE = 23;

    private Madvise() {}
}
