package io.tenure.io.copy;

import io.tenure.io.BlockDevice;
import io.tenure.io.Geometry;
import io.tenure.io.TenureIoException;
import io.tenure.io.Zeroing;
import io.tenure.io.engine.IoGate;
import java.io.IOException;

/**
 * Makes a whole device read as zero, in steps under the job's gate.
 *
 * <p>{@link #run} runs on the caller's thread, once; {@link #progress} may be looked at by any
 * thread. The device stays the caller's.
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
    private boolean started;

    /**
     * Creates a zeroer, which has not touched the device yet.
     *
     * @param device what to zero
     * @param zeroing what may become of its storage
     * @param gate the job's gate
     */
    public Zeroer(BlockDevice device, Zeroing zeroing, IoGate gate) {
        this.device = device;
        this.zeroing = zeroing;
        this.gate = gate;
        this.progress = new CopyProgress(device.geometry().sizeBytes());
    }

    /**
     * How far it has come.
     *
     * @return counters that {@link #run} moves
     */
    public CopyProgress progress() {
        return progress;
    }

    /**
     * Zeroes. The device is not flushed: see {@link #flush}.
     *
     * @throws io.tenure.io.engine.GateClosedException the gate was closed; a part is zeroed
     * @throws IOException the device failed; or its end cannot be written, which is found first
     * @throws IllegalStateException it ran before
     */
    public void run() throws IOException {
        if (started) {
            throw new IllegalStateException("a zeroer runs once");
        }
        started = true;
        gate.check();
        checkSize();
        long sizeBytes = progress.totalBytes();
        long atBytes = 0;
        while (atBytes < sizeBytes) {
            long stepBytes = Math.min(STEP_BYTES, sizeBytes - atBytes);
            gate.enter();
            try {
                device.zero(atBytes, stepBytes, zeroing);
            } finally {
                gate.exit();
            }
            atBytes += stepBytes;
            progress.addZeroed(stepBytes);
        }
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

    private void checkSize() throws TenureIoException {
        Geometry geometry = device.geometry();
        if (!geometry.isAligned(geometry.sizeBytes())) {
            throw new TenureIoException(
                    "zero",
                    device.name(),
                    TenureIoException.NO_ERRNO,
                    "its size of %d bytes is not a multiple of %d, so its end cannot be written"
                            .formatted(geometry.sizeBytes(), geometry.offsetAlignment()));
        }
    }
}
