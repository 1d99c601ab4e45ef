package io.tenure.jobs.matrix;

import java.util.Locale;

/** What happens at an operation. */
enum Strike {
    /** SIGKILL before it. */
    KILLED_BEFORE,
    /** SIGKILL after it. */
    KILLED_AFTER,
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

    boolean isKill() {
        return this == KILLED_BEFORE || this == KILLED_AFTER;
    }

    /** Whether it is one of the storage's, of which operations that reach none know nothing. */
    boolean isOfStorage() {
        return this == FAILS || this == FULL || this == HANGS;
    }

    /** Whether a lease has to expire, which takes a fast clock. */
    boolean takesExpiry() {
        return this == PROCESS_STOPPED
                || this == HOST_STOPPED
                || this == DAEMON_KILLED
                || this == HANGS;
    }
}
