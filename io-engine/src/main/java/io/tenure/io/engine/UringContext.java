package io.tenure.io.engine;

import io.tenure.bindings.Errno;
import io.tenure.bindings.uring.CompletionQueue;
import io.tenure.bindings.uring.Ring;
import io.tenure.bindings.uring.Sqe;
import io.tenure.bindings.uring.SubmissionQueue;
import io.tenure.io.TenureIoException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * One io_uring with its tables of files and buffers: what is in a table is used by its place there,
 * anything else by descriptor and address. Used by one thread at a time.
 */
final class UringContext implements AutoCloseable {
    /** 64: a few devices and leases for one job, with room to spare; a place costs 8 bytes. */
    private static final int FILE_PLACES = 64;

    /** 16: one is the rule, the copy's buffers. */
    private static final int BUFFER_PLACES = 16;

    private static final int NOT_THERE = -1;

    /** The one call that submits and waits, see {@link Ring#enter}. */
    @FunctionalInterface
    interface Enter {
        int enter(Ring ring, int minimum);
    }

    private final Ring ring;
    private final Enter enter;
    private final SubmissionQueue submissions;
    private final CompletionQueue completions;
    private final int[] files = new int[FILE_PLACES]; // descriptors, by place
    private final MemorySegment[] buffers = new MemorySegment[BUFFER_PLACES]; // by place
    private int fileCount;
    private int bufferCount;
    private final int filePlaces;
    private final int bufferPlaces;

    UringContext(int depth, Enter enter) throws IOException {
        this.enter = enter;
        ring = Ring.open(depth);
        submissions = ring.submissions();
        completions = ring.completions();
        // Before Linux 5.19 there are no empty tables, and everything goes the plain way.
        filePlaces = ring.createFileTable(FILE_PLACES) < 0 ? 0 : FILE_PLACES;
        bufferPlaces = ring.createBufferTable(BUFFER_PLACES) < 0 ? 0 : BUFFER_PLACES;
    }

    /**
     * Puts a file into the table. The ring holds it open from now on.
     *
     * @return 0, or -errno: -ENFILE when the table is full or the kernel has none
     */
    int addFile(int descriptor) {
        if (placeOf(descriptor) != NOT_THERE) {
            return 0;
        }
        if (fileCount == filePlaces) {
            return -Errno.ENFILE;
        }
        int result = ring.putFile(fileCount, descriptor);
        if (result < 0) {
            return result;
        }
        files[fileCount] = descriptor;
        fileCount++;
        return 0;
    }

    /** Puts memory into the table, if there is room for it and the kernel may lock it. */
    void addBuffer(MemorySegment memory) {
        if (bufferCount < bufferPlaces && ring.putBuffer(bufferCount, memory) >= 0) {
            buffers[bufferCount] = memory;
            bufferCount++;
        }
    }

    /** Fills the next entry with the next call of a request. */
    void prepare(int place, KernelTransfer transfer) {
        long address = transfer.address();
        long restBytes = transfer.restBytes();
        Sqe sqe = submissions.next();
        if (transfer.isRead()) {
            sqe.read(address, restBytes, transfer.offsetBytes());
        } else {
            sqe.write(address, restBytes, transfer.offsetBytes());
        }
        int file = placeOf(transfer.descriptor());
        if (file != NOT_THERE) {
            sqe.onFile(file);
        } else {
            sqe.onDescriptor(transfer.descriptor());
        }
        int buffer = bufferOf(address, restBytes);
        if (buffer != NOT_THERE) {
            sqe.inBuffer(buffer);
        }
        sqe.userData(place);
    }

    /**
     * Gives the kernel what was prepared, and waits for completions. What the kernel does not take
     * is no longer prepared.
     *
     * @return how many were left, the last ones that were prepared; or -errno when the kernel took
     *     none, and then all were left
     */
    int exchange(int prepared, int minimum) {
        int result = enter.enter(ring, minimum);
        int left = submissions.withdraw();
        return result < 0 && left == prepared ? result : left;
    }

    /** Whether a completion waits: see {@link #place} and {@link #result}. */
    boolean hasCompletion() {
        return completions.ready() > 0;
    }

    /** Where the first waiting completion was prepared. */
    int place() {
        return (int) completions.userData();
    }

    /** Bytes transferred, or -errno. */
    int result() {
        return completions.result();
    }

    /** Goes to the next completion. */
    void advance() {
        completions.advance();
    }

    @Override
    public void close() {
        ring.close();
    }

    /** What is said when a lease's connection or lock cannot be bound. */
    static TenureIoException unbound(int descriptor, int errno) {
        return new TenureIoException(
                "bind",
                "an io_uring to the lease's descriptor " + descriptor,
                errno,
                "choose another engine");
    }

    private int placeOf(int descriptor) {
        for (int i = 0; i < fileCount; i++) { // a few: no map is faster
            if (files[i] == descriptor) {
                return i;
            }
        }
        return NOT_THERE;
    }

    private int bufferOf(long address, long lengthBytes) {
        for (int i = 0; i < bufferCount; i++) {
            long fromBytes = address - buffers[i].address();
            if (fromBytes >= 0 && fromBytes <= buffers[i].byteSize() - lengthBytes) {
                return i;
            }
        }
        return NOT_THERE;
    }
}
