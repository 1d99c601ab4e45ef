package io.tenure.jobs.op;

import io.tenure.io.BlockDevice;
import io.tenure.io.Zeroing;
import io.tenure.io.copy.RateLimiter;
import io.tenure.io.copy.Zeroer;
import io.tenure.jobs.JobContext;
import io.tenure.jobs.JobProgress;
import java.io.IOException;

/**
 * The passes of a job that zeroes: each over one range of one device, in steps under the job's gate
 * and within its rate. Reports to the job how far they are together. For one thread.
 */
final class ZeroWork {
    private final JobContext context;
    private final BlockDevice device;
    private final RateLimiter limiter;
    private final long largestStepBytes;
    private volatile long doneBytes;

    /** A part of a pass. */
    @FunctionalInterface
    private interface Step {
        void run(long fromBytes, long stepBytes) throws IOException;
    }

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
        this.limiter = new RateLimiter(settings.rateLimitBytesPerSecond(), context.clock());
        this.largestStepBytes =
                limiter.pieceBytes(Zeroer.STEP_BYTES, device.geometry().offsetAlignment());
        context.reportProgress(() -> new JobProgress(doneBytes, totalBytes));
    }

    /** A pass that makes a range read as zero; not flushed. */
    void zero(long offsetBytes, long lengthBytes, Zeroing zeroing) throws IOException {
        Zeroer zeroer = new Zeroer(device, offsetBytes, lengthBytes, zeroing, context.gate());
        inSteps(lengthBytes, (fromBytes, stepBytes) -> zeroer.step(stepBytes));
    }

    /** A pass that tells the device to give up the content of a range, whatever it reads then. */
    void discard(long offsetBytes, long lengthBytes) throws IOException {
        inSteps(
                lengthBytes,
                (fromBytes, stepBytes) -> {
                    context.gate().enter();
                    try {
                        device.discard(offsetBytes + fromBytes, stepBytes);
                    } finally {
                        context.gate().exit();
                    }
                });
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

    // Only the job's thread counts; any thread may look.
    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void inSteps(long lengthBytes, Step step) throws IOException {
        long fromBytes = 0;
        while (fromBytes < lengthBytes) {
            long stepBytes = Math.min(largestStepBytes, lengthBytes - fromBytes);
            limiter.await(stepBytes, context.gate());
            step.run(fromBytes, stepBytes);
            fromBytes += stepBytes;
            doneBytes += stepBytes;
        }
    }
}
