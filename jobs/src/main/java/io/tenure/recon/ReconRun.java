package io.tenure.recon;

import io.tenure.domain.Clock;
import io.tenure.domain.LeaseArea;
import io.tenure.domain.SlotContent;
import io.tenure.domain.StorageDomain;
import io.tenure.format.ActiveJob;
import io.tenure.format.CorruptMetadataException;
import io.tenure.format.Legality;
import io.tenure.format.UnsupportedFormatException;
import io.tenure.format.VolumeRecord;
import io.tenure.jobs.AbortRefusedException;
import io.tenure.jobs.DirectJob;
import io.tenure.jobs.FailureKind;
import io.tenure.jobs.JobFailure;
import io.tenure.jobs.JobHandle;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobSettings;
import io.tenure.lease.HostIdentity;
import io.tenure.lease.LeaseManager;
import io.tenure.lease.LeaseManagers;
import io.tenure.lease.LeaseOwner;
import io.tenure.lease.LeaseState;
import io.tenure.lease.LeaseWatch;
import io.tenure.sanlock.RequestMode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One reconnaissance, on a thread of its own. */
final class ReconRun {
    private static final Duration INTERVAL = Duration.ofMillis(100);

    /**
     * For how long a lease may be held without anybody at work before that counts as running: who
     * only looks at the record, as another reconnaissance does, is done within that.
     */
    private static final Duration PASSING = Duration.ofMillis(500);

    /**
     * How often a lease that is free may be refused. Who grants it may take a second to refuse it,
     * because two came for it at once; that says nothing of the next time.
     */
    private static final int REFUSALS = 3;

    private final LeaseManagers leases;
    private final HolderRequests requests;
    private final JobSettings jobSettings;
    private final ReconQuestion question;
    private final ReconSettings settings;
    private final Consumer<String> listener;
    private final long startNanos;
    private final Starter starter;
    private @Nullable JobHandle job; // guarded by this
    private boolean givenUp; // guarded by this
    private @Nullable RequestMode asked;
    private long heldSinceNanos; // only while isHeld
    private boolean isHeld;
    private int refusals;

    ReconRun(
            LeaseManagers leases,
            HolderRequests requests,
            JobSettings jobSettings,
            ReconQuestion question,
            ReconSettings settings,
            Consumer<String> listener) {
        this(leases, requests, jobSettings, question, settings, listener, Starter.REAL);
    }

    ReconRun(
            LeaseManagers leases,
            HolderRequests requests,
            JobSettings jobSettings,
            ReconQuestion question,
            ReconSettings settings,
            Consumer<String> listener,
            Starter starter) {
        this.starter = starter;
        this.leases = leases;
        this.requests = requests;
        this.jobSettings = jobSettings;
        this.question = question;
        this.settings = settings;
        this.listener = listener;
        this.startNanos = clock().nanoTime();
    }

    private Clock clock() {
        return jobSettings.clock();
    }

    private boolean hasPassed(Duration since) {
        return hasPassed(startNanos, since);
    }

    private boolean hasPassed(long sinceNanos, Duration limit) {
        return clock().nanoTime() - sinceNanos >= limit.toNanos();
    }

    ReconOutcome run() throws InterruptedException {
        try {
            LeaseManager manager = leases.forKind(domain().leaseKind());
            while (true) {
                VolumeRecord record = locate();
                ReconOutcome outcome =
                        record.legality() == Legality.REMOVED
                                ? decideWithoutLease(record)
                                : look(manager, record);
                if (outcome != null) {
                    return outcome;
                }
                clock().sleep(INTERVAL);
            }
        } catch (CorruptMetadataException | UnsupportedFormatException e) {
            return new ReconOutcome.Invalid(String.valueOf(e.getMessage()));
        } catch (IOException | RuntimeException e) {
            return new ReconOutcome.Unknown(e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    private StorageDomain domain() {
        return question.domain();
    }

    /** The newest that storage says of the volume; its slot shows which lease is to be asked. */
    private VolumeRecord locate() throws IOException {
        @Nullable String invalid = null;
        @Nullable VolumeRecord tombstone = null;
        for (SlotContent slot : domain().store().readAll()) {
            VolumeRecord record = slot.record();
            if (record == null) {
                invalid = "the record in slot " + slot.slotIndex() + ": " + slot.problem();
            } else if (record.volumeId().equals(question.volumeId())) {
                if (record.legality() != Legality.REMOVED) {
                    return record;
                }
                tombstone = record;
            }
        }
        if (tombstone != null) {
            return tombstone;
        }
        if (invalid != null) {
            throw new CorruptMetadataException(
                    "volume "
                            + question.volumeId()
                            + " was not found, but may be the one whose record is invalid: "
                            + invalid);
        }
        throw new IOException(
                "there is no volume "
                        + question.volumeId()
                        + " in "
                        + domain().path()
                        + ": it was never made, or deleted, and its slot taken");
    }

    /** A tombstone never changes: there is no lease any more, and nobody to fence off. */
    private ReconOutcome decideWithoutLease(VolumeRecord record) {
        return new DecisionTable(question.jobId(), question.generation()).decide(record);
    }

    /** Asks the lease first, and the record only where that is free; null to look again. */
    private @Nullable ReconOutcome look(LeaseManager manager, VolumeRecord located)
            throws IOException, InterruptedException {
        LeaseArea area = domain().leaseArea(located.slotIndex(), question.volumeId());
        return switch (manager.inspect(area)) {
            case LeaseState.Unknown(var why) ->
                    new ReconOutcome.Unknown(
                            "whether %s is held cannot be told: %s".formatted(area, why));
            case LeaseState.Held(var owners) -> {
                ReconOutcome own = isThisHost(manager, owners) ? decide(false) : null;
                yield own != null ? own : held(area, owners.getFirst(), located.slotIndex());
            }
            case LeaseState.Free() -> {
                isHeld = false;
                yield decide(true);
            }
        };
    }

    /**
     * A lease may name this host although nobody here holds it, after an acquire that was given up
     * when it had won already. The daemon grants such a lease to who comes next here; only here.
     */
    private boolean isThisHost(LeaseManager manager, List<LeaseOwner> owners) throws IOException {
        HostIdentity self = manager.host(domain().id());
        return owners.stream().allMatch(owner -> owner.host().equals(self));
    }

    private @Nullable ReconOutcome held(LeaseArea area, LeaseOwner owner, int slotIndex)
            throws IOException {
        Optional<ActiveJob> working =
                domain().store().read(slotIndex).record().flatMap(VolumeRecord::activeJob);
        if (settings.pressure() != ReconSettings.Pressure.NONE) {
            press(area, owner.host());
        }
        if (!isHeld) {
            isHeld = true;
            heldSinceNanos = clock().nanoTime();
        }
        boolean passing = working.isEmpty() && !hasPassed(heldSinceNanos, PASSING);
        if (!hasPassed(settings.holderWait()) || passing) {
            return null;
        }
        Optional<Instant> since =
                working.filter(active ->
                                owner.host()
                                        .equals(
                                                new HostIdentity(
                                                        active.hostId(), active.hostGeneration())))
                        .map(ActiveJob::start);
        return new ReconOutcome.Running(owner.host(), since, owner.description());
    }

    private void press(LeaseArea area, HostIdentity holder) {
        RequestMode due =
                settings.pressure() == ReconSettings.Pressure.FORCE
                                && hasPassed(settings.holderWait().dividedBy(2))
                        ? RequestMode.FORCE
                        : RequestMode.GRACEFUL;
        if (due == asked) {
            return;
        }
        asked = due;
        try {
            requests.ask(area, holder, due);
            listener.accept(
                    "asked host %d to let go, by %s"
                            .formatted(
                                    holder.hostId(),
                                    due == RequestMode.FORCE ? "force" : "its own way of ending"));
        } catch (IOException e) { // it may have let go by itself meanwhile
            listener.accept("host " + holder.hostId() + " was not asked: " + e.getMessage());
        }
    }

    private @Nullable ReconOutcome decide(boolean seenFree)
            throws IOException, InterruptedException {
        ReconJob decision = new ReconJob(question, settings.preemption());
        JobResult result;
        try (LeaseWatch watch = new LeaseWatch(jobSettings.verifyInterval())) {
            DirectJob direct = starter.job(decision, leases, watch, jobSettings);
            synchronized (this) {
                if (givenUp) {
                    return new ReconOutcome.Unknown("it was given up");
                }
                job = direct.handle();
            }
            result = direct.run();
        }
        result.warnings().forEach(listener);
        JobFailure failure = result.failure();
        return failure == null ? decision.outcome() : undecided(failure, seenFree);
    }

    private @Nullable ReconOutcome undecided(JobFailure failure, boolean seenFree) {
        if (failure.kind() == FailureKind.LEASE_HELD) {
            // Somebody was faster, or the host that is dead is not dead enough for sanlock yet.
            refusals += seenFree ? 1 : 0;
            return seenFree && refusals >= REFUSALS && hasPassed(patience())
                    ? new ReconOutcome.Unknown(
                            "the lease was free, but not to be had: "
                                    + failure.message()
                                    + "; ask again")
                    : null;
        }
        return failure.cause() instanceof CorruptMetadataException
                        || failure.cause() instanceof UnsupportedFormatException
                ? new ReconOutcome.Invalid(failure.message())
                : new ReconOutcome.Unknown(failure.message());
    }

    private Duration patience() {
        return settings.holderWait().compareTo(PASSING) < 0 ? PASSING : settings.holderWait();
    }

    /** Nobody waits for the outcome any more: closes no generation from now on. Idempotent. */
    synchronized void giveUp() {
        givenUp = true;
        JobHandle running = job;
        if (running == null || running.result().isPresent()) {
            return;
        }
        try {
            running.abort();
        } catch (AbortRefusedException e) {
            listener.accept(String.valueOf(e.getMessage())); // it has just ended
        }
    }
}
