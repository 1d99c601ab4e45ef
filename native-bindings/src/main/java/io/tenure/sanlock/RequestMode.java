package io.tenure.sanlock;

import io.tenure.bindings.sanlock.SanlockConstants;

/** How a holder is made to let go of a lease that another host requests. */
public enum RequestMode {
    /** Its kill program is run; without one it gets SIGTERM. */
    GRACEFUL(SanlockConstants.SANLK_REQ_GRACEFUL),
    /** It gets SIGKILL: the whole process, with everything else that it does. */
    FORCE(SanlockConstants.SANLK_REQ_FORCE);

    private final int nativeMode;

    RequestMode(int nativeMode) {
        this.nativeMode = nativeMode;
    }

    int nativeMode() {
        return nativeMode;
    }
}
