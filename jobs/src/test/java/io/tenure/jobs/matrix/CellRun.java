package io.tenure.jobs.matrix;

import io.tenure.domain.Clock;
import io.tenure.domain.LeaseArea;
import io.tenure.format.Allocation;
import io.tenure.format.LeaseKind;
import io.tenure.format.VolumeRecord;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobState;
import io.tenure.jobs.op.CreateVolume;
import io.tenure.jobs.op.DeleteVolume;
import io.tenure.jobs.op.VolumeSpec;
import io.tenure.lease.LeaseConnection;
import io.tenure.lease.LeaseManager;
import io.tenure.lease.LeaseMode;
import io.tenure.lease.LeaseState;
import io.tenure.recon.HolderRequests;
import io.tenure.recon.ReconOutcome;
import io.tenure.recon.ReconQuestion;
import io.tenure.recon.ReconSettings;
import io.tenure.recon.Reconnaissance;
import io.tenure.testing.device.Fault;
import io.tenure.testing.device.FaultyFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One cell in one berth, from the making of its volume to what another host is told of it. */
final class CellRun {
    private static final Duration A_WHILE = Duration.ofSeconds(3);

    private final Lane lane;
    private final Berth berth;
    private final Cell cell;
    private final JobKind kind;
    private final boolean markLost;
    private final UUID job = UUID.randomUUID();
    private final UUID volume = UUID.randomUUID();
    private final byte[] before = new byte[2 * JobKind.BYTES];
    private final Path source;
    private final Judge judge;
    private @Nullable JobProcess process;
    private boolean reached = true;
    private Optional<ReconOutcome> meanwhile = Optional.empty();
    private Optional<ReconOutcome> told = Optional.empty();
    private Optional<String> said = Optional.empty();
    private Optional<Truth> settled = Optional.empty();

    /**
     * Makes the volume.
     *
     * @param lane where it runs
     * @param berth at which of its berths, which is free
     * @param cell what is to happen
     * @param markLost whether the job is broken, so that its mark does not get to the storage
     * @throws IOException if storage fails by itself
     */
    CellRun(Lane lane, Berth berth, Cell cell, boolean markLost) throws IOException {
        this.lane = lane;
        this.berth = berth;
        this.cell = cell;
        this.markLost = markLost;
        this.kind = cell.kind();
        Random random = new Random(cell.number());
        byte[] content = new byte[JobKind.BYTES];
        random.nextBytes(before);
        random.nextBytes(content);
        this.judge = new Judge(kind, before, content);
        this.source = Files.write(lane.folder().resolve("source-" + job), content);
        if (cell.place() != JobKind.Place.NONE) {
            makeVolume();
        }
    }

    private void makeVolume() throws IOException {
        create(
                volume,
                cell.place() == JobKind.Place.DEVICE
                        ? Optional.of(berth.device())
                        : Optional.empty());
        if (cell.place() == JobKind.Place.FAULTY_FILE) {
            berth.makeFaulty(volume);
        }
        boolean large = cell.place() != JobKind.Place.FILE;
        try (RandomAccessFile data =
                new RandomAccessFile(berth.backing(cell.place(), volume).toFile(), "rw")) {
            data.write(before, 0, large ? before.length : JobKind.BYTES);
        }
    }

    /** Makes a volume, by a job of host 1. */
    JobResult create(UUID id, Optional<Path> device) throws IOException {
        JobResult made =
                lane.run(
                        Lane.OBSERVER,
                        new CreateVolume(
                                UUID.randomUUID(),
                                berth.domain(),
                                new VolumeSpec(
                                        id, JobKind.BYTES, Allocation.SPARSE, device, "matrix")));
        if (made.outcome() != JobState.DONE) {
            throw new IOException("no volume to begin with: " + MatrixChild.words(made));
        }
        return made;
    }

    Cell cell() {
        return cell;
    }

    Judge judge() {
        return judge;
    }

    Berth berth() {
        return berth;
    }

    Lane lane() {
        return lane;
    }

    UUID volume() {
        return volume;
    }

    UUID job() {
        return job;
    }

    Path source() {
        return source;
    }

    JobProcess process() {
        return Objects.requireNonNull(process);
    }

    /** Lets the job begin, in a process of host 0. */
    void begin() throws IOException {
        JobProcess taken = lane.takeProcess();
        process = taken;
        taken.order(
                new MatrixChild.Order(
                        kind,
                        berth.victimDomain().path(),
                        volume,
                        job,
                        source,
                        cell.number(),
                        markLost));
    }

    /** Waits until it stands before the operation. */
    void arrive() throws IOException {
        String line = process().next();
        if (!line.equals(Checkpoints.BEFORE + cell.operation())) {
            reached = false;
            judge.check(false, "the operation was not reached: " + line);
            if (line.startsWith(MatrixChild.ENDED)) {
                said = Optional.of(line.substring(MatrixChild.ENDED.length()));
            }
        }
    }

    /** All operations of the job, undisturbed. */
    List<Cell> list() throws IOException {
        List<Cell> cells = new ArrayList<>();
        while (true) {
            String line = process().next();
            if (!line.startsWith(Checkpoints.OPERATION)) {
                said = Optional.of(line.substring(MatrixChild.ENDED.length()));
                return cells;
            }
            String[] words = line.split(" ", 3);
            cells.add(
                    new Cell(
                            kind,
                            cells.size() + 1,
                            words[2],
                            words[1].equals("holding"),
                            cell.strike()));
        }
    }

    /** Does the operation; returns when the job stands after it, or has ended. */
    void goOverIt() throws IOException {
        process().goOn();
        String line = process().next();
        judge.check(line.startsWith(Checkpoints.AFTER), "after the operation it said " + line);
    }

    /** The path that the operation takes to storage. */
    FaultyFile path() {
        return cell.onData() ? berth.data() : berth.control();
    }

    void setFault(Fault fault) throws IOException {
        if (fault == Fault.FULL) {
            path().setWrites(fault);
        } else {
            path().set(fault);
        }
    }

    /** Lets the job go on from where it waits, and waits for its end. */
    void awaitEnd() throws IOException {
        if (said.isEmpty()) {
            process().goOn();
            said = process().awaitEnd();
        }
    }

    /** Waits for the end of a job that went on already. */
    void awaitEndOfHanging() throws IOException {
        if (said.isEmpty()) {
            said = process().awaitEnd();
        }
    }

    /** Another host asks, while the job may still go on. */
    void askMeanwhile() throws IOException, InterruptedException {
        ReconOutcome outcome = ask(Duration.ZERO);
        meanwhile = Optional.of(outcome);
        Truth now = look();
        if (cell.holding() && !now.isRemoved()) {
            judge.check(
                    outcome instanceof ReconOutcome.Running running && running.host().hostId() == 1,
                    "the lease is held, but told " + outcome);
        } else if (!(outcome instanceof ReconOutcome.Unknown)) {
            judge.told(outcome, now);
        }
    }

    /**
     * A lease that could not be released for its storage stays its host's as long as that lives:
     * for others the job runs. Its own host takes it, and lets it go.
     */
    void askWhatIsLeftOver() throws IOException, InterruptedException {
        ReconOutcome others = ask(Lane.OBSERVER, A_WHILE);
        meanwhile = Optional.of(others);
        if (others instanceof ReconOutcome.Running) {
            ReconOutcome own = ask(Lane.VICTIM, A_WHILE);
            judge.check(own.isFinal(), "its own host is told " + own);
            meanwhile = Optional.of(own);
        }
        if (meanwhile.get().isFinal()) {
            judge.told(meanwhile.get(), look());
        }
        if (cell.operation().equals("release domain lease")) {
            takeAndRelease(berth.victimDomain().domainLease());
        }
    }

    private void takeAndRelease(LeaseArea area) throws IOException {
        LeaseManager own = lane.leases(Lane.VICTIM).forKind(LeaseKind.SANLOCK);
        try (LeaseConnection connection = own.connect("takes its lease again")) {
            connection.acquire(area, LeaseMode.EXCLUSIVE).release();
        }
    }

    /** Another host asks until it knows, and asks again. */
    void askForGood(Duration wait) throws IOException, InterruptedException {
        ReconOutcome outcome = ask(wait);
        told = Optional.of(outcome);
        Truth now = look();
        if (meanwhile.filter(ReconOutcome::isFinal).isPresent()) {
            judge.toldAgain(meanwhile.get(), outcome);
        } else {
            judge.told(outcome, now);
        }
        judge.toldAgain(outcome, ask(Duration.ZERO));
        judge.data(now);
        VolumeRecord record = now.record();
        if (record != null && !now.isRemoved()) {
            isFree(berth.domain().leaseArea(record.slotIndex(), volume));
        }
        settled = Optional.of(look());
    }

    /** What was on storage when another host knew for good. */
    Truth settled() {
        return settled.orElseThrow();
    }

    /** In sanlock's own eyes. */
    private void isFree(LeaseArea area) throws IOException {
        LeaseState state = lane.leases(Lane.OBSERVER).forKind(LeaseKind.SANLOCK).inspect(area);
        judge.check(state instanceof LeaseState.Free, "after all that the lease is " + state);
    }

    private ReconOutcome ask(Duration wait) throws InterruptedException {
        return ask(Lane.OBSERVER, wait);
    }

    private ReconOutcome ask(int host, Duration wait) throws InterruptedException {
        return new Reconnaissance(lane.leases(host), HolderRequests.NONE, Clock.SYSTEM)
                .ask(
                        new ReconQuestion(
                                Lane.domain(berth, host), volume, job, kind.expectedGeneration()),
                        ReconSettings.DEFAULT.with(ReconSettings.Pressure.NONE, wait));
    }

    /** What is on storage now. */
    Truth look() throws IOException {
        Path data = berth.backing(cell.place(), volume);
        return new Truth(
                kind,
                job,
                berth.record(volume),
                Files.exists(data) ? Files.readAllBytes(data) : null);
    }

    /** The job itself, said again on host 0 as it was submitted: it must be refused. */
    void isRefused() throws IOException {
        if (kind == JobKind.RECON || look().timesLeft() == 0) {
            return;
        }
        byte[] metadata = berth.metadata();
        JobResult late =
                lane.run(Lane.VICTIM, kind.make(job, berth.victimDomain(), volume, source));
        judge.check(
                late.outcome() != JobState.DONE,
                "it ran although its generation was left: " + MatrixChild.words(late));
        judge.check(
                Arrays.equals(metadata, berth.metadata()), "it was refused, but changed a record");
    }

    /** Nothing of the job's is left. */
    void clear() throws IOException {
        JobProcess used = process;
        if (used != null) {
            lane.giveBack(used);
        }
        VolumeRecord record = berth.record(volume);
        if (record != null && !look().isRemoved()) {
            JobResult removed =
                    lane.run(
                            Lane.OBSERVER,
                            new DeleteVolume(UUID.randomUUID(), berth.domain(), volume, null));
            judge.check(
                    removed.outcome() == JobState.DONE,
                    "cannot be deleted: " + MatrixChild.words(removed));
        }
        isFree(berth.domain().domainLease());
        Files.delete(source);
    }

    Result result(Truth truth, String next) {
        String words = said.orElse("");
        judge.said(words, truth);
        return new Result(
                cell,
                meanwhile.map(CellRun::brief).orElse(""),
                told.map(CellRun::brief).orElse(""),
                words,
                truth.words(),
                next,
                reached,
                judge.problems());
    }

    private static String brief(ReconOutcome outcome) {
        return switch (outcome) {
            case ReconOutcome.Running it -> "RUNNING";
            case ReconOutcome.Completed it -> "COMPLETED";
            case ReconOutcome.Preempted it -> "PREEMPTED";
            case ReconOutcome.Interrupted it ->
                    "INTERRUPTED"
                            + (it.fenced() ? ", fenced" : "")
                            + (it.quarantine().isPresent() ? ", quarantine" : "");
            case ReconOutcome.Failed it -> "FAILED";
            case ReconOutcome.NotStarted it -> "NOT STARTED" + (it.fenced() ? ", fenced" : "");
            case ReconOutcome.Superseded it -> "SUPERSEDED";
            case ReconOutcome.Invalid it -> "INVALID";
            case ReconOutcome.Unknown it -> "UNKNOWN";
        };
    }
}
