package io.tenure.io.copy;

import io.tenure.io.BlockDevice;
import io.tenure.io.TenureIoException;
import io.tenure.io.engine.IoGate;
import java.io.IOException;
import java.lang.System.Logger.Level;

/**
 * What a copy does before it moves data: shares storage where that is asked for and possible, or
 * gives the destination storage of its own. In steps under the job's gate, on the caller's thread.
 */
final class Preparation {
    /** 1 GiB: milliseconds on a file system of extents, and a fraction of a second in memory. */
    private static final long STEP_BYTES = 1L << 30;

    /**
     * 64 KiB: the largest block of a file system that shares. Only whole blocks can be shared, or
     * the end of a file with the end of another.
     */
    static final long SHARED_UNIT_BYTES = 64 << 10;

    private final CopyPlan plan;
    private final BlockDevice destination;
    private final IoGate gate;

    Preparation(CopyPlan plan, IoGate gate) {
        this.plan = plan;
        this.destination = plan.destination();
        this.gate = gate;
    }

    /**
     * Shares the source's storage, as far as the plan allows and the devices can.
     *
     * @param progress counts what is shared
     * @return how much of the beginning is shared; the rest has to be copied
     */
    long share(CopyProgress progress) throws IOException {
        if (!mayShare()) {
            return 0;
        }
        long wantedBytes = plan.source().geometry().sizeBytes() & -SHARED_UNIT_BYTES;
        long atBytes = 0;
        while (atBytes < wantedBytes) {
            long stepBytes = Math.min(STEP_BYTES, wantedBytes - atBytes);
            if (!shareStep(atBytes, stepBytes)) {
                if (plan.target().offload() == Offload.ALWAYS) {
                    throw refused(atBytes, stepBytes);
                }
                break;
            }
            progress.addShared(stepBytes);
            atBytes += stepBytes;
        }
        return atBytes;
    }

    /**
     * Gives the destination storage if the plan asks for it.
     *
     * @return where zeroes need not be brought to it
     */
    DestinationMap allocate() throws IOException {
        if (!plan.target().preallocate()) {
            return new DestinationMap(destination, plan.target().state());
        }
        long sizeBytes = destination.geometry().sizeBytes();
        long atBytes = 0;
        while (atBytes < sizeBytes) {
            long stepBytes = Math.min(STEP_BYTES, sizeBytes - atBytes);
            if (!allocateStep(atBytes, stepBytes)) {
                sayThatZeroesAreWritten();
                return DestinationMap.ofNoZeroes(destination);
            }
            atBytes += stepBytes;
        }
        return new DestinationMap(destination, plan.target().state());
    }

    /** The logger is not looked up before: that would cost every start. */
    private void sayThatZeroesAreWritten() {
        System.getLogger(Preparation.class.getName())
                .log(
                        destination.geometry().blockDevice() ? Level.DEBUG : Level.WARNING,
                        "{0} has no call to allocate storage: every zero is written instead",
                        destination.name());
    }

    private boolean mayShare() {
        return switch (plan.target().offload()) {
            case NEVER -> false;
            case AUTO -> plan.check() == CopyPlan.Check.NONE && !plan.target().preallocate();
            case ALWAYS -> true;
        };
    }

    private boolean shareStep(long offsetBytes, long lengthBytes) throws IOException {
        gate.enter();
        try {
            return destination.share(plan.source(), offsetBytes, lengthBytes);
        } finally {
            gate.exit();
        }
    }

    private boolean allocateStep(long offsetBytes, long lengthBytes) throws IOException {
        gate.enter();
        try {
            return destination.allocate(offsetBytes, lengthBytes);
        } finally {
            gate.exit();
        }
    }

    private TenureIoException refused(long offsetBytes, long lengthBytes) {
        return new TenureIoException(
                "share the storage of " + plan.source().name() + " with",
                destination.name(),
                offsetBytes,
                lengthBytes,
                TenureIoException.NO_ERRNO,
                "both have to be files of one file system that can, such as XFS or btrfs: put them"
                        + " on one, or copy without sharing");
    }
}
