package io.tenure.bindings.libc;

import io.tenure.bindings.internal.Platform;

/**
 * Flags of open(2), from {@code <fcntl.h>}.
 *
 * <p>x86-64 uses the values of the kernel's asm-generic/fcntl.h; 64-bit ARM has its own for three
 * of them, from arch/arm64/include/uapi/asm/fcntl.h. Since these three are not compile-time
 * constants, never let them into a {@code switch}.
 */
public final class OpenFlags {
    private static final boolean ARM = Platform.current() == Platform.LINUX_AARCH64;

    /** Open for reading only. */
    public static final int O_RDONLY = 0;

    /** Open for writing only. */
    public static final int O_WRONLY = 0x1;

    /** Open for reading and writing. */
    public static final int O_RDWR = 0x2;

    /** Create the file when it is not there. */
    public static final int O_CREAT = 0x40;

    /** With {@link #O_CREAT}: fail when it is there. On a block device: fail when it is in use. */
    public static final int O_EXCL = 0x80;

    /** Cut a regular file to nothing. */
    public static final int O_TRUNC = 0x200;

    /** Every write goes to the end of the file, whatever offset it names. */
    public static final int O_APPEND = 0x400;

    /** Do not block in open(2), nor in reads and writes of pipes and sockets. */
    public static final int O_NONBLOCK = 0x800;

    /** Each write returns when its data are durable. */
    public static final int O_DSYNC = 0x1000;

    /** Each write returns when its data and the file's metadata are durable. */
    public static final int O_SYNC = 0x101000;

    /** Not inherited by programs that this process starts. */
    public static final int O_CLOEXEC = 0x80000;

    /** Do not change the time of last access. */
    public static final int O_NOATIME = 0x40000;

    /** A descriptor that names a file without opening it. */
    public static final int O_PATH = 0x200000;

    /** Bypass the page cache; memory, offset and length must be aligned, see {@link Statx}. */
    public static final int O_DIRECT = ARM ? 0x10000 : 0x4000;

    /** Fail unless it is a directory. */
    public static final int O_DIRECTORY = ARM ? 0x4000 : 0x10000;

    /** Fail when the last part of the path is a symbolic link. */
    public static final int O_NOFOLLOW = ARM ? 0x8000 : 0x20000;

    /** An unnamed file in the given directory. */
    public static final int O_TMPFILE = 0x400000 | O_DIRECTORY;

    private OpenFlags() {}
}
