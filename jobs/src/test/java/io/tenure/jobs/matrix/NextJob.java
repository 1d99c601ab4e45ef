package io.tenure.jobs.matrix;

import io.tenure.domain.StorageDomain;
import io.tenure.format.VolumeRecord;
import io.tenure.jobs.JobFailure;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobState;
import io.tenure.jobs.op.DeleteVolume;
import io.tenure.jobs.op.UpdateVolume;
import io.tenure.jobs.op.VolumeChanges;
import io.tenure.lease.LeaseBrokenException;
import io.tenure.lease.LeaseManager;
import io.tenure.lease.LeaseRepair;
import io.tenure.recon.ReleaseQuarantine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/** The work that goes on after a job was cut off: a new job of host 1 on the same volume. */
final class NextJob {
    private final CellRun run;
    private final byte[] content;
    private final Path source;
    private String words = "";
    private Optional<Truth> left = Optional.empty();
    private Optional<UUID> other = Optional.empty();

    /** Prepares it. */
    NextJob(CellRun run) throws IOException {
        this.run = run;
        this.content =
                new byte[run.cell().kind() == JobKind.UPDATE ? 2 * JobKind.BYTES : JobKind.BYTES];
        new Random(run.volume().getLeastSignificantBits()).nextBytes(content);
        this.source = Files.write(run.lane().folder().resolve("next-" + run.job()), content);
    }

    String words() {
        return words;
    }

    /** Whether it was carried out. */
    boolean isDone() {
        return left.isPresent();
    }

    /** Runs it as far as the rules let it. */
    void run() throws IOException {
        Truth now = run.look();
        VolumeRecord record = now.record();
        if (record == null) {
            useTheSlot();
            run.create(run.volume(), Optional.empty());
            words = "created";
            left = Optional.of(run.look());
        } else if (now.isRemoved()) {
            useTheSlot();
            words = "its slot was used";
            left = Optional.of(run.look());
        } else {
            copy(record);
        }
    }

    /** Another volume in the slot: what the job still has under way there must not matter. */
    private void useTheSlot() throws IOException {
        UUID another = UUID.randomUUID();
        run.create(another, Optional.empty());
        other = Optional.of(another);
    }

    private JobResult delete(UUID volume) {
        return run.lane()
                .run(
                        Lane.OBSERVER,
                        new DeleteVolume(UUID.randomUUID(), run.berth().domain(), volume, null));
    }

    /**
     * Removes that volume. A lease may have been made or cleared late, for one that is not there
     * any more; nobody is granted a lease that is broken, and it can be repaired.
     */
    private void removeOther(UUID another) throws IOException {
        JobResult removed = delete(another);
        JobFailure failure = removed.failure();
        if (failure != null
                && failure.cause() instanceof LeaseBrokenException
                && run.cell().strike().landsLate()) {
            StorageDomain domain = run.berth().domain();
            LeaseManager manager = run.lane().leases(Lane.OBSERVER).forKind(domain.leaseKind());
            int slot = domain.find(another).slotIndex();
            new LeaseRepair(manager, domain, LeaseRepair.OtherHosts.NONE)
                    .repair(domain.leaseArea(slot, another));
            words += ", a lease repaired";
            removed = delete(another);
        }
        run.judge()
                .check(
                        removed.outcome() == JobState.DONE,
                        "another volume cannot be deleted: " + MatrixChild.words(removed));
    }

    private void copy(VolumeRecord record) throws IOException {
        byte[] metadata = run.berth().metadata();
        long generation = record.generation();
        if (run.cell().kind() == JobKind.UPDATE
                && record.capacityBytes() < content.length
                && growAt(generation)) {
            generation++;
        }
        JobResult result =
                run.lane()
                        .run(
                                Lane.OBSERVER,
                                JobKind.copy(
                                        UUID.randomUUID(),
                                        run.berth().domain(),
                                        run.volume(),
                                        generation,
                                        source));
        Truth now = run.look();
        if (result.outcome() == JobState.DONE) {
            run.judge().check(now.isLegal() && now.holds(0, content), "the next copy is not whole");
            run.judge()
                    .check(
                            now.record() != null && now.record().generation() == generation + 1,
                            "the next copy did not leave one generation");
            words += words.isEmpty() ? "done" : ", then done";
            left = Optional.of(now);
            return;
        }
        boolean quarantined =
                now.isQuarantined() && MatrixChild.words(result).contains("quarantine");
        // The other host's device is in truth this machine's, and its process still has it open.
        boolean inUse =
                run.cell().place() == JobKind.Place.DEVICE
                        && MatrixChild.words(result).contains("EBUSY");
        run.judge()
                .check(quarantined || inUse, "the next job failed: " + MatrixChild.words(result));
        run.judge()
                .check(
                        Arrays.equals(metadata, run.berth().metadata()),
                        "the next job was refused, but changed a record");
        words = quarantined ? "refused in quarantine" : "refused since in use";
    }

    /** As the job that was cut off was to do; what it still has under way must not matter. */
    private boolean growAt(long generation) throws IOException {
        JobResult grown =
                run.lane()
                        .run(
                                Lane.OBSERVER,
                                new UpdateVolume(
                                        UUID.randomUUID(),
                                        run.berth().domain(),
                                        run.volume(),
                                        generation,
                                        VolumeChanges.NONE.withCapacityBytes(content.length)));
        run.judge()
                .check(
                        grown.outcome() == JobState.DONE,
                        "it cannot be made larger: " + MatrixChild.words(grown));
        return grown.outcome() == JobState.DONE;
    }

    /** A person says that the old host writes no more. */
    void release() throws IOException {
        VolumeRecord record = run.look().record();
        if (isDone() || record == null || record.quarantine().isEmpty()) {
            return;
        }
        JobResult released =
                run.lane()
                        .run(
                                Lane.OBSERVER,
                                new ReleaseQuarantine(
                                        UUID.randomUUID(),
                                        run.berth().domain(),
                                        run.volume(),
                                        record.generation(),
                                        "the matrix has seen the end of it"));
        if (released.outcome() == JobState.DONE) {
            words += ", released";
        }
    }

    /** What it left must be there as long as nobody else works on the volume. */
    void stillStands() throws IOException {
        if (left.isPresent()) {
            Truth now = run.look();
            run.judge()
                    .check(
                            now.sameRecord(left.get()),
                            "the record was changed after the next job: "
                                    + now.record()
                                    + " instead of "
                                    + left.get().record());
            run.judge().check(now.sameData(left.get()), "data was written after the next job");
        }
        if (other.isPresent()) {
            removeOther(other.get());
        }
        Files.delete(source);
    }
}
