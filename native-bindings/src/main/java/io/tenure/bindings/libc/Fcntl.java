package io.tenure.bindings.libc;

/**
 * Commands of fcntl(2), from {@code <fcntl.h>}.
 *
 * <p>Only the locks of open file descriptions are here. The older kind belongs to the process and
 * is lost when any descriptor of the file is closed, by whatever library.
 */
public final class Fcntl {
    /** Returns the descriptor's flags. */
    public static final int F_GETFD = 1;

    /** Sets the descriptor's flags. */
    public static final int F_SETFD = 2;

    /** Returns the open file's access mode and status flags. */
    public static final int F_GETFL = 3;

    /** Sets the open file's status flags. */
    public static final int F_SETFL = 4;

    /** Asks what would conflict with a lock of an open file description, see {@link Flock}. */
    public static final int F_OFD_GETLK = 36;

    /** Sets or frees a lock of an open file description, never waiting, see {@link Flock}. */
    public static final int F_OFD_SETLK = 37;

    /** As {@link #F_OFD_SETLK}, but waits. */
    public static final int F_OFD_SETLKW = 38;

    /** The descriptor flag: not inherited by programs that this process starts. */
    public static final int FD_CLOEXEC = 1;

    private Fcntl() {}
}
