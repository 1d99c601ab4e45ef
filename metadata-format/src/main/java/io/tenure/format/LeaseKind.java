package io.tenure.format;

/**
 * What guards the volumes of a domain. Fixed when the domain is made: two kinds must never guard
 * the same volume.
 */
public enum LeaseKind {
    /** Locks of one host's operating system. On storage: 1. */
    LOCAL(1),
    /** Leases of sanlock, for many hosts. On storage: 2. */
    SANLOCK(2);

    private final int code;

    LeaseKind(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
