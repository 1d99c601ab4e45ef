package io.tenure.bindings.libc;

/**
 * Modes of fallocate(2), from {@code <linux/falloc.h>}. Mode 0 allocates the range and grows the
 * file when the range ends beyond it.
 */
public final class Fallocate {
    /** Leave the file's size as it is. */
    public static final int FALLOC_FL_KEEP_SIZE = 0x01;

    /** Free the range, which then reads as zero; only with {@link #FALLOC_FL_KEEP_SIZE}. */
    public static final int FALLOC_FL_PUNCH_HOLE = 0x02;

    /**
     * Cut the range out; what follows moves down. Offset and length in whole file system blocks.
     */
    public static final int FALLOC_FL_COLLAPSE_RANGE = 0x08;

    /** Make the range read as zero and keep it allocated. */
    public static final int FALLOC_FL_ZERO_RANGE = 0x10;

    /** Insert a hole; what follows moves up. Offset and length in whole file system blocks. */
    public static final int FALLOC_FL_INSERT_RANGE = 0x20;

    /** Give blocks that are shared with a clone their own copy. */
    public static final int FALLOC_FL_UNSHARE_RANGE = 0x40;

    private Fallocate() {}
}
