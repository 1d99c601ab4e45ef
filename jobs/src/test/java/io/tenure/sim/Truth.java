package io.tenure.sim;

import io.tenure.format.ActiveJob;
import io.tenure.format.Allocation;
import io.tenure.format.CorruptMetadataException;
import io.tenure.format.DataLocation;
import io.tenure.format.DomainLayout;
import io.tenure.format.Legality;
import io.tenure.format.RecordCopy;
import io.tenure.format.Transition;
import io.tenure.format.TransitionKind;
import io.tenure.format.UnsupportedFormatException;
import io.tenure.format.VolumeRecord;
import io.tenure.format.VolumeSlot;
import io.tenure.jobs.FailureKind;
import io.tenure.jobs.JobFailure;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobState;
import io.tenure.recon.ReconOutcome;
import io.tenure.recon.ReconOutcome.Failed;
import io.tenure.recon.ReconOutcome.Preempted;
import io.tenure.recon.ReconOutcome.Superseded;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What really is, as nobody in the simulated world knows it; and what must hold of it after each
 * step, see {@code docs/protocol.md}, whose names stand in front of each violation.
 */
final class Truth {
    /** The generation at which each schedule begins. */
    static final long BASE = 1;

    private static final byte[] FIRST = firstRecord();

    private record Ended(Item item, JobResult result) {}

    private record Told(Item item, ReconOutcome outcome, boolean named, boolean begun) {
        /** Whether both can be true: each is final, and of the same job in the same generation. */
        boolean agreesWith(Told other) {
            Set<Class<?>> said = new HashSet<>();
            for (Told each : List.of(this, other)) {
                if (each.outcome().isFinal() && !(each.outcome() instanceof Superseded)) {
                    said.add(each.outcome().getClass());
                }
            }
            // A failure stays open, so that another job may leave the generation.
            return said.size() < 2 || said.equals(Set.of(Failed.class, Preempted.class));
        }
    }

    /** A job in a generation. */
    private record Attempt(UUID job, long generation) {}

    private final World world;
    private final Map<UUID, Item> items = new HashMap<>();

    /** How each generation was left, durably. */
    private final TreeMap<Long, Transition> history = new TreeMap<>();

    private final List<Ended> endings = new ArrayList<>();
    private final List<Told> outcomes = new ArrayList<>();

    /** The jobs that a record has named as working. */
    private final Set<Attempt> named = new HashSet<>();

    /** Those of which both copies have said so, durably: they may have written data. */
    private final Set<Attempt> begun = new HashSet<>();

    /** The jobs in whose name a record was written. */
    private final Set<UUID> wrote = new HashSet<>();

    /** Whether a sector of a record has come from who did not own the lease. */
    private boolean lateRecord;

    private final boolean[] byOwner = new boolean[SimStorage.SECTORS];
    private @Nullable VolumeSlot newest;

    Truth(World world) {
        this.world = world;
    }

    void reset(List<List<Item>> scripts) {
        items.clear();
        scripts.forEach(script -> script.forEach(item -> items.put(item.jobId(), item)));
        history.clear();
        endings.clear();
        outcomes.clear();
        named.clear();
        begun.clear();
        wrote.clear();
        lateRecord = false;
        Arrays.fill(byOwner, true);
        world.storage.preset(SimStorage.COPY_A, FIRST);
        newest = world.records.slot(world.storage.now);
    }

    private static byte[] firstRecord() {
        try (Arena arena = Arena.ofConfined()) {
            Instant then = Instant.EPOCH;
            VolumeRecord record =
                    VolumeRecord.newVolume(
                                    SimStorage.SLOT,
                                    SimStorage.DOMAIN_ID,
                                    Item.VOLUME_ID,
                                    Item.VOLUME_ID,
                                    (long) SimStorage.DATA_SECTORS * SimStorage.SECTOR_BYTES,
                                    Allocation.SPARSE,
                                    DataLocation.device(SimStorage.DATA_PATH.toString()),
                                    then)
                            .started(new ActiveJob(new UUID(0xA0, 0xFFFF), 9, 1, then))
                            .completed(then);
            MemorySegment sector = arena.allocate(SimStorage.SECTOR_BYTES, 512);
            VolumeSlot empty =
                    VolumeSlot.decode(
                            arena.allocate(DomainLayout.METADATA_SLOT_BYTES, 4096),
                            SimStorage.LAYOUT,
                            SimStorage.SLOT,
                            SimStorage.DOMAIN_ID);
            empty.encodeNext(record, sector);
            return sector.toArray(ValueLayout.JAVA_BYTE);
        } catch (CorruptMetadataException | UnsupportedFormatException e) {
            throw new AssertionError(e);
        }
    }

    boolean owns(SimHost host) {
        return world.leases.owner == host
                && world.leases.ownerGeneration == host.generation
                && host.powered;
    }

    /** A host submits a write. */
    void issued(SimHost host, int sector, byte[] content) {
        Item item = host.script.get(host.nextItem - 1);
        boolean owns = owns(host);
        String who = host + ", in " + item + ",";
        if (!owns && !host.stalledSinceProof) {
            world.violate("ONE_WRITER: " + who + " writes without the lease");
        }
        if (sector >= SimStorage.DATA) {
            host.provedSinceData = false;
            if (owns) {
                checkMarked(item, who);
            }
            return;
        }
        wrote.add(item.jobId());
        if (owns && world.storage.inFlight(host) > 0) {
            world.violate("DRAINED: " + who + " writes a record with requests in flight");
        }
        VolumeRecord record = world.records.written(content);
        boolean names =
                record.activeJob().map(ActiveJob::jobId).filter(item.jobId()::equals).isPresent();
        Transition last = record.transitions().isEmpty() ? null : record.transitions().getFirst();
        boolean commits =
                last != null
                        && last.jobId().equals(item.jobId())
                        && last.kind() != TransitionKind.FENCED
                        && last.kind().bumpsGeneration();
        long at = last != null && commits ? last.fromGeneration() : record.generation();
        if ((names || commits) && item.expected() >= 0 && item.expected() != at) {
            world.violate("EXPECTED: " + who + " works at generation " + at);
        }
        if (commits && item.writesData()) {
            checkCommit(host, item, owns, who);
        }
    }

    private void checkMarked(Item item, String who) {
        VolumeSlot slot = world.records.slot(world.storage.durable);
        VolumeRecord record = slot == null ? null : slot.record().orElse(null);
        if (record == null
                || record.legality() != Legality.ILLEGAL
                || record.activeJob().filter(a -> a.jobId().equals(item.jobId())).isEmpty()) {
            world.violate("MARKED: " + who + " writes data before storage names it durably");
        }
    }

    private void checkCommit(SimHost host, Item item, boolean owns, String who) {
        if (!host.provedSinceData) {
            world.violate("PROVED: " + who + " commits without a look at the lease since its work");
        }
        if (owns && !holds(world.storage.durable, item.content())) {
            world.violate("DURABLE: " + who + " commits before its data is durable");
        }
    }

    private static boolean holds(byte[][] sectors, byte[] content) {
        for (int i = SimStorage.DATA; i < SimStorage.SECTORS; i++) {
            if (!Arrays.equals(sectors[i], content)) {
                return false;
            }
        }
        return true;
    }

    /** A write has reached the storage. */
    void landed(SimHost host, int sector, boolean owned, boolean late) {
        VolumeSlot before = newest;
        boolean followsOwner = before != null && byOwner[newestSector(before)];
        byOwner[sector] = owned;
        lateRecord |= sector < SimStorage.DATA && !owned;
        if (sector < SimStorage.DATA) {
            changed(host);
            if (owned && followsOwner && before != null && newest != null) {
                checkSuccessor(host, before.record().orElseThrow(), newest.record().orElseThrow());
            }
        } else {
            if (!owned && !late && !host.stalledSinceProof) {
                world.violate("ONE_WRITER: data of " + host + " lands after its lease was let go");
            }
            checkLegal(host);
        }
    }

    /** The record may be another than before. */
    void changed(SimHost by) {
        newest = world.records.slot(world.storage.now);
        if (newest == null || newest.record().isEmpty()) {
            world.violate("RESOLVABLE: no copy of the record is valid, after a write of " + by);
            return;
        }
        VolumeRecord record = newest.record().get();
        attempt(record).ifPresent(named::add);
        note(by, record);
        long reached = history.isEmpty() ? BASE : history.lastEntry().getValue().toGeneration();
        if (record.generation() < reached) {
            world.violate(
                    "MONOTONIC: generation "
                            + record.generation()
                            + " after "
                            + reached
                            + " was durable, by "
                            + by);
        }
        for (Transition each : record.transitions()) {
            Transition kept = history.get(each.fromGeneration());
            if (each.kind().bumpsGeneration() && kept != null && !kept.equals(each)) {
                world.violate(
                        "ONE_COMMIT: generation "
                                + each.fromGeneration()
                                + " was left by "
                                + text(kept)
                                + ", and now by "
                                + text(each)
                                + ", of "
                                + by);
            }
        }
        checkLegal(by);
    }

    private void checkSuccessor(SimHost host, VolumeRecord before, VolumeRecord after) {
        long step = after.generation() - before.generation();
        if (step < 0 || step > 1) {
            world.violate("MONOTONIC: " + host + " takes the generation " + step + " on");
        }
        before.activeJob()
                .ifPresent(active -> {
                    boolean told =
                            after.activeJob().equals(before.activeJob())
                                    || after.transitions().stream()
                                            .anyMatch(each ->
                                                    each.fromGeneration() == before.generation()
                                                            && (each.jobId().equals(active.jobId())
                                                                    || each.kind()
                                                                            == TransitionKind
                                                                                    .FENCED));
                    if (!told) {
                        world.violate(
                                "TOLD: "
                                        + host
                                        + " writes a record that does not say what became of "
                                        + items.get(active.jobId()));
                    }
                });
    }

    private void checkLegal(SimHost by) {
        VolumeSlot slot = newest;
        if (slot == null || slot.record().isEmpty()) {
            return;
        }
        VolumeRecord record = slot.record().get();
        if (record.legality() != Legality.LEGAL) {
            return;
        }
        byte[] due = contentOf(record);
        if (!holds(world.storage.now, due)) {
            world.violate(
                    "LEGAL_DATA: the volume is LEGAL at generation "
                            + record.generation()
                            + " with bytes that are not those of its last job, after a write of "
                            + by);
        }
    }

    private byte[] contentOf(VolumeRecord record) {
        for (Transition each : record.transitions()) {
            Item item = items.get(each.jobId());
            if (each.kind() == TransitionKind.COMPLETED && item != null && item.writesData()) {
                return item.content();
            }
        }
        for (Transition each : history.descendingMap().values()) {
            Item item = items.get(each.jobId());
            if (each.kind() == TransitionKind.COMPLETED && item != null && item.writesData()) {
                return item.content();
            }
        }
        return SimStorage.ZEROES;
    }

    /**
     * All that has landed is durable; what both copies say is for good. Returns whether that is
     * more than before.
     */
    boolean flushed() {
        VolumeSlot slot = newest;
        if (slot == null || slot.record().isEmpty() || !slot.isWhole()) {
            return false;
        }
        boolean more = keep(history, slot.record().get());
        return attempt(slot.record().get()).map(begun::add).orElse(false) || more;
    }

    private static Optional<Attempt> attempt(VolumeRecord record) {
        return record.activeJob().map(active -> new Attempt(active.jobId(), record.generation()));
    }

    private static int newestSector(VolumeSlot slot) {
        return slot.newestCopy().orElseThrow() == RecordCopy.A
                ? SimStorage.COPY_A
                : SimStorage.COPY_B;
    }

    private static boolean keep(Map<Long, Transition> kept, VolumeRecord record) {
        boolean more = false;
        for (Transition each : record.transitions()) {
            if (each.kind().bumpsGeneration()) {
                more |= !each.equals(kept.put(each.fromGeneration(), each));
            }
        }
        return more;
    }

    /** A job has ended, and said how. */
    void ended(Item item, JobResult result) {
        endings.add(new Ended(item, result));
        Long before = result.generationBefore();
        if (result.outcome() == JobState.DONE && before != null) {
            checkAcknowledged(item, before, "is done");
        }
        if (!world.troubled && names(item)) {
            world.violate("RECORDED: " + item + " has ended, but is recorded as working");
        }
        if (!world.faulted && !hasReason(item, result)) {
            world.violate(
                    "PROGRESS: "
                            + item
                            + " failed although nothing went wrong:"
                            + World.reason(result));
        }
    }

    private boolean names(Item item) {
        return Optional.ofNullable(newest)
                .flatMap(VolumeSlot::record)
                .flatMap(VolumeRecord::activeJob)
                .filter(active -> active.jobId().equals(item.jobId()))
                .isPresent();
    }

    /** Another holds the lease, or the generation is another: or else a job is done. */
    private static boolean hasReason(Item item, JobResult result) {
        JobFailure failure = result.failure();
        if (failure == null) {
            return true;
        }
        Long before = result.generationBefore();
        return failure.kind() == FailureKind.LEASE_HELD
                || (failure.kind() == FailureKind.GENERATION_MISMATCH
                        && before != null
                        && before != item.expected());
    }

    /** Both copies have said durably how a generation was left, unless a late sector came. */
    private void checkAcknowledged(Item item, long generation, String said) {
        if (!lateRecord && !history.containsKey(generation)) {
            world.violate(
                    "ACKNOWLEDGED: " + item + " " + said + ", but not both copies say so for good");
        }
    }

    /** A reconnaissance has said what became of a job. */
    void told(Item item, ReconOutcome outcome) {
        Attempt attempt = new Attempt(Item.jobId(item.target()), item.expected());
        Told told = new Told(item, outcome, named.contains(attempt), begun.contains(attempt));
        for (Told before : outcomes) {
            if (before.item().target() == item.target()
                    && before.item().expected() == item.expected()
                    && !told.agreesWith(before)) {
                world.violate(
                        "RECON: " + item + " said " + outcome + ", and before " + before.outcome());
            }
        }
        outcomes.add(told);
        boolean left =
                switch (outcome) {
                    case ReconOutcome.Completed _ -> true;
                    case ReconOutcome.Preempted _ -> true;
                    case ReconOutcome.Interrupted i -> i.fenced();
                    case ReconOutcome.NotStarted n -> n.fenced();
                    default -> false;
                };
        if (left) {
            checkAcknowledged(item, item.expected(), "said " + outcome);
        }
        if (!world.faulted
                && ((outcome instanceof ReconOutcome.Unknown(var why) && !why.contains("ask again"))
                        || (outcome instanceof ReconOutcome.Invalid && item.expected() == BASE))) {
            world.violate("PROGRESS: " + item + " said " + outcome + ", and nothing went wrong");
        }
    }

    private void checkTold(Told told, Map<Long, Transition> all) {
        Item item = told.item();
        ReconOutcome outcome = told.outcome();
        Transition left = all.get(item.expected());
        boolean completed =
                left != null
                        && left.kind() != TransitionKind.FENCED
                        && left.jobId().equals(Item.jobId(item.target()));
        boolean right =
                switch (outcome) {
                    case ReconOutcome.Completed _ -> completed;
                    case ReconOutcome.Preempted _ -> left != null && !completed;
                    case ReconOutcome.Interrupted _ -> told.named() && left != null && !completed;
                    case ReconOutcome.NotStarted(boolean fenced) ->
                            !told.begun() && (!fenced || (left != null && !completed));
                    case ReconOutcome.Failed _ -> !completed;
                    default -> true;
                };
        if (!right) {
            world.violate("RECON: " + item + " said " + outcome + ", but " + text(left));
        }
    }

    /** Everything has landed that ever will. */
    void atEnd() {
        VolumeSlot slot = newest;
        if (slot == null || slot.record().isEmpty()) {
            return; // which has been said already
        }
        Map<Long, Transition> all = new HashMap<>(history);
        keep(all, slot.record().get());
        for (Ended each : endings) {
            checkOutcome(each.item(), each.result(), all);
        }
        for (Told each : outcomes) {
            checkTold(each, all);
        }
    }

    private void checkOutcome(Item item, JobResult result, Map<Long, Transition> all) {
        Transition own = null;
        for (Transition each : all.values()) {
            if (each.jobId().equals(item.jobId()) && each.kind() != TransitionKind.FENCED) {
                own = each;
            }
        }
        JobFailure failure = result.failure();
        if (result.outcome() == JobState.DONE) {
            Long before = result.generationBefore();
            Transition left = before == null ? null : all.get(before);
            boolean right =
                    item.kind() == Item.Kind.FENCE
                            ? left != null && left.kind() == TransitionKind.FENCED
                            : own != null && own.equals(left);
            if (!right) {
                world.violate("OUTCOME: " + item + " said that it is done, but " + text(left));
            }
        } else if (own != null
                && result.generationAfter() != null
                && failure != null
                && failure.kind() != FailureKind.LEASE_LOST) {
            world.violate("OUTCOME: " + item + " said that it failed, but " + text(own));
        }
    }

    private String text(@Nullable Transition each) {
        return each == null
                ? "nothing is recorded"
                : each.kind() + " of " + items.get(each.jobId()) + " by host " + each.hostId();
    }

    private void note(SimHost by, VolumeRecord record) {
        if (world.trace != null) {
            world.note(
                    by,
                    "    the record says: generation %d, %s%s%s"
                            .formatted(
                                    record.generation(),
                                    record.legality(),
                                    record.activeJob()
                                            .map(a -> ", working: " + items.get(a.jobId()))
                                            .orElse(""),
                                    record.transitions().isEmpty()
                                            ? ""
                                            : "; last " + text(record.transitions().getFirst())));
        }
    }

    long hash(long seed) {
        long hash = seed;
        for (Transition each : history.values()) {
            hash = Mix.mix(hash, each.hashCode() * 31L + each.fromGeneration());
        }
        long told = 0; // of which the order does not matter
        for (Ended each : endings) {
            told += isChecked(each) ? hash(each) : 0;
        }
        hash = Mix.mix(hash, begun.hashCode() * 31L + named.hashCode());
        for (Told each : outcomes) {
            told += isChecked(each) ? hash(each) : 0;
        }
        hash = Mix.mix(hash, told);
        return Mix.mix(
                hash,
                (byOwner[SimStorage.COPY_A] ? 1 : 0)
                        + (byOwner[SimStorage.COPY_B] ? 2 : 0)
                        + (lateRecord ? 4 : 0));
    }

    /** Not what a job says that failed without having written any record. */
    private boolean isChecked(Ended ended) {
        return ended.result().outcome() == JobState.DONE || wrote.contains(ended.item().jobId());
    }

    /** Not what says nothing. */
    private static boolean isChecked(Told told) {
        return !(told.outcome() instanceof ReconOutcome.Running
                || told.outcome() instanceof ReconOutcome.Unknown
                || told.outcome() instanceof ReconOutcome.Invalid
                || told.outcome() instanceof ReconOutcome.Superseded);
    }

    private static long hash(Ended ended) {
        JobResult result = ended.result();
        JobFailure failure = result.failure();
        long hash = Mix.mix(ended.item().number(), result.outcome().name().hashCode());
        hash = Mix.mix(hash, result.generationBefore() == null ? -1 : result.generationBefore());
        hash = Mix.mix(hash, result.generationAfter() == null ? -1 : result.generationAfter());
        return Mix.mix(hash, failure == null ? -1 : failure.kind().name().hashCode());
    }

    private static long hash(Told told) {
        long hash = Mix.mix(told.item().number(), (told.begun() ? 1 : 0) + (told.named() ? 2 : 0));
        hash =
                Mix.mix(
                        hash,
                        told.outcome() instanceof ReconOutcome.NotStarted(boolean f) && f ? 1 : 0);
        return Mix.mix(hash, told.outcome().getClass().getName().hashCode());
    }
}
