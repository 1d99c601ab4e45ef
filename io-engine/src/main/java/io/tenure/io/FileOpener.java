package io.tenure.io;

import io.tenure.bindings.Errno;
import io.tenure.bindings.libc.Libc;
import io.tenure.bindings.libc.OpenFlags;
import io.tenure.bindings.libc.Statx;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The steps of {@link BlockDevices}: open, look what it is, measure it. */
final class FileOpener {
    /** For the owner and the group, less the umask: a domain's files are shared through a group. */
    private static final int CREATE_MODE = 0660;

    private static final String NO_DIRECT_IO =
            "the file system has no direct I/O, and what lies in the page cache would be written"
                    + " after the lease is gone: put the file on another file system";

    private FileOpener() {}

    static FileDevice open(Path path, Access access) throws TenureIoException {
        String name = path.toString();
        // Looked at before it is opened: opening a pipe waits, opening a tape moves it.
        Statx.Result status = status(Statx.AT_FDCWD, name, 0, name);
        checkType(status, name);
        int flags = OpenFlags.O_CLOEXEC | accessFlags(access, status.isBlockDevice());
        int fd = Libc.open(name, flags | OpenFlags.O_DIRECT, 0);
        if (fd == -Errno.EINVAL) {
            return openBuffered(name, access, flags);
        }
        return finish(checkOpen(fd, name, access), name, access);
    }

    static FileDevice create(Path path, long sizeBytes) throws TenureIoException {
        if (sizeBytes < 0) {
            throw new IllegalArgumentException("negative size " + sizeBytes);
        }
        String name = path.toString();
        int flags =
                OpenFlags.O_RDWR
                        | OpenFlags.O_CREAT
                        | OpenFlags.O_EXCL
                        | OpenFlags.O_CLOEXEC
                        | OpenFlags.O_DIRECT;
        int fd = Libc.open(name, flags, CREATE_MODE);
        if (fd == -Errno.EINVAL) {
            // The kernel creates the file before it finds that it cannot open it this way.
            TenureIoException failure = new TenureIoException("create", name, fd, NO_DIRECT_IO);
            remove(path, failure);
            throw failure;
        }
        if (fd < 0) {
            throw new TenureIoException("create", name, fd, openAdvice(-fd, Access.READ_WRITE));
        }
        try {
            return finishCreated(fd, path, name, sizeBytes);
        } catch (TenureIoException e) {
            remove(path, e);
            throw e;
        }
    }

    private static FileDevice openBuffered(String name, Access access, int flags)
            throws TenureIoException {
        if (access != Access.READ_ONLY) {
            throw new TenureIoException("open", name, Errno.EINVAL, NO_DIRECT_IO);
        }
        int fd = checkOpen(Libc.open(name, flags, 0), name, access);
        try {
            return buffered(fd, name, status(fd, "", Statx.AT_EMPTY_PATH, name));
        } catch (TenureIoException | RuntimeException | Error e) {
            Libc.close(fd);
            throw e;
        }
    }

    private static FileDevice finish(int fd, String name, Access access) throws TenureIoException {
        try {
            Statx.Result status = status(fd, "", Statx.AT_EMPTY_PATH, name);
            checkType(status, name); // again: the name may mean another file by now
            if (status.isBlockDevice()) {
                return new FileDevice(name, fd, DirectAlignment.ofBlock(fd, name, status), true);
            }
            if (DirectAlignment.isRefused(status)) {
                if (access != Access.READ_ONLY) {
                    throw new TenureIoException(
                            "open", name, TenureIoException.NO_ERRNO, NO_DIRECT_IO);
                }
                return buffered(fd, name, status);
            }
            int alignment = DirectAlignment.ofFile(fd, status);
            return new FileDevice(
                    name,
                    fd,
                    DirectAlignment.fileGeometry(status, alignment, status.sizeBytes()),
                    true);
        } catch (TenureIoException | RuntimeException | Error e) {
            Libc.close(fd);
            throw e;
        }
    }

    private static FileDevice finishCreated(int fd, Path path, String name, long sizeBytes)
            throws TenureIoException {
        try {
            Statx.Result status = status(fd, "", Statx.AT_EMPTY_PATH, name);
            if (DirectAlignment.isRefused(status)) {
                throw new TenureIoException(
                        "create", name, TenureIoException.NO_ERRNO, NO_DIRECT_IO);
            }
            Geometry empty =
                    DirectAlignment.fileGeometry(status, DirectAlignment.ofFile(fd, status), 0);
            long roundedBytes = empty.alignUp(sizeBytes);
            int result = Libc.ftruncate(fd, roundedBytes);
            if (result < 0) {
                throw new TenureIoException("set the size of", name, 0, roundedBytes, result, null);
            }
            syncParent(path);
            return new FileDevice(
                    name,
                    fd,
                    new Geometry(
                            roundedBytes,
                            empty.offsetAlignment(),
                            empty.memoryAlignment(),
                            empty.logicalSectorBytes(),
                            false),
                    true);
        } catch (TenureIoException | RuntimeException | Error e) {
            Libc.close(fd);
            throw e;
        }
    }

    private static FileDevice buffered(int fd, String name, Statx.Result status) {
        // The logger is not looked up before: that would cost every start.
        System.getLogger(BlockDevices.class.getName())
                .log(
                        Level.WARNING,
                        "{0} is read through the page cache: its file system has no direct I/O",
                        name);
        return new FileDevice(
                name,
                fd,
                DirectAlignment.fileGeometry(
                        status, DirectAlignment.SMALLEST_BYTES, status.sizeBytes()),
                false);
    }

    private static int accessFlags(Access access, boolean blockDevice) {
        return switch (access) {
            case READ_ONLY -> OpenFlags.O_RDONLY;
            case READ_WRITE -> OpenFlags.O_RDWR;
            case READ_WRITE_EXCLUSIVE ->
                    blockDevice ? OpenFlags.O_RDWR | OpenFlags.O_EXCL : OpenFlags.O_RDWR;
        };
    }

    private static int checkOpen(int fd, String name, Access access) throws TenureIoException {
        if (fd < 0) {
            throw new TenureIoException("open", name, fd, openAdvice(-fd, access));
        }
        return fd;
    }

    private static @Nullable String openAdvice(int errno, Access access) {
        return switch (errno) {
            case Errno.EBUSY -> "it is in use: mounted, or opened exclusively by another program";
            case Errno.EACCES, Errno.EPERM ->
                    access == Access.READ_ONLY
                            ? "this user may not read it"
                            : "this user may not write to it, or it is read-only";
            case Errno.ETXTBSY -> "it is in use as a swap file or a program";
            case Errno.EEXIST -> "nothing is overwritten: choose another name, or remove it first";
            default -> null;
        };
    }

    private static void checkType(Statx.Result status, String name) throws TenureIoException {
        if (!status.isRegularFile() && !status.isBlockDevice()) {
            throw new TenureIoException(
                    "open",
                    name,
                    TenureIoException.NO_ERRNO,
                    "it is neither a block device nor a regular file");
        }
    }

    private static Statx.Result status(int dirfd, String path, int flags, String name)
            throws TenureIoException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = arena.allocate(Statx.LAYOUT);
            int mask = Statx.STATX_BASIC_STATS | Statx.STATX_DIOALIGN;
            int result = Libc.statx(dirfd, path, flags, mask, struct);
            if (result < 0) {
                throw new TenureIoException("open", name, result, null);
            }
            return Statx.decode(struct);
        }
    }

    /** Makes the new name durable, see fsync(2): a flush of the file does not promise that. */
    private static void syncParent(Path path) throws TenureIoException {
        Path parent = path.toAbsolutePath().getParent();
        if (parent == null) {
            return; // the root is no regular file, so open has refused it
        }
        String name = parent.toString();
        int fd =
                Libc.open(
                        name, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0);
        if (fd < 0) {
            throw new TenureIoException("open", name, fd, null);
        }
        int result = Libc.fsync(fd);
        Libc.close(fd);
        // Some file systems have nothing to do here and say so.
        if (result < 0 && result != -Errno.EINVAL) {
            throw new TenureIoException("flush", name, result, null);
        }
    }

    private static void remove(Path path, TenureIoException failure) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
