package io.tenure.bindings.uring;

import io.tenure.bindings.Errno;
import io.tenure.bindings.ErrnoCapture;
import io.tenure.bindings.libc.Libc;
import io.tenure.bindings.libc.SharedMapping;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * One io_uring: its two queues, its tables of files and buffers, and the mappings behind them.
 *
 * <p><b>Threads.</b> Whoever enters first is the ring's submitter; on kernels since 6.0 any other
 * thread's calls then fail with {@code -EEXIST}. Before that, any thread may register.
 *
 * <p><b>Lifetime.</b> What was submitted goes on when the ring is closed, and when the process
 * ends; nothing waits for it. So whoever closes has seen the completion of every request before.
 * Files in the ring's table stay open until the ring is gone, and that is after its requests.
 */
public final class Ring implements AutoCloseable {
    /** What to ask for, best first; a kernel that lacks a flag answers EINVAL. */
    static final List<Integer> FLAGS =
            List.of(
                    IoUringParams.IORING_SETUP_R_DISABLED
                            | IoUringParams.IORING_SETUP_SUBMIT_ALL
                            | IoUringParams.IORING_SETUP_SINGLE_ISSUER
                            | IoUringParams.IORING_SETUP_DEFER_TASKRUN
                            | NewerSetupFlags.IORING_SETUP_NO_SQARRAY,
                    IoUringParams.IORING_SETUP_R_DISABLED
                            | IoUringParams.IORING_SETUP_SUBMIT_ALL
                            | IoUringParams.IORING_SETUP_SINGLE_ISSUER
                            | IoUringParams.IORING_SETUP_DEFER_TASKRUN,
                    IoUringParams.IORING_SETUP_R_DISABLED
                            | IoUringParams.IORING_SETUP_SUBMIT_ALL
                            | IoUringParams.IORING_SETUP_COOP_TASKRUN,
                    IoUringParams.IORING_SETUP_R_DISABLED);

    private static final int CLOSED = -1;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment errno = ErrnoCapture.allocate(arena);
    private final SharedMapping rings;
    private final SharedMapping entries;
    private final SubmissionQueue submissions;
    private final CompletionQueue completions;
    private int fd;
    private boolean enabled;

    private Ring(
            int fd, int flags, MemorySegment params, SharedMapping rings, SharedMapping entries) {
        this.fd = fd;
        this.rings = rings;
        this.entries = entries;
        submissions = new SubmissionQueue(rings.segment(), entries.segment(), params);
        completions = new CompletionQueue(rings.segment(), params);
        if (hasArray(flags)) {
            submissions.fillArray(IoUringParams.submissionOffset(params, "array"));
        }
    }

    /**
     * Makes a ring.
     *
     * @param entryCount how many requests its submission queue holds, at least 1; rounded up to a
     *     power of two. The completion queue holds twice as many.
     * @return the ring; the caller closes it
     * @throws IOException the kernel refuses, and why
     */
    public static Ring open(int entryCount) throws IOException {
        return open(entryCount, FLAGS);
    }

    /** Makes a ring with the first set of flags that the kernel knows. */
    static Ring open(int entryCount, List<Integer> candidates) throws IOException {
        int result = -Errno.EINVAL;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = ErrnoCapture.allocate(arena);
            for (int flags : candidates) {
                MemorySegment params = arena.allocate(IoUringParams.LAYOUT);
                IoUringParams.setFlags(params, flags);
                result = IoUring.setup(errno, entryCount, params);
                if (result >= 0) {
                    return adopt(result, flags, params);
                }
                if (result != -Errno.EINVAL) {
                    break;
                }
            }
        }
        throw new IOException(
                "cannot make an io_uring of "
                        + entryCount
                        + " entries: "
                        + Errno.describe(result)
                        + advice(-result));
    }

    /**
     * The queue of what is to be submitted.
     *
     * @return valid until the ring is closed
     */
    public SubmissionQueue submissions() {
        return submissions;
    }

    /**
     * The queue of what has completed.
     *
     * @return valid until the ring is closed
     */
    public CompletionQueue completions() {
        return completions;
    }

    /**
     * Gives the published entries to the kernel, lets it do its deferred work, and waits for
     * completions.
     *
     * @param minComplete how many completions must be in the queue before it returns; 0 does not
     *     wait
     * @return how many entries the kernel has taken, or -errno: -EINTR after a signal, -EAGAIN when
     *     it has no memory for a request, -EBUSY when completions must be taken first. After an
     *     error nothing was taken.
     */
    public int enter(int minComplete) {
        if (!enabled) {
            int result = register(IoUring.IORING_REGISTER_ENABLE_RINGS, MemorySegment.NULL, 0);
            if (result < 0) {
                return result;
            }
            enabled = true;
        }
        submissions.publish();
        return IoUring.enter(
                errno, fd, submissions.pending(), minComplete, IoUring.IORING_ENTER_GETEVENTS);
    }

    /**
     * Makes an empty table of files. Only once for a ring.
     *
     * @param places how many files it can hold
     * @return 0, or -errno: -EINVAL before Linux 5.19
     */
    public int createFileTable(int places) {
        return createTable(IoUring.IORING_REGISTER_FILES2, places);
    }

    /**
     * Puts a file into the table. The ring then holds it open by itself, whatever becomes of the
     * descriptor.
     *
     * @param place where in the table
     * @param descriptor the file
     * @return a positive number, or -errno
     */
    public int putFile(int place, int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocateFrom(ValueLayout.JAVA_INT, descriptor);
            return update(IoUring.IORING_REGISTER_FILES_UPDATE2, place, data, arena);
        }
    }

    /**
     * Makes an empty table of buffers. Only once for a ring.
     *
     * @param places how many buffers it can hold
     * @return 0, or -errno: -EINVAL before Linux 5.19
     */
    public int createBufferTable(int places) {
        return createTable(IoUring.IORING_REGISTER_BUFFERS2, places);
    }

    /**
     * Puts memory into the table: its pages are pinned and looked up once instead of for each
     * request. The memory stays the caller's, and must not be unmapped before the ring is closed.
     *
     * @param place where in the table
     * @param memory native memory, at most 1 GiB
     * @return a positive number, or -errno: -ENOMEM beyond the limit of locked memory
     */
    public int putBuffer(int place, MemorySegment memory) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = RsrcRegister.iovec(arena, memory);
            return update(IoUring.IORING_REGISTER_BUFFERS_UPDATE, place, data, arena);
        }
    }

    /**
     * Lets go of files and memory, unmaps the queues and closes the ring. Nothing may be in flight.
     * Closing again does nothing.
     */
    @Override
    public void close() {
        if (fd == CLOSED) {
            return;
        }
        int closing = fd;
        // The kernel lets go of both by itself, but later. Without a table this is -ENXIO.
        register(IoUring.IORING_UNREGISTER_FILES, MemorySegment.NULL, 0);
        register(IoUring.IORING_UNREGISTER_BUFFERS, MemorySegment.NULL, 0);
        fd = CLOSED;
        entries.close();
        rings.close();
        Libc.close(
                closing); // no error is possible that would matter: nothing was written through it
    }

    /** Maps the queues of a new ring; closes it when that fails. */
    private static Ring adopt(int fd, int flags, MemorySegment params) throws IOException {
        SharedMapping rings = null;
        try {
            int needed = IoUringParams.IORING_FEAT_SINGLE_MMAP | IoUringParams.IORING_FEAT_NODROP;
            if ((IoUringParams.features(params) & needed) != needed) {
                throw new IOException("this kernel's io_uring is too old: Linux 5.10 is needed");
            }
            rings =
                    SharedMapping.of(
                            fd, ringBytes(flags, params), IoUringParams.IORING_OFF_SQ_RING);
            SharedMapping entries =
                    SharedMapping.of(
                            fd,
                            IoUringParams.submissionEntries(params) * Sqe.LAYOUT.byteSize(),
                            IoUringParams.IORING_OFF_SQES);
            return new Ring(fd, flags, params, rings, entries);
        } catch (IOException | RuntimeException | Error e) {
            if (rings != null) {
                rings.close();
            }
            Libc.close(fd);
            throw e;
        }
    }

    /** The end of the last part of the mapping that holds both rings. */
    private static long ringBytes(int flags, MemorySegment params) {
        long completionEndBytes =
                IoUringParams.completionOffset(params, "cqes")
                        + IoUringParams.completionEntries(params) * Cqe.LAYOUT.byteSize();
        if (!hasArray(flags)) {
            return completionEndBytes;
        }
        long arrayEndBytes =
                IoUringParams.submissionOffset(params, "array")
                        + (long) IoUringParams.submissionEntries(params) * Integer.BYTES;
        return Math.max(completionEndBytes, arrayEndBytes);
    }

    private static boolean hasArray(int flags) {
        return (flags & NewerSetupFlags.IORING_SETUP_NO_SQARRAY) == 0;
    }

    private static String advice(int errno) {
        return switch (errno) {
            case Errno.EPERM, Errno.ENOSYS, Errno.EACCES ->
                    ": it is switched off; see the setting kernel.io_uring_disabled, and the"
                            + " container's seccomp profile";
            case Errno.EINVAL -> ": Linux 5.10 or newer is needed";
            case Errno.ENOMEM -> ": see ulimit -l";
            default -> "";
        };
    }

    private int createTable(int operation, int places) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = RsrcRegister.emptyTable(arena, places);
            return register(operation, struct, (int) struct.byteSize());
        }
    }

    private int update(int operation, int place, MemorySegment data, Arena arena) {
        MemorySegment struct = RsrcRegister.onePlace(arena, place, data);
        return register(operation, struct, (int) struct.byteSize());
    }

    private int register(int operation, MemorySegment argument, int count) {
        return IoUring.register(errno, fd, operation, argument, count);
    }
}
