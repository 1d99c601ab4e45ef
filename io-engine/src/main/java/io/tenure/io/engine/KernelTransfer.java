package io.tenure.io.engine;

import io.tenure.bindings.Errno;
import io.tenure.io.BlockDevice;
import io.tenure.io.Geometry;
import io.tenure.io.TenureIoException;
import io.tenure.io.internal.Transfer;
import org.jspecify.annotations.Nullable;

/**
 * A read or write on its way through the kernel, by as many calls as it takes: what the next call
 * is, and what its result means. Made once for each place in an engine; allocates only for a
 * failure.
 */
final class KernelTransfer {
    /**
     * How often a call is made again that the kernel answers with EAGAIN. Devices do not answer so
     * (the call is not one that must not wait); a bound keeps one that does from holding up a job
     * for ever.
     */
    static final int MOST_REFUSALS = 16;

    private @Nullable IoRequest request;
    private int descriptor;
    private int alignmentBytes;
    private long lengthBytes;
    private long doneBytes;
    private int refusals;

    /**
     * Begins a request that is a read or a write.
     *
     * @param begun the request
     * @param fd the descriptor of its device
     * @return false if there is nothing to do, and the request is noted as over
     * @throws IllegalArgumentException the geometry does not allow the request
     * @throws IndexOutOfBoundsException a write reaches beyond the device
     */
    boolean begin(IoRequest begun, int fd) {
        Geometry geometry = begun.device().geometry();
        if (isRead(begun)) {
            geometry.checkRead(begun.offsetBytes(), begun.memory());
            // Behind a window lies what belongs to nobody. Of a file, the last unit may be
            // incomplete, but is asked for as a whole.
            long leftBytes = Math.max(0, geometry.sizeBytes() - begun.offsetBytes());
            lengthBytes = Math.min(begun.lengthBytes(), geometry.alignUp(leftBytes));
        } else {
            geometry.checkWrite(begun.offsetBytes(), begun.memory());
            lengthBytes = begun.lengthBytes();
        }
        request = begun;
        descriptor = fd;
        alignmentBytes = geometry.offsetAlignment();
        doneBytes = 0;
        refusals = 0;
        return lengthBytes > 0 || !over();
    }

    /** The request that was begun last. */
    IoRequest request() {
        IoRequest begun = request;
        if (begun == null) {
            throw new IllegalStateException("nothing was begun");
        }
        return begun;
    }

    boolean isRead() {
        return isRead(request());
    }

    /** The next call's descriptor. */
    int descriptor() {
        return descriptor;
    }

    /** Where the next call's memory begins. */
    long address() {
        return request().memory().address() + fromBytes();
    }

    /** How much the next call transfers. */
    long restBytes() {
        return lengthBytes - fromBytes();
    }

    /** Where on the device the next call begins. */
    long offsetBytes() {
        return request().offsetBytes() + fromBytes();
    }

    /**
     * Takes the result of a call.
     *
     * @param result bytes transferred, or -errno
     * @return true when the request is over and has noted how; false when a further call is needed
     */
    boolean advance(long result) {
        if (result == -Errno.EINTR) {
            return false;
        }
        if (result == -Errno.EAGAIN && refusals < MOST_REFUSALS) {
            refusals++;
            return false;
        }
        if (result < 0) {
            return fail((int) result);
        }
        refusals = 0;
        long beforeBytes = doneBytes;
        if (isRead()) {
            doneBytes = Transfer.afterRead(doneBytes, result, alignmentBytes);
            return (doneBytes == lengthBytes || doneBytes == beforeBytes) && over();
        }
        doneBytes = Transfer.afterWrite(lengthBytes, doneBytes, result, alignmentBytes);
        return doneBytes < 0 ? fail((int) doneBytes) : doneBytes == lengthBytes && over();
    }

    /**
     * Ends the request by an error.
     *
     * @param errno why, negative
     * @return true
     */
    boolean fail(int errno) {
        IoRequest failed = request();
        BlockDevice device = failed.device();
        failed.fail(
                TenureIoException.of(
                        isRead() ? "read" : "write",
                        device.name(),
                        failed.offsetBytes(),
                        failed.lengthBytes(),
                        errno));
        return true;
    }

    private boolean over() {
        request().succeed(isRead() ? (int) doneBytes : 0);
        return true;
    }

    private long fromBytes() {
        return Transfer.restFrom(doneBytes, alignmentBytes);
    }

    private static boolean isRead(IoRequest request) {
        return request.operation() == IoRequest.Operation.READ;
    }
}
