package io.tenure.jobs;

import io.tenure.domain.Clock;
import io.tenure.domain.DeviceOpener;
import io.tenure.domain.StorageDomain;
import io.tenure.domain.VolumeStore;
import io.tenure.format.ActiveJob;
import io.tenure.format.Quarantine;
import io.tenure.format.VolumeRecord;
import io.tenure.format.VolumeSlot;
import io.tenure.io.engine.GateClosedException;
import io.tenure.io.engine.IoGate;
import io.tenure.lease.HostIdentity;
import io.tenure.lease.LeaseManagers;
import io.tenure.lease.LeaseSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a running job may use: the gate for its I/O, the store for its record, the clock, and where
 * to say how far it is. Belongs to the job's thread.
 */
public final class JobContext {
    private final JobTask task;
    private final VolumeStore store;
    private final LeaseManagers managers;
    private final LeaseSet leases;
    private final HostIdentity host;
    private final List<JobContext> all;
    private int slotIndex = -1;
    private @Nullable VolumeSlot slot;
    private @Nullable VolumeRecord record;
    private @Nullable Quarantine quarantine;

    /** One for each of the job's targets. */
    static List<JobContext> ofEach(JobTask task, LeaseSet leases) throws IOException {
        List<JobContext> made = new ArrayList<>();
        List<JobContext> all = Collections.unmodifiableList(made);
        for (JobTarget target : task.targets()) {
            made.add(new JobContext(task, target, leases, all));
        }
        return all;
    }

    private JobContext(JobTask task, JobTarget target, LeaseSet leases, List<JobContext> all)
            throws IOException {
        StorageDomain domain = target.domain();
        this.task = task;
        this.all = all;
        this.store = new GatedStore(domain.store(), task.recordGate(), task);
        this.managers = task.managers();
        this.leases = leases;
        this.host = managers.forKind(domain.leaseKind()).host(domain.id());
    }

    /**
     * The surroundings of each of the job's targets. They differ in their record and their store;
     * the first is what the job's methods are called with, but for the commits.
     *
     * @return in the order of {@link Job#targets}
     */
    public List<JobContext> ofEachTarget() {
        return all;
    }

    /**
     * The gate that every data request of the job passes. It closes when the job is aborted or a
     * lease is lost.
     *
     * @return the gate
     */
    public IoGate gate() {
        return task.dataGate();
    }

    /**
     * The domain's records. A write passes a gate that closes when a lease is lost, but not at an
     * abort, so that an aborted job can still be recorded as such.
     *
     * @return the store
     */
    public VolumeStore store() {
        return store;
    }

    /**
     * Leases to make, clear or inspect.
     *
     * @return the managers
     */
    public LeaseManagers leaseManagers() {
        return managers;
    }

    /**
     * The leases of this job.
     *
     * @return all held, as long as the gate is open
     */
    public LeaseSet leases() {
        return leases;
    }

    /**
     * This host, as records name it.
     *
     * @return host id and its generation
     */
    public HostIdentity host() {
        return host;
    }

    /**
     * The clock for everything the job does.
     *
     * @return the runner's clock
     */
    public Clock clock() {
        return task.clock();
    }

    /**
     * Opens the data of volumes and sources.
     *
     * @return the runner's opener
     */
    public DeviceOpener devices() {
        return task.settings().devices();
    }

    /**
     * The volume's slot.
     *
     * @return its index
     * @throws IllegalStateException before it is known
     */
    public int slotIndex() {
        if (slotIndex < 0) {
            throw new IllegalStateException("the slot is not known yet");
        }
        return slotIndex;
    }

    /**
     * Says in which slot a new volume is to lie. For jobs that create one.
     *
     * @param chosen the slot
     */
    public void chooseSlot(int chosen) {
        slotIndex = chosen;
    }

    /**
     * The volume's record as it was validated under the lease.
     *
     * @return the record
     * @throws IllegalStateException if there is none, as for a job that creates the volume
     */
    public VolumeRecord record() {
        if (record == null) {
            throw new IllegalStateException("no record has been read");
        }
        return record;
    }

    /**
     * Who may still have writes under way on the volume, as it was found out when its record was
     * validated under the lease: the one in quarantine, or the worker of a job that was taken over,
     * unless it is known to be gone.
     *
     * @return the incarnation of a host, if there is one to wait for
     */
    public Optional<Quarantine> quarantine() {
        return Optional.ofNullable(quarantine);
    }

    /**
     * A record that says how the job ended which it names as working, if any, and has the
     * quarantine that is due. That job is over: its lease is ours.
     *
     * @param current the volume's record as it stands on storage
     * @return the same, with nobody working
     */
    public VolumeRecord settled(VolumeRecord current) {
        VolumeRecord ended =
                current.activeJob().isPresent()
                        ? current.failed(FailureKind.INTERRUPTED.code(), clock().now())
                        : current;
        return ended.quarantine().equals(quarantine()) ? ended : ended.withQuarantine(quarantine());
    }

    /**
     * The volume's slot as it was read last under the lease: when it was validated, and in {@link
     * Job#commit} what the commit is based on.
     *
     * @return both copies of the record, with {@link #record} or what followed it
     * @throws IllegalStateException before it was read
     */
    public VolumeSlot slot() {
        if (slot == null) {
            throw new IllegalStateException("no record has been read");
        }
        return slot;
    }

    /** What a commit is based on. */
    void found(VolumeSlot read) {
        slot = read;
    }

    void validated(VolumeSlot read, VolumeRecord found, @Nullable Quarantine suspect) {
        slotIndex = read.slotIndex();
        slot = read;
        record = found;
        quarantine = suspect;
    }

    /**
     * This job, as a record names the one that is working.
     *
     * @return job id, host and now as the start
     */
    public ActiveJob asActiveJob() {
        return new ActiveJob(
                task.job().request().id(), host.hostId(), host.hostGeneration(), clock().now());
    }

    /**
     * Stops here if the job was aborted or a lease is lost.
     *
     * @throws GateClosedException if so
     */
    public void checkGate() throws GateClosedException {
        task.dataGate().check();
    }

    /**
     * Says where to ask how far the work has come.
     *
     * @param progress never says less than before; asked by other threads, also after the end
     */
    public void reportProgress(Supplier<JobProgress> progress) {
        task.reportProgress(progress);
    }

    /**
     * Says what the work did in the end.
     *
     * @param data what it did to data; also of a job that fails, as far as it came
     */
    public void accomplished(DataMoved data) {
        task.accomplished(data);
    }

    /**
     * Records what went wrong without changing the outcome.
     *
     * @param what what happened
     * @param cause the exception behind it
     */
    public void warn(String what, Exception cause) {
        task.warn(what, cause);
    }
}
