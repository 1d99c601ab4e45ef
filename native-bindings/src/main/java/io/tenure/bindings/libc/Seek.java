package io.tenure.bindings.libc;

/** Starting points of lseek(2), from {@code <unistd.h>}. */
public final class Seek {
    /** From the start of the file. */
    public static final int SEEK_SET = 0;

    /** From the current position. */
    public static final int SEEK_CUR = 1;

    /** From the end of the file. */
    public static final int SEEK_END = 2;

    /** To the next data at or after the offset; -ENXIO when there are none. */
    public static final int SEEK_DATA = 3;

    /** To the next hole at or after the offset; the end of the file counts as one. */
    public static final int SEEK_HOLE = 4;

    private Seek() {}
}
