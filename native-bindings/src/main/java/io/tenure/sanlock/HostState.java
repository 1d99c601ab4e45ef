package io.tenure.sanlock;

import io.tenure.bindings.sanlock.SanlockConstants;

/**
 * What this host knows of another host of a lockspace, {@code SANLK_HOST_} of {@code
 * sanlock_admin.h}. The times are in {@link SanlockTimeouts}; this host looks only at each of its
 * own renewals, so a change is seen late by up to {@link SanlockTimeouts#observationSeconds}.
 */
public enum HostState {
    /** Not seen renewing yet, and not watched long enough to say that it does not. */
    UNKNOWN,
    /** The host id is not held. */
    FREE,
    /** It renews. This host itself is always LIVE, also when its own renewals fail. */
    LIVE,
    /** It has not renewed for {@link SanlockTimeouts#failSeconds} and kills its processes. */
    FAIL,
    /** It has not renewed for {@link SanlockTimeouts#hostDeadSeconds}: its watchdog has fired. */
    DEAD;

    static HostState ofFlags(int flags) {
        return switch (flags & SanlockConstants.SANLK_HOST_MASK) {
            case SanlockConstants.SANLK_HOST_FREE -> FREE;
            case SanlockConstants.SANLK_HOST_LIVE -> LIVE;
            case SanlockConstants.SANLK_HOST_FAIL -> FAIL;
            case SanlockConstants.SANLK_HOST_DEAD -> DEAD;
            default -> UNKNOWN;
        };
    }
}
