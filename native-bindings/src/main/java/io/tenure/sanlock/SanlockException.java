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

    private SanlockException(
            SanlockOperation operation, String what, int code, SanlockFailure failure) {
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
     * Whether there is no lease at that place: never written, or cleared.
     *
     * @return true if the storage there was read and is something else
     */
    public boolean isNoLease() {
        return failure == SanlockFailure.NO_LEASE;
    }

    private static String message(
            SanlockOperation operation, String what, int code, SanlockFailure failure) {
        String advice = failure.advice().isEmpty() ? "" : ": " + failure.advice();
        return "cannot "
                + operation.verb()
                + " "
                + what
                + ": "
                + SanlockReturn.describe(code)
                + advice;
    }
}
