package io.tenure.jobs;

import io.tenure.domain.Volume;
import io.tenure.format.VolumeRecord;
import io.tenure.lease.LeaseClaim;
import io.tenure.lease.LeaseMode;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One kind of storage job: what is particular to it. The five steps around it are the same for all
 * and stand in {@link JobRunner}.
 *
 * <p>An object is one job and runs once. Its methods are called by one thread, in the order in
 * which they stand here.
 */
public interface Job {
    /**
     * What the job is asked to do.
     *
     * @return the same each time
     */
    JobRequest request();

    /**
     * The volumes that the job changes, each with its own record: all are validated before the
     * first is marked, all are marked before the first byte of data, and all data is flushed before
     * the first commit. Each is committed by itself: a host that dies between two commits leaves
     * one completed and one interrupted.
     *
     * @return the request's own first; the same each time
     */
    default List<JobTarget> targets() {
        return List.of(request().target());
    }

    /**
     * Whether an abort may stop the job.
     *
     * @return true unless the work must run to its end
     */
    default boolean isAbortable() {
        return true;
    }

    /**
     * How another process makes this job anew, for {@link Isolation#PROCESS}. A job that is run
     * there is asked for this, {@link #request}, {@link #targets}, {@link #isAbortable} and {@link
     * #bufferBytes} alone; its other methods are called on the one that the worker has made.
     *
     * @return the recipe; empty unless the kind of job has one
     */
    default Optional<JobRecipe> recipe() {
        return Optional.empty();
    }

    /**
     * Whether the job may run on a volume in quarantine, on which a host may still have writes
     * under way.
     *
     * @return false unless the job leaves the volume's data alone
     */
    default boolean isAllowedInQuarantine() {
        return false;
    }

    /**
     * How much memory the job's buffers take while it runs. It begins when the runner has that much
     * left.
     *
     * @return bytes, the same each time; 0 for a job that has no buffers of its own
     */
    default long bufferBytes() {
        return 0;
    }

    /**
     * The I/O priority of the job's work. The thread has it during {@link #work} alone: records are
     * written, and leases looked after, at the process's own.
     *
     * @return the same each time
     */
    default IoPriority ioPriority() {
        return IoPriority.NONE;
    }

    /**
     * The leases the job needs, found out by looking at storage without any: unless a kind of job
     * says otherwise, the volume's own, exclusively.
     *
     * <p>Called once for each of the {@link #targets}.
     *
     * @param target the volume as it stands now; null for {@link RecordUse#CREATES}
     * @return in any order; what they are based on is looked at again under them
     * @throws IOException if there is no such volume, or storage could not be read
     */
    default List<LeaseClaim> claims(@Nullable Volume target) throws IOException {
        return List.of(exclusive(Objects.requireNonNull(target)));
    }

    /**
     * The claim on a volume that the job changes.
     *
     * @param volume a volume of the request's domain
     * @return its lease, exclusively
     */
    default LeaseClaim exclusive(Volume volume) {
        return new LeaseClaim(
                request().domain().leaseArea(volume.slotIndex(), volume.record().volumeId()),
                LeaseMode.EXCLUSIVE);
    }

    /**
     * Step 2: checks under the leases all that the work needs, and opens it. Changes nothing.
     *
     * @param context the job's surroundings, with the volume's record in it
     * @throws IOException if the work must not begin
     */
    void validate(JobContext context) throws IOException;

    /**
     * Step 3: the work. Every byte passes the gate of the context, and all of it is flushed at the
     * end.
     *
     * @param context the job's surroundings
     * @throws IOException if the work failed
     */
    void work(JobContext context) throws IOException;

    /**
     * Step 4: the record to commit, of each target in turn. Not called for {@link RecordUse#NONE}.
     *
     * @param context the job's surroundings, with this target's record
     * @param current the record as it stands on storage now; null for {@link RecordUse#CREATES}
     * @return what is to stand there; for {@link RecordUse#DECIDES} the same record to leave it
     * @throws IOException if it cannot be made
     */
    VolumeRecord commit(JobContext context, @Nullable VolumeRecord current) throws IOException;

    /**
     * After the commit, under the leases: what may be cleared away now. A failure is a warning.
     *
     * @param context the job's surroundings
     * @throws IOException if something could not be cleared away
     */
    default void cleanUp(JobContext context) throws IOException {}

    /**
     * After a failure or an abort before the commit, under the leases, unless these are lost: takes
     * back what the work left beside the volume.
     *
     * @param context the job's surroundings
     * @throws IOException if something could not be taken back
     */
    default void rollBack(JobContext context) throws IOException {}

    /**
     * Closes what {@link #validate} opened. Always called, before the leases are released and after
     * the last request in flight. After a commit a failure is a warning.
     *
     * @throws IOException if something could not be closed
     */
    default void close() throws IOException {}
}
