package io.tenure.sanlock;

import io.tenure.bindings.sanlock.SanlockReturn;
import java.io.IOException;

/**
 * sanlock refused or could not do something.
 *
 * <p>The message is one line: what was asked, on what, the code's name and text, and what to do
 * where that is known. A code alone can be ambiguous; the predicates take into account what was
 * asked and whether the daemon was still there.
 */
public final class SanlockException extends IOException {
    private static final long serialVersionUID = 1L;

    /** The code as the library returned it. */
    private final int code;

    /** What the code means here. */
    private final SanlockFailure failure;

    SanlockException(SanlockOperation operation, String what, int code, boolean connected) {
        this(operation, what, code, SanlockFailure.of(operation, code, connected));
    }

    /** With a meaning that the code alone does not tell. */
    SanlockException(SanlockOperation operation, String what, int code, SanlockFailure failure) {
        super(message(operation, what, code, failure));
        this.code = code;
        this.failure = failure;
    }

    /**
     * The code as the library returned it.
     *
     * @return negative: -errno, a code of {@link SanlockReturn}, or -1, which is not EPERM
     */
    public int code() {
        return code;
    }

    /**
     * The code's name.
     *
     * @return such as {@code SANLK_ACQUIRE_IDLIVE} or {@code ENOSPC}; {@code -1} for that code
     */
    public String symbol() {
        return SanlockReturn.symbol(code);
    }

    /**
     * What the code means for what was asked.
     *
     * @return one sentence or clause in lower case, without a full stop
     */
    public String meaning() {
        return failure.meaning().isEmpty() ? SanlockReturn.text(code) : failure.meaning();
    }

    /**
     * What to do.
     *
     * @return an imperative in lower case, without a full stop; empty if nothing is known to help
     */
    public String advice() {
        return failure.advice();
    }

    /**
     * Whether somebody on another host holds the lease, or is just taking or leaving it, so that
     * trying again later can succeed.
     *
     * @return true for a failed acquire or convert of that kind
     */
    public boolean isHeldElsewhere() {
        return failure == SanlockFailure.HELD_ELSEWHERE;
    }

    /**
     * Whether another connection to this host's daemon holds the lease.
     *
     * @return true for a failed acquire of that kind
     */
    public boolean isHeldHere() {
        return failure == SanlockFailure.HELD_HERE;
    }

    /**
     * Whether a lease to adopt was not there as an orphan.
     *
     * @return true for a failed adoption of that kind
     */
    public boolean isNoOrphan() {
        return failure == SanlockFailure.NO_ORPHAN;
    }

    /**
     * Whether this host is not in the lockspace.
     *
     * @return true if joining it comes first
     */
    public boolean isNotJoined() {
        return failure == SanlockFailure.NOT_JOINED;
    }

    /**
     * Whether the daemon is not running, or hung up. Leases held through a connection are lost with
     * it.
     *
     * @return true if nothing can be asked of it
     */
    public boolean isDaemonGone() {
        return failure == SanlockFailure.DAEMON_GONE;
    }

    /**
     * Whether the daemon did not answer within the limit, or this process had too many requests
     * there already: nothing is known of what was asked.
     *
     * @return true if asking for the state comes next
     */
    public boolean isUnanswered() {
        return switch (failure) {
            case NO_ANSWER, NO_WORKER, STILL_CHANGING, INTERRUPTED -> true;
            default -> false;
        };
    }

    /**
     * Whether it can succeed when tried again soon, unchanged: somebody else's work is in the way.
     *
     * @return true for what passes by itself
     */
    public boolean isTemporary() {
        return switch (failure) {
            case HELD_ELSEWHERE, BUSY, NOT_SEEN_YET, INDEX_BUSY, EVENT_PENDING, NO_WORKER -> true;
            default -> false;
        };
    }

    /**
     * Whether there is no lease at that place: never written, or cleared.
     *
     * @return true if the storage there was read and is something else
     */
    public boolean isNoLease() {
        return failure == SanlockFailure.NO_LEASE;
    }

    private static String message(
            SanlockOperation operation, String what, int code, SanlockFailure failure) {
        String explained =
                failure == SanlockFailure.OTHER
                        ? ""
                        : ": " + failure.meaning() + "; " + failure.advice();
        return "cannot "
                + operation.verb()
                + " "
                + what
                + ": "
                + SanlockReturn.describe(code)
                + explained;
    }
}
