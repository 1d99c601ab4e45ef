package io.tenure.jobs;

import io.tenure.domain.InvalidRequestException;
import io.tenure.format.ActiveJob;
import io.tenure.format.VolumeRecord;
import io.tenure.lease.LeaseLostException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What a job does to the record of its volume: compares, marks, commits, or records that it failed.
 * Only here are records written in a job's name. Belongs to the job's thread.
 */
final class RecordSteps {
    private final JobTask task;
    private final Job job;
    private final JobRequest request;
    private @Nullable Long generationBefore;
    private @Nullable Long generationAfter;
    private boolean marked;
    private boolean commitUnknown;

    RecordSteps(JobTask task) {
        this.task = task;
        this.job = task.job();
        this.request = job.request();
    }

    @Nullable Long generationBefore() {
        return generationBefore;
    }

    @Nullable Long generationAfter() {
        return generationAfter;
    }

    /** Whether nobody knows if the commit is on storage. */
    boolean isCommitUnknown() {
        return commitUnknown;
    }

    /**
     * The record was read under the lease: its generation is to be the expected one, and one that
     * can be left.
     */
    void found(VolumeRecord record) throws IOException {
        long stored = record.generation();
        generationBefore = stored;
        generationAfter = stored;
        Long expected = request.expectedGeneration();
        if (expected != null && expected != stored) {
            throw new GenerationMismatchException(request.volumeId(), expected, stored);
        }
        boolean leavesIt =
                request.recordUse() != RecordUse.NONE && request.recordUse() != RecordUse.DECIDES;
        if (stored == Long.MAX_VALUE && leavesIt) {
            // It never wraps: that would make an old generation valid again.
            throw new InvalidRequestException(
                    "volume "
                            + request.volumeId()
                            + " is at generation "
                            + stored
                            + ", the last one, which no job can leave: copy it to a new volume");
        }
    }

    /** Names the job in the record, before its first byte of data. */
    void mark(JobContext active) throws IOException {
        boolean adjoins = request.recordUse() == RecordUse.ADJOINS;
        if (!adjoins && request.recordUse() != RecordUse.REWRITES) {
            return;
        }
        VolumeRecord record = active.settled(active.record());
        ActiveJob named = active.asActiveJob();
        marked = true; // also if the write errs: storage may have taken it
        active.store()
                .write(
                        active.slotIndex(),
                        adjoins ? record.startedKeepingLegality(named) : record.started(named));
    }

    /** Writes the new generation, if the job has one to write. Durable when it returns. */
    void commit(JobContext active) throws IOException {
        if (request.recordUse() == RecordUse.NONE) {
            return;
        }
        VolumeRecord current = null;
        if (request.recordUse() == RecordUse.CREATES) {
            generationBefore = 0L;
        } else {
            current = readOwn(active);
            if (request.recordUse() == RecordUse.UPDATES) {
                current = active.settled(current);
            } else if (request.recordUse() != RecordUse.DECIDES && !namesThisJob(current)) {
                throw changed();
            }
        }
        VolumeRecord next = job.commit(active, current);
        if (request.recordUse() != RecordUse.DECIDES) {
            writeCommit(active, next);
        } else if (!next.equals(current)) {
            active.leases().sign();
            writeCommit(active, next);
        } else {
            // What is told of it must stay true: its writer may have been cut off before its flush.
            active.store().flush();
        }
        generationAfter = next.generation();
    }

    /** Writes the commit; if the write errs, believes the storage, once it says so durably. */
    private void writeCommit(JobContext active, VolumeRecord next) throws IOException {
        try {
            active.store().write(active.slotIndex(), next);
        } catch (IOException | RuntimeException | Error e) {
            VolumeRecord stored;
            try {
                stored = active.store().read(active.slotIndex()).record().orElse(null);
                if (next.equals(stored)) {
                    active.store().flush();
                }
            } catch (IOException | RuntimeException | Error unreadable) {
                commitUnknown = true;
                generationAfter = null;
                FiveSteps.suppress(e, unreadable);
                throw e;
            }
            if (!next.equals(stored)) {
                throw e;
            }
            task.warn("the commit is on storage although its write reported an error", e);
        }
    }

    /** Takes back what the work left beside the volume, and says in the record that it failed. */
    void fail(JobContext active, FailureKind kind, Throwable cause) {
        try {
            job.rollBack(active);
        } catch (IOException | RuntimeException | Error e) {
            task.warn("taking back what the job left", e);
            FiveSteps.suppress(cause, e);
        }
        if (!marked) {
            return;
        }
        try {
            VolumeRecord current = readOwn(active);
            if (namesThisJob(current)) {
                active.store()
                        .write(active.slotIndex(), current.failed(kind.code(), task.clock().now()));
            }
        } catch (IOException | RuntimeException | Error e) {
            task.warn("recording the failure", e);
            FiveSteps.suppress(cause, e);
        }
    }

    /** The record as it stands on storage, still this job's volume at the validated generation. */
    private VolumeRecord readOwn(JobContext active) throws IOException {
        VolumeRecord current = active.store().read(active.slotIndex()).record().orElse(null);
        VolumeRecord validated = active.record();
        if (current == null
                || !current.volumeId().equals(validated.volumeId())
                || current.generation() != validated.generation()) {
            throw changed();
        }
        return current;
    }

    private boolean namesThisJob(VolumeRecord record) {
        return record.activeJob().map(a -> a.jobId().equals(request.id())).orElse(false);
    }

    private LeaseLostException changed() {
        return new LeaseLostException(
                "the record of volume "
                        + request.volumeId()
                        + " was changed by somebody else while this job held its lease");
    }
}
