package io.tenure.jobs.op;

import io.tenure.io.BlockDevice;
import io.tenure.io.Zeroing;
import io.tenure.io.copy.Zeroer;
import io.tenure.jobs.JobContext;
import io.tenure.jobs.JobProgress;
import java.io.IOException;

/**
 * The passes of a job that zeroes: each over one range of one device, in paced steps under the
 * job's gate. Reports to the job how far they are together. For one thread.
 */
final class ZeroWork {
    private final JobContext context;
    private final BlockDevice device;
    private final Pace pace;
    private volatile long doneBytes;

    /**
     * Has not touched the device yet.
     *
     * @param context the job's surroundings
     * @param device what is zeroed; stays the job's
     * @param settings how
     * @param totalBytes the lengths of all passes together
     */
    ZeroWork(JobContext context, BlockDevice device, ZeroSettings settings, long totalBytes) {
        this.context = context;
        this.device = device;
        this.pace = new Pace(settings.rateLimitBytesPerSecond(), context.clock(), context.gate());
        context.reportProgress(() -> new JobProgress(doneBytes, totalBytes));
    }

    /** A pass that makes a range read as zero; not flushed. */
    void zero(long offsetBytes, long lengthBytes, Zeroing zeroing) throws IOException {
        Zeroer zeroer = new Zeroer(device, offsetBytes, lengthBytes, zeroing, context.gate());
        boolean more = true;
        while (more) {
            long before = zeroer.progress().doneBytes();
            more = zeroer.step(stepBytes());
            advance(zeroer.progress().doneBytes() - before);
        }
    }

    /** A pass that tells the device to give up the content of a range, whatever it reads then. */
    void discard(long offsetBytes, long lengthBytes) throws IOException {
        long leftBytes = lengthBytes;
        while (leftBytes > 0) {
            long step = Math.min(stepBytes(), leftBytes);
            context.gate().enter();
            try {
                device.discard(offsetBytes + lengthBytes - leftBytes, step);
            } finally {
                context.gate().exit();
            }
            leftBytes -= step;
            advance(step);
        }
    }

    /** Makes durable what the passes before have done. */
    void flush() throws IOException {
        context.gate().enter();
        try {
            device.flush();
        } finally {
            context.gate().exit();
        }
    }

    private long stepBytes() {
        return pace.stepBytes(device.geometry().offsetAlignment());
    }

    // Only the job's thread counts; any thread may look.
    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void advance(long bytes) throws IOException {
        doneBytes += bytes;
        pace.did(bytes);
    }
}
