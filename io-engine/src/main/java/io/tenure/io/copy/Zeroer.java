package io.tenure.io.copy;

import io.tenure.io.BlockDevice;
import io.tenure.io.Geometry;
import io.tenure.io.TenureIoException;
import io.tenure.io.Zeroing;
import io.tenure.io.engine.IoGate;
import java.io.IOException;
import java.util.Objects;

/**
 * Makes a device, or a range of it, read as zero, in steps under the job's gate: all at once with
 * {@link #run}, or one after the other with {@link #step}, for who has something to do in between.
 *
 * <p>Both run on the caller's thread; {@link #progress} may be looked at by any thread. The device
 * stays the caller's.
 */
public final class Zeroer {

    /**
     * 64 MiB: a step that the device does by itself takes milliseconds; one that the kernel has to
     * write out delays an abort by well under a second on any device worth using.
     */
    public static final long STEP_BYTES = 64L << 20;

    private final BlockDevice device;
    private final Zeroing zeroing;
    private final IoGate gate;
    private final CopyProgress progress;
    private final long startBytes;
    private boolean started;

    /**
     * Creates a zeroer of a whole device, which has not touched it yet.
     *
     * @param device what to zero
     * @param zeroing what may become of its storage
     * @param gate the job's gate
     */
    public Zeroer(BlockDevice device, Zeroing zeroing, IoGate gate) {
        this(device, 0, device.geometry().sizeBytes(), zeroing, gate);
    }

    /**
     * Creates a zeroer of a range, which has not touched it yet.
     *
     * @param device what to zero
     * @param offsetBytes where the range begins, a multiple of the device's alignment
     * @param lengthBytes how long it is
     * @param zeroing what may become of its storage
     * @param gate the job's gate
     */
    public Zeroer(
            BlockDevice device, long offsetBytes, long lengthBytes, Zeroing zeroing, IoGate gate) {
        Objects.checkFromIndexSize(offsetBytes, lengthBytes, device.geometry().sizeBytes());
        this.device = device;
        this.startBytes = offsetBytes;
        this.zeroing = zeroing;
        this.gate = gate;
        this.progress = new CopyProgress(lengthBytes);
    }

    /**
     * How far it has come.
     *
     * @return counters that {@link #run} and {@link #step} move
     */
    public CopyProgress progress() {
        return progress;
    }

    /**
     * Zeroes all that is left. The device is not flushed: see {@link #flush}.
     *
     * @throws io.tenure.io.engine.GateClosedException the gate was closed; a part is zeroed
     * @throws IOException the device failed; or the range's end cannot be written, which is found
     *     first
     * @throws IllegalStateException it ran before
     */
    public void run() throws IOException {
        if (started) {
            throw new IllegalStateException("a zeroer runs once");
        }
        gate.check();
        boolean more = true;
        while (more) {
            more = step(STEP_BYTES);
        }
    }

    /**
     * Zeroes the next piece of the range.
     *
     * @param maximumBytes its size, unless the range ends before: a multiple of the device's
     *     alignment
     * @return false when the whole range is zeroed
     * @throws io.tenure.io.engine.GateClosedException the gate was closed; a part is zeroed
     * @throws IOException as {@link #run} does
     */
    public boolean step(long maximumBytes) throws IOException {
        started = true;
        checkEnd();
        long leftBytes = progress.totalBytes() - progress.doneBytes();
        long stepBytes = Math.min(maximumBytes, leftBytes);
        if (leftBytes == 0) {
            return false;
        }
        gate.enter();
        try {
            device.zero(startBytes + progress.doneBytes(), stepBytes, zeroing);
        } finally {
            gate.exit();
        }
        progress.addZeroed(stepBytes);
        return stepBytes < leftBytes;
    }

    /**
     * Makes the device durable, under the gate.
     *
     * @throws IOException the gate is closed, or the device failed
     */
    public void flush() throws IOException {
        gate.enter();
        try {
            device.flush();
        } finally {
            gate.exit();
        }
    }

    private void checkEnd() throws TenureIoException {
        Geometry geometry = device.geometry();
        long endBytes = startBytes + progress.totalBytes();
        if (!geometry.isAligned(endBytes)) {
            throw new TenureIoException(
                    "zero",
                    device.name(),
                    TenureIoException.NO_ERRNO,
                    "its size of %d bytes is not a multiple of %d, so its end cannot be written"
                            .formatted(endBytes, geometry.offsetAlignment()));
        }
    }
}
