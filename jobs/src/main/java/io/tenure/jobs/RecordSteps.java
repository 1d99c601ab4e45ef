package io.tenure.jobs;

import io.tenure.domain.InvalidRequestException;
import io.tenure.domain.LeaseCheck;
import io.tenure.domain.Volume;
import io.tenure.format.ActiveJob;
import io.tenure.format.Quarantine;
import io.tenure.format.VolumeRecord;
import io.tenure.format.VolumeSlot;
import io.tenure.lease.LeaseClaim;
import io.tenure.lease.LeaseLostException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a job does to the record of one volume: compares, marks, commits, or records that it failed.
 * Only here are records written in a job's name. Belongs to the job's thread.
 */
final class RecordSteps {
    private final JobTask task;
    private final Job job;
    private final JobRequest request;
    private final JobTarget target;
    private @Nullable Volume seen;
    private @Nullable Long generationBefore;
    private @Nullable Long generationAfter;
    private boolean marked;
    private boolean committed;
    private boolean commitUnknown;

    RecordSteps(JobTask task, JobTarget target) {
        this.task = task;
        this.job = task.job();
        this.request = job.request();
        this.target = target;
    }

    JobTarget target() {
        return target;
    }

    VolumeResult result() {
        return new VolumeResult(
                target.domain().id(),
                target.volumeId(),
                generationBefore,
                generationAfter,
                committed);
    }

    /** Whether the commit is on storage. */
    boolean isCommitted() {
        return committed;
    }

    /** Whether nobody knows if the commit is on storage. */
    boolean isCommitUnknown() {
        return commitUnknown;
    }

    /** What the job needs leases for, by what storage says without any. */
    List<LeaseClaim> claims() throws IOException {
        if (request.recordUse() != RecordUse.CREATES) {
            seen = target.domain().find(target.volumeId());
        }
        return job.claims(seen);
    }

    /** Reads the record under the lease, and compares. */
    void validate(JobContext active) throws IOException {
        Volume volume = seen;
        if (volume == null) {
            return;
        }
        // What is read now must not be taken back by a crash: its writer may have been cut off
        // before its flush, and everything that follows is built on it.
        active.store().flush();
        VolumeSlot slot = active.store().read(volume.slotIndex());
        VolumeRecord record = target.domain().requireIn(slot, target.volumeId());
        LateWrites late = new LateWrites(target.domain(), active.leaseManagers());
        Quarantine suspect = late.suspect(record);
        active.validated(slot, record, suspect);
        found(record);
        if (suspect != null && !job.isAllowedInQuarantine()) {
            throw LateWrites.refusal(record, suspect);
        }
    }

    /** The generation is to be the expected one, and one that can be left. */
    private void found(VolumeRecord record) throws IOException {
        long stored = record.generation();
        generationBefore = stored;
        generationAfter = stored;
        Long expected = target.expectedGeneration();
        if (expected != null && expected != stored) {
            throw new GenerationMismatchException(target.volumeId(), expected, stored);
        }
        boolean leavesIt =
                request.recordUse() != RecordUse.NONE && request.recordUse() != RecordUse.DECIDES;
        if (stored == Long.MAX_VALUE && leavesIt) {
            // It never wraps: that would make an old generation valid again.
            throw new InvalidRequestException(
                    "volume "
                            + target.volumeId()
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
                        active.slot(),
                        adjoins ? record.startedKeepingLegality(named) : record.started(named),
                        active.leases()::verify);
    }

    /** Writes the new generation, if the job has one to write. Durable when it returns. */
    void commit(JobContext active) throws IOException {
        if (request.recordUse() == RecordUse.NONE) {
            active.leases().verify();
            committed = true;
            return;
        }
        VolumeSlot base = active.store().read(active.slotIndex());
        active.found(base);
        VolumeRecord current = null;
        if (request.recordUse() == RecordUse.CREATES) {
            generationBefore = 0L;
            if (!base.isFree()) {
                throw changed();
            }
        } else {
            current = requireOwn(active, base);
            if (request.recordUse() == RecordUse.UPDATES) {
                current = active.settled(current);
            } else if (request.recordUse() != RecordUse.DECIDES && !namesThisJob(current)) {
                throw changed();
            }
        }
        VolumeRecord next = job.commit(active, current);
        if (request.recordUse() != RecordUse.DECIDES) {
            writeCommit(active, base, next);
        } else if (!next.equals(current) || !base.isWhole()) {
            // A write that was cut off between its copies is finished before it is believed: one
            // that comes late could take it back.
            active.leases().sign();
            writeCommit(active, base, next);
        } else {
            // What is told of it must stay true: its writer may have been cut off before its flush.
            active.store().flush();
            active.leases().verify();
        }
        generationAfter = next.generation();
        committed = true;
    }

    /**
     * Writes the commit; if the write errs, believes the storage, once it says so in both copies.
     */
    private void writeCommit(JobContext active, VolumeSlot base, VolumeRecord next)
            throws IOException {
        boolean[] begun = new boolean[1];
        LeaseCheck look =
                () -> {
                    active.leases().verify();
                    begun[0] = true;
                };
        try {
            active.store().write(base, next, look);
        } catch (IOException | RuntimeException | Error e) {
            if (!begun[0] || !isOnStorage(active, next, e)) {
                throw e;
            }
            task.warn("the commit is on storage although its write reported an error", e);
        }
    }

    /** Reads under the lease what became of the commit, and finishes it if it is there by half. */
    private boolean isOnStorage(JobContext active, VolumeRecord next, Throwable trouble) {
        try {
            VolumeSlot stored = active.store().read(active.slotIndex());
            boolean there = stored.record().filter(next::equals).isPresent();
            if (there && !stored.isWhole()) {
                active.store().write(stored, next, active.leases()::verify);
            } else {
                active.store().flush();
                active.leases().verify();
            }
            return there;
        } catch (IOException | RuntimeException | Error unknown) {
            commitUnknown = true;
            generationAfter = null;
            FiveSteps.suppress(trouble, unknown);
            return false;
        }
    }

    /** Says in the record that the job failed, if the record names it. */
    void fail(JobContext active, FailureKind kind, Throwable cause) {
        if (!marked || committed || commitUnknown) {
            return;
        }
        try {
            VolumeSlot base = active.store().read(active.slotIndex());
            VolumeRecord current = requireOwn(active, base);
            if (namesThisJob(current)) {
                active.store()
                        .write(
                                base,
                                current.failed(kind.code(), task.clock().now()),
                                active.leases()::verify);
            }
        } catch (IOException | RuntimeException | Error e) {
            task.warn("recording the failure", e);
            FiveSteps.suppress(cause, e);
        }
    }

    /** The record as it stands on storage, still this job's volume at the validated generation. */
    private VolumeRecord requireOwn(JobContext active, VolumeSlot slot) throws LeaseLostException {
        VolumeRecord current = slot.record().orElse(null);
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
                        + target.volumeId()
                        + " was changed by somebody else while this job held its lease");
    }
}
