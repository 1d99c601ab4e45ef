package io.tenure.io.internal;

import io.tenure.bindings.Errno;
import java.lang.foreign.MemorySegment;

/**
 * Turns calls that may transfer less than asked into whole transfers: as loops of blocking calls,
 * and as the single steps of those loops for engines whose calls do not block.
 *
 * <p>Direct I/O can only go on at an aligned position. A call that stopped within a unit is
 * therefore repeated from the unit's beginning, which transfers the same bytes again and harms
 * nothing.
 */
public final class Transfer {

    /** A call such as pread(2) or pwrite(2). */
    @FunctionalInterface
    public interface Call {
        /**
         * Makes the call.
         *
         * @param fd the file
         * @param memory what is filled or written
         * @param lengthBytes the memory's size
         * @param offsetBytes where in the file
         * @return the count transferred, or -errno
         */
        long transfer(int fd, MemorySegment memory, long lengthBytes, long offsetBytes);
    }

    private Transfer() {}

    /**
     * Reads until the memory is full or the file ends.
     *
     * @param pread the call
     * @param fd the file
     * @param target what to fill
     * @param offsetBytes where in the file
     * @param alignmentBytes the unit
     * @return bytes read, or -errno
     */
    public static long read(
            Call pread, int fd, MemorySegment target, long offsetBytes, int alignmentBytes) {
        long lengthBytes = target.byteSize();
        long doneBytes = 0;
        while (doneBytes < lengthBytes) {
            long fromBytes = restFrom(doneBytes, alignmentBytes);
            long count = call(pread, fd, target, fromBytes, offsetBytes);
            if (count < 0) {
                return count;
            }
            long nowBytes = afterRead(doneBytes, count, alignmentBytes);
            if (nowBytes == doneBytes) {
                return doneBytes;
            }
            doneBytes = nowBytes;
        }
        return doneBytes;
    }

    /**
     * Writes everything.
     *
     * @param pwrite the call
     * @param fd the file
     * @param source what to write
     * @param offsetBytes where in the file
     * @param alignmentBytes the unit
     * @return 0, or -errno; -EIO when the file takes nothing more without saying why
     */
    public static long write(
            Call pwrite, int fd, MemorySegment source, long offsetBytes, int alignmentBytes) {
        long lengthBytes = source.byteSize();
        long doneBytes = 0;
        while (doneBytes < lengthBytes) {
            long count = call(pwrite, fd, source, doneBytes, offsetBytes);
            if (count < 0) {
                return count;
            }
            doneBytes = afterWrite(lengthBytes, doneBytes, count, alignmentBytes);
            if (doneBytes < 0) {
                return doneBytes;
            }
        }
        return 0;
    }

    /**
     * Where the call for the rest begins.
     *
     * @param doneBytes how much was transferred
     * @param alignmentBytes the unit
     * @return at most {@code doneBytes}, aligned
     */
    public static long restFrom(long doneBytes, int alignmentBytes) {
        return doneBytes & -(long) alignmentBytes;
    }

    /**
     * How much was read after one more call.
     *
     * @param doneBytes how much was read before; the call began at {@link #restFrom} of it
     * @param count what the call read
     * @param alignmentBytes the unit
     * @return as before: the file has ended; more: not yet known
     */
    public static long afterRead(long doneBytes, long count, int alignmentBytes) {
        return Math.max(doneBytes, restFrom(doneBytes, alignmentBytes) + count);
    }

    /**
     * How much was written after one more call.
     *
     * @param lengthBytes how much is to be written
     * @param doneBytes how much was written before, aligned; where the call began
     * @param count what the call wrote
     * @param alignmentBytes the unit
     * @return {@code lengthBytes}, or less, aligned; -EIO when the call made no progress
     */
    public static long afterWrite(
            long lengthBytes, long doneBytes, long count, int alignmentBytes) {
        long nowBytes = doneBytes + count;
        if (nowBytes >= lengthBytes) {
            return nowBytes;
        }
        nowBytes = restFrom(nowBytes, alignmentBytes);
        return nowBytes == doneBytes ? -Errno.EIO : nowBytes;
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
}
