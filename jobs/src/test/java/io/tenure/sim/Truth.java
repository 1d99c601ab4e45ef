package io.tenure.sim;

import io.tenure.format.ActiveJob;
import io.tenure.format.Legality;
import io.tenure.format.Quarantine;
import io.tenure.format.RecordCopy;
import io.tenure.format.Transition;
import io.tenure.format.TransitionKind;
import io.tenure.format.VolumeRecord;
import io.tenure.format.VolumeSlot;
import io.tenure.format.VolumeState;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What really is, as nobody in the simulated world knows it; and what must hold of it after each
 * step, see {@code docs/protocol.md}, whose names stand in front of each violation.
 */
final class Truth {
    /** The generation at which each schedule begins. */
    static final long BASE = 1;

    /** A job in a generation. */
    private record Attempt(UUID job, long generation) {}

    private final World world;
    private final Map<UUID, Item> items = new HashMap<>();

    /** How each generation was left, durably. */
    private final TreeMap<Long, Transition> history = new TreeMap<>();

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
        named.clear();
        begun.clear();
        wrote.clear();
        lateRecord = false;
        Arrays.fill(byOwner, true);
        world.storage.preset(SimStorage.COPY_A, SimRecords.FIRST);
        world.storage.preset(SimStorage.COPY_B, SimRecords.FIRST_AGAIN);
        newest = world.records.slot(world.storage.now);
    }

    boolean owns(SimHost host) {
        return world.leases.owner == host
                && world.leases.ownerGeneration == host.generation
                && host.powered;
    }

    /** A host submits a write. */
    void issued(SimHost host, int sector, byte[] content) {
        Item item = host.script.get(host.nextItem - 1);
        host.conduct().writes(sector < SimStorage.DATA);
        boolean owns = owns(host);
        if (!owns && !host.stalledSinceProof) {
            world.violate("ONE_WRITER: " + who(host, item) + " writes without the lease");
        }
        if (sector >= SimStorage.DATA) {
            host.provedSinceData = false;
            if (owns) {
                checkMarked(host, item);
            }
            return;
        }
        wrote.add(item.jobId());
        if (owns && world.storage.inFlight(host) > 0) {
            world.violate(
                    "DRAINED: " + who(host, item) + " writes a record with requests in flight");
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
            world.violate("EXPECTED: " + who(host, item) + " works at generation " + at);
        }
        if (commits && item.writesData()) {
            checkCommit(host, item, owns);
        }
        boolean legal = commits && item.writesData() && item.leavesLegal();
        Legality due = legal ? Legality.LEGAL : legalityBeside(record);
        if (owns && !lateRecord && record.legality() != due) {
            world.violate("LEGAL_DATA: " + who(host, item) + " says " + record.legality());
        }
    }

    /** What a record says of the data that is not the commit of a job which wrote any. */
    private Legality legalityBeside(VolumeRecord written) {
        return written.activeJob().isPresent()
                ? Legality.ILLEGAL
                : Objects.requireNonNull(record()).legality();
    }

    private static String who(SimHost host, Item item) {
        return host + ", in " + item + ",";
    }

    private void checkMarked(SimHost host, Item item) {
        VolumeSlot slot = world.records.slot(world.storage.durable);
        VolumeRecord record = slot == null ? null : slot.record().orElse(null);
        if (record == null
                || record.legality() != Legality.ILLEGAL
                || record.activeJob().filter(a -> a.jobId().equals(item.jobId())).isEmpty()) {
            world.violate(
                    "MARKED: " + who(host, item) + " writes data before storage names it durably");
        }
    }

    private void checkCommit(SimHost host, Item item, boolean owns) {
        if (!host.provedSinceData) {
            world.violate(
                    "PROVED: "
                            + who(host, item)
                            + " commits without a look at the lease since its work");
        }
        if (owns && !holds(world.storage.durable, item.content())) {
            world.violate("DURABLE: " + who(host, item) + " commits before its data is durable");
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

    /** Whether a sector of a record has come from who did not own the lease. */
    boolean hasLateRecord() {
        return lateRecord;
    }

    /** Who worked by what the record says, and may still have writes under way; null for nobody. */
    @Nullable SimHost suspect(SimHost asking) {
        return Optional.ofNullable(newest)
                .flatMap(VolumeSlot::record)
                .map(record -> suspect(record, asking))
                .orElse(null);
    }

    /** Whether one of the copies says that a job is committed. */
    boolean mayBeCommitted(Item item) {
        return isCommitted(world.storage.now[SimStorage.COPY_A], item)
                || isCommitted(world.storage.now[SimStorage.COPY_B], item);
    }

    private boolean isCommitted(byte[] sector, Item item) {
        VolumeSlot slot = world.records.slot(sector, SimStorage.ZEROES);
        return slot != null
                && slot.record().stream()
                        .flatMap(record -> record.transitions().stream())
                        .anyMatch(each ->
                                each.kind() == TransitionKind.COMPLETED
                                        && each.jobId().equals(item.jobId()));
    }

    /** Whether both copies say the same. */
    boolean isWhole() {
        return newest != null && newest.isWhole();
    }

    /** What storage says now; null if no copy is valid. */
    @Nullable VolumeRecord record() {
        return Optional.ofNullable(newest).flatMap(VolumeSlot::record).orElse(null);
    }

    private @Nullable SimHost suspect(VolumeRecord record, SimHost asking) {
        long id =
                record.activeJob()
                        .map(ActiveJob::hostId)
                        .or(() -> record.quarantine().map(Quarantine::hostId))
                        .orElse(asking.id());
        long generation =
                record.activeJob()
                        .map(ActiveJob::hostGeneration)
                        .or(() -> record.quarantine().map(Quarantine::hostGeneration))
                        .orElse(0L);
        SimHost worker = world.hosts[(int) id - 1];
        boolean gone = worker.generation > generation || worker.releasedGeneration == generation;
        return worker == asking || gone ? null : worker;
    }

    private void checkSuccessor(SimHost host, VolumeRecord before, VolumeRecord after) {
        long step = after.generation() - before.generation();
        if (step < 0 || step > 1) {
            world.violate("MONOTONIC: " + host + " takes the generation " + step + " on");
        }
        boolean more = !after.transitions().equals(before.transitions());
        int due =
                Math.min(VolumeState.MAX_TRANSITIONS, before.transitions().size() + (more ? 1 : 0));
        if (after.transitions().size() < due) {
            world.violate("TOLD: " + host + " forgets a transition for which there is room");
        }
        boolean same =
                before.activeJob().isPresent() && after.activeJob().equals(before.activeJob());
        SimHost suspect = same ? null : suspect(before, host);
        if (suspect != null && !lateRecord && !isKept(suspect, after)) {
            world.violate("QUARANTINE: " + host + " drops that of " + suspect);
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

    private static boolean isKept(SimHost suspect, VolumeRecord record) {
        return record.quarantine()
                .filter(kept -> kept.hostId() == suspect.id())
                .filter(kept -> kept.hostGeneration() == suspect.generation)
                .isPresent();
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
        Item last = lastWriter(record.transitions());
        if (last == null) {
            last = lastWriter(history.descendingMap().values());
        }
        byte[] due = last == null ? SimStorage.ZEROES : last.content();
        if ((last != null && !last.leavesLegal()) || !holds(world.storage.now, due)) {
            world.violate(
                    "LEGAL_DATA: the volume is LEGAL at generation "
                            + record.generation()
                            + " with bytes that are not those of its last job, after a write of "
                            + by);
        }
    }

    /**
     * Of the newest first, the first committed job that has written data; null if there is none.
     */
    private @Nullable Item lastWriter(Iterable<Transition> transitions) {
        for (Transition each : transitions) {
            Item item = items.get(each.jobId());
            if (each.kind() == TransitionKind.COMPLETED && item != null && item.writesData()) {
                return item;
            }
        }
        return null;
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

    /** Both copies have said durably how a generation was left, unless a late sector came. */
    boolean isForGood(long generation) {
        return lateRecord || history.containsKey(generation);
    }

    /** Whether the record names a job as working. */
    boolean isWorking(Item item) {
        return Optional.ofNullable(newest)
                .flatMap(VolumeSlot::record)
                .flatMap(VolumeRecord::activeJob)
                .filter(active -> active.jobId().equals(item.jobId()))
                .isPresent();
    }

    /** Whether a record has named a job as working at a generation. */
    boolean wasNamed(UUID job, long generation) {
        return named.contains(new Attempt(job, generation));
    }

    /** Whether both copies have done so, durably: it may have written data. */
    boolean hasBegun(UUID job, long generation) {
        return begun.contains(new Attempt(job, generation));
    }

    /** Whether a record was written in its name. */
    boolean hasWritten(Item item) {
        return wrote.contains(item.jobId());
    }

    /**
     * How each generation was left in the end, where everything has landed that ever will; empty if
     * no copy of the record is valid.
     */
    Optional<Map<Long, Transition>> atEnd() {
        return Optional.ofNullable(newest)
                .flatMap(VolumeSlot::record)
                .map(record -> {
                    Map<Long, Transition> all = new HashMap<>(history);
                    keep(all, record);
                    return all;
                });
    }

    String text(@Nullable Transition each) {
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

    /** The volume in the end, in words. */
    String summary() {
        return atEnd().map(TreeMap::new).orElse(new TreeMap<>()).values().stream()
                        .map(each -> each.fromGeneration() + " left by " + text(each))
                        .collect(Collectors.joining(", "))
                + Optional.ofNullable(newest)
                        .flatMap(VolumeSlot::record)
                        .map(record ->
                                "; "
                                        + record.legality()
                                        + " at generation "
                                        + record.generation()
                                        + record.activeJob()
                                                .map(active -> " with " + items.get(active.jobId()))
                                                .orElse(""))
                        .orElse("");
    }

    long hash(long seed) {
        long hash = seed;
        for (Transition each : history.values()) {
            hash = Mix.mix(hash, each.hashCode() * 31L + each.fromGeneration());
        }
        hash = Mix.mix(hash, begun.hashCode() * 31L + named.hashCode());
        return Mix.mix(
                hash,
                (byOwner[SimStorage.COPY_A] ? 1 : 0)
                        + (byOwner[SimStorage.COPY_B] ? 2 : 0)
                        + (lateRecord ? 4 : 0));
    }
}
