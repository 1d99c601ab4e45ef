package io.tenure.io;

import io.tenure.bindings.Errno;
import java.lang.foreign.MemorySegment;

/**
 * Turns calls that may transfer less than asked into whole transfers.
 *
 * <p>Direct I/O can only go on at an aligned position. A call that stopped within a unit is
 * therefore repeated from the unit's beginning, which transfers the same bytes again and harms
 * nothing.
 */
final class Transfer {

    /** A call such as pread(2) or pwrite(2): the count transferred, or -errno. */
    @FunctionalInterface
    interface Call {
        long transfer(int fd, MemorySegment memory, long lengthBytes, long offsetBytes);
    }

    private Transfer() {}

    /**
     * Reads until the memory is full or the file ends.
     *
     * @return bytes read, or -errno
     */
    static long read(
            Call pread, int fd, MemorySegment target, long offsetBytes, int alignmentBytes) {
        long lengthBytes = target.byteSize();
        long doneBytes = 0;
        while (doneBytes < lengthBytes) {
            long fromBytes = alignDown(doneBytes, alignmentBytes);
            long count = call(pread, fd, target, fromBytes, offsetBytes);
            if (count < 0) {
                return count;
            }
            if (fromBytes + count <= doneBytes) {
                return doneBytes; // nothing new: the end of the file
            }
            doneBytes = fromBytes + count;
        }
        return doneBytes;
    }

    /**
     * Writes everything.
     *
     * @return 0, or -errno; -EIO when the file takes nothing more without saying why
     */
    static long write(
            Call pwrite, int fd, MemorySegment source, long offsetBytes, int alignmentBytes) {
        long lengthBytes = source.byteSize();
        long doneBytes = 0;
        while (doneBytes < lengthBytes) {
            long count = call(pwrite, fd, source, doneBytes, offsetBytes);
            if (count < 0) {
                return count;
            }
            long nowBytes = doneBytes + count;
            if (nowBytes < lengthBytes) {
                nowBytes = alignDown(nowBytes, alignmentBytes);
                if (nowBytes == doneBytes) {
                    return -Errno.EIO;
                }
            }
            doneBytes = nowBytes;
        }
        return 0;
    }

    private static long call(
            Call call, int fd, MemorySegment memory, long fromBytes, long offsetBytes) {
        // The whole segment, as is, in the normal case: a slice would be an allocation.
        MemorySegment rest = fromBytes == 0 ? memory : memory.asSlice(fromBytes);
        long count;
        do {
            count = call.transfer(fd, rest, rest.byteSize(), offsetBytes + fromBytes);
        } while (count == -Errno.EINTR);
        return count;
    }

    private static long alignDown(long bytes, int alignmentBytes) {
        return bytes & -(long) alignmentBytes;
    }
}
