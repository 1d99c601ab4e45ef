package io.tenure.jobs.matrix;

import java.util.Locale;

/** What happens at an operation. */
enum Strike {
    /** SIGKILL before it. */
    KILLED_BEFORE,
    /** SIGKILL after it. */
    KILLED_AFTER,
    /** SIGKILL while it is under way on a device that has become slow. */
    KILLED_IN_FLIGHT,
    /** SIGSTOP of the process before it, for longer than a lease lives without its daemon. */
    PROCESS_STOPPED,
    /** The machine stands still before it, until another host has taken over, and goes on. */
    HOST_STOPPED,
    /** SIGKILL of the daemon before it; the process goes on. */
    DAEMON_KILLED,
    /** It meets EIO. */
    FAILS,
    /** It meets ENOSPC. */
    FULL,
    /** It is not answered until another host has taken over, where one can. */
    HANGS;

    /** As a person reads it. */
    String words() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** Whether it can happen at an operation: storage's faults only where storage is reached. */
    boolean fits(Cell operation) {
        return switch (this) {
            case FAILS, FULL, HANGS -> operation.reachesStorage();
            case KILLED_IN_FLIGHT -> operation.onData() && operation.writes();
            default -> true;
        };
    }

    /** Whether an operation that was under way lands after others have taken over. */
    boolean landsLate() {
        return this == HOST_STOPPED || this == HANGS;
    }

    /** Whether a lease has to expire, which takes a fast clock. */
    boolean takesExpiry() {
        return this == PROCESS_STOPPED
                || this == HOST_STOPPED
                || this == DAEMON_KILLED
                || this == HANGS;
    }
}
