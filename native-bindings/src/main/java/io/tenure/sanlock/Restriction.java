package io.tenure.sanlock;

import io.tenure.bindings.sanlock.SanlockConstants;

/** What a registration may be restricted in, for as long as it lives. */
public enum Restriction {
    /** No further commands: the leases stay until the registration is closed. */
    ALL(SanlockConstants.SANLK_RESTRICT_ALL),
    /** The daemon sends SIGTERM where it would send SIGKILL. */
    NO_SIGKILL(SanlockConstants.SANLK_RESTRICT_SIGKILL),
    /** The daemon sends SIGKILL where it would send SIGTERM. */
    NO_SIGTERM(SanlockConstants.SANLK_RESTRICT_SIGTERM);

    private final int flag;

    Restriction(int flag) {
        this.flag = flag;
    }

    int flag() {
        return flag;
    }
}
