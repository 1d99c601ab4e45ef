package io.tenure.sanlock;

import io.tenure.bindings.sanlock.SanlockConstants;

/** What keeps a lockspace from being left, besides leases; see {@link Sanlock#configure}. */
public enum LockspaceUse {
    /**
     * Something outside of sanlock uses it, such as a job that is not bound to a process. If the
     * lockspace fails, nothing but the watchdog ends it: the host is reset.
     */
    USED(SanlockConstants.SANLK_CONFIG_USED),
    /** Takes the mark {@link #USED} away. */
    UNUSED(SanlockConstants.SANLK_CONFIG_UNUSED),
    /** Orphans count as a use. */
    USED_BY_ORPHANS(SanlockConstants.SANLK_CONFIG_USED_BY_ORPHANS),
    /** Orphans do not count as a use. */
    UNUSED_BY_ORPHANS(SanlockConstants.SANLK_CONFIG_UNUSED_BY_ORPHANS);

    private final int command;

    LockspaceUse(int command) {
        this.command = command;
    }

    int command() {
        return command;
    }
}
