package io.tenure.sim;

import io.tenure.format.VolumeRecord;
import io.tenure.jobs.FailureKind;
import io.tenure.jobs.JobFailure;
import io.tenure.jobs.JobResult;
import io.tenure.jobs.JobState;
import io.tenure.jobs.JobStep;
import io.tenure.jobs.VolumeQuarantinedException;
import io.tenure.recon.ReconOutcome;
import org.jspecify.annotations.Nullable;

/**
 * How one process behaves: what has happened to it, whether that is reason for what it says, and
 * whether it does as it was told. All of it follows from what the process has seen.
 */
final class Conduct {
    private final SimHost host;
    private final Item item;
    private JobStep step = JobStep.ACQUIRE;

    /** An operation has reported an error. */
    private boolean erred;

    /** The lease was refused. */
    private boolean refused;

    /** A look has shown that the lease is another's, or the watch has said so. */
    private boolean lost;

    /** It was asked whether a host may still have writes under way, and one may. */
    private boolean suspects;

    /** In which step an abort was accepted. */
    private @Nullable JobStep abortedIn;

    /** The watch has told that the lease is lost; what is on its way then is the last. */
    private boolean toldLost;

    private boolean onItsWay;
    private @Nullable SimHost holder;
    private boolean granted;
    private boolean signed;

    Conduct(SimHost host, Item item) {
        this.host = host;
        this.item = item;
    }

    // What happens to it.

    void errs() {
        erred = true;
    }

    void isRefused() {
        refused = true;
    }

    void loses() {
        lost = true;
    }

    void suspectsOther() {
        suspects = true;
    }

    void seesHolder(SimHost owner) {
        holder = owner;
    }

    void isGranted() {
        granted = true;
    }

    void signs() {
        signed = true;
    }

    void isAborted() {
        abortedIn = step;
    }

    /** The watch says that the lease is lost. */
    void isToldLost() {
        lost = true;
        toldLost = true;
        onItsWay = host.isSubmitting();
    }

    // What it does.

    /** It is in a step from now on. */
    void starts(JobStep entered) {
        step = entered;
        if (entered == JobStep.VALIDATE && !host.isWatched()) {
            violate("WATCHED", "goes on without anybody who watches its leases");
        }
    }

    /** It has done all that a step is for. */
    void finishes(JobStep left) {
        // Who has lost the lease meanwhile has seen what stood there before.
        boolean owns = host.world.truth.owns(host);
        if (left == JobStep.VALIDATE && item.awaitsQuarantine() && owns && !isLateRecord()) {
            SimHost suspect = host.world.truth.suspect(host);
            if (suspect != null) {
                violate("QUARANTINE", "goes on although writes of " + suspect + " may land yet");
            }
        }
    }

    /** It submits a write. */
    void writes(boolean record) {
        if (toldLost && !onItsWay) {
            violate("PREEMPTED", "writes although it was told that its lease is lost");
        }
        onItsWay &= host.operation.equals(SimHost.ZERO); // one request, whatever its length
        if (record && !signed) {
            violate("SIGNED", "writes before it has signed its lease");
        }
        boolean early =
                abortedIn == JobStep.ACQUIRE
                        || abortedIn == JobStep.VALIDATE
                        || (abortedIn == JobStep.WORK && item.decides());
        if (item.kind() == Item.Kind.LOOK) {
            violate("RECON", "writes although it was only to look");
        }
        if (record && early) {
            violate("ABORTED", "writes although it was aborted before it had begun its work");
        }
    }

    /** It waits for its requests in flight. */
    void drains(boolean open) {
        if (open) {
            violate("DRAINED", "waits behind a gate that lets more requests in");
        }
    }

    /** It takes back what its work has left. */
    void rollsBack() {
        if (host.world.truth.mayBeCommitted(item)) {
            violate("OUTCOME", "takes its work back, which may be committed");
        }
        if (toldLost || (host.stalledSinceProof && !host.world.truth.owns(host))) {
            violate("ONE_WRITER", "takes its work back without the lease");
        }
    }

    /** It clears up after its commit; a job for which that is not enough looks once more. */
    void cleansUp() {
        if (toldLost) {
            violate("ONE_WRITER", "clears up although it was told that its lease is lost");
        }
    }

    // What it says.

    /** A job has ended. */
    void ended(JobResult result) {
        JobFailure failure = result.failure();
        if (failure == null && abortedIn != null && abortedIn.compareTo(JobStep.COMMIT) < 0) {
            violate("ABORTED", "is done although it was aborted before its commit");
        }
        boolean mayBeAborted =
                abortedIn != null && failure != null && failure.kind() != FailureKind.LEASE_LOST;
        if (mayBeAborted != (result.outcome() == JobState.ABORTED)) {
            violate("REASON", "ends " + result.outcome() + World.reason(result));
        }
        if (failure != null && !hasReason(result, failure)) {
            violate(
                    "REASON",
                    "failed for no reason (" + failure.kind() + ")" + World.reason(result));
        }
        if (granted && !erred && host.world.truth.owns(host)) {
            violate("RELEASED", "has ended, and keeps the lease");
        }
        boolean stood = host.stalledSinceProof || isLateRecord();
        if (item.kind() == Item.Kind.SETTLE && failure == null && !stood && !isSettled()) {
            violate("SETTLED", "is done, but the record does not say what is known");
        }
        if (host.isWatched()) {
            violate("WATCHED", "has ended, and its leases are watched");
        }
    }

    private boolean hasReason(JobResult result, JobFailure failure) {
        Long before = result.generationBefore();
        return switch (failure.kind()) {
            case LEASE_HELD -> refused;
            case LEASE_LOST -> mayHaveLost();
            case ABORTED -> abortedIn != null;
            case GENERATION_MISMATCH -> before != null && before != item.expected();
            case OPERATION ->
                    failure.cause() instanceof VolumeQuarantinedException ? suspects : erred;
            default -> false;
        };
    }

    /** A reconnaissance has said what became of a job. */
    void told(ReconOutcome outcome) {
        boolean hasReason =
                switch (outcome) {
                    case ReconOutcome.Unknown(var why) ->
                            erred
                                    || refused
                                    || abortedIn != null
                                    || mayHaveLost()
                                    || (item.kind() == Item.Kind.LOOK && mayBeUnknown(why));
                    case ReconOutcome.Running running ->
                            holder != null && holder.id() == running.host().hostId();
                    case ReconOutcome.Invalid _ -> item.expected() > Truth.BASE;
                    default -> true;
                };
        if (!hasReason) {
            violate("REASON", "said " + outcome + " for no reason");
        }
    }

    /** Only one copy says it; or what the job left behind is not kept, and it may still begin. */
    private boolean mayBeUnknown(String why) {
        return !host.world.truth.isWhole() || why.contains("may still begin");
    }

    /** Both copies say that nobody works, and name the quarantine that is due, or none. */
    private boolean isSettled() {
        Truth truth = host.world.truth;
        VolumeRecord record = truth.record();
        return record != null
                && truth.isWhole()
                && record.activeJob().isEmpty()
                && (record.quarantine().isEmpty() ? truth.suspect(host) == null : suspects);
    }

    /** It stood still and found the record another's, or found that by the lease. */
    private boolean mayHaveLost() {
        return lost || host.stalledSinceProof || isLateRecord();
    }

    /** A sector of a record that came late may have changed what it saw. */
    private boolean isLateRecord() {
        return host.world.truth.hasLateRecord();
    }

    private void violate(String name, String what) {
        if (!host.gone) {
            host.world.violate(name + ": " + host + ", in " + item + ", " + what);
        }
    }
}
