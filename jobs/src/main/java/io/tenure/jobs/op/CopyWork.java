package io.tenure.jobs.op;

import io.tenure.domain.InvalidRequestException;
import io.tenure.domain.RefusedException;
import io.tenure.io.BlockDevice;
import io.tenure.io.copy.Copier;
import io.tenure.io.copy.CopyPlan;
import io.tenure.io.copy.CopyProgress;
import io.tenure.io.copy.CopyResult;
import io.tenure.io.copy.CopyTarget;
import io.tenure.io.copy.Offload;
import io.tenure.jobs.DataMoved;
import io.tenure.jobs.JobContext;
import io.tenure.jobs.JobProgress;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Moves the bytes of a job's copies, one after the other, flushes and verifies them, and reports
 * them to the job as one.
 */
final class CopyWork {
    private final JobContext context;
    private final long totalBytes;
    private long doneBytes;
    private DataMoved moved = DataMoved.NONE;

    CopyWork(JobContext context, List<CopyPlan> plans) {
        this.context = context;
        this.totalBytes = plans.stream().mapToLong(CopyWork::totalBytes).sum();
    }

    /** As the progress of each copy counts. */
    private static long totalBytes(CopyPlan plan) {
        long bytes = plan.destination().geometry().sizeBytes();
        return plan.check() == CopyPlan.Check.VERIFY ? 2 * bytes : bytes;
    }

    /** Checks sizes, settings and what the storage can before anything is written. */
    static CopyPlan plan(
            BlockDevice source, BlockDevice destination, CopyTarget target, CopySettings settings)
            throws IOException {
        long sourceBytes = source.geometry().sizeBytes();
        long destinationBytes = destination.geometry().sizeBytes();
        if (sourceBytes > destinationBytes) {
            throw new RefusedException(
                    "the destination is smaller than the source: "
                            + destination.name()
                            + " has "
                            + destinationBytes
                            + " bytes, "
                            + source.name()
                            + " has "
                            + sourceBytes);
        }
        if (target.offload() == Offload.ALWAYS && !destination.canShare(source)) {
            throw new RefusedException(
                    destination.name()
                            + " cannot share the storage of "
                            + source.name()
                            + ": both have to be files of one file system that can, such as XFS or"
                            + " btrfs; put them on one, or copy without sharing");
        }
        try {
            return CopyPlan.of(source, destination)
                    .withTuning(settings.tuning())
                    .withTarget(target)
                    .withCheck(settings.check());
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(e);
        }
    }

    /** Gets all that the copy needs besides the devices, without touching them. */
    static Copier open(List<CopyPlan> plans, JobContext context) throws IOException {
        return Copier.open(plans, context.gate(), context.leases().descriptors());
    }

    /** Copies, flushes, verifies, and ends the copier. */
    void run(Copier opened) throws IOException {
        try (Copier copier = opened) {
            CopyProgress progress = copier.progress();
            long before = doneBytes;
            context.reportProgress(
                    () -> new JobProgress(before + progress.doneBytes(), totalBytes));
            try {
                copier.run();
                copier.flush();
                CopyResult result = copier.verify();
                settle(
                        new DataMoved(
                                result.bytesCopied(),
                                result.bytesZeroed(),
                                result.bytesShared(),
                                result.checksum(),
                                result.bytesVerified(),
                                Optional.of(copier.engine())));
                doneBytes = before + progress.totalBytes();
            } catch (IOException | RuntimeException e) {
                settle(
                        new DataMoved(
                                progress.copiedBytes(),
                                progress.zeroedBytes(),
                                progress.sharedBytes(),
                                OptionalInt.empty(),
                                progress.verifiedBytes(),
                                Optional.of(copier.engine())));
                throw e;
            }
        }
    }

    private void settle(DataMoved more) {
        moved = moved.equals(DataMoved.NONE) ? more : moved.and(more);
        context.accomplished(moved);
    }
}
