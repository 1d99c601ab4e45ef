package io.tenure.lease;

/** How a lease is held. */
public enum LeaseMode {
    /** Together with other shared holders: for sources. */
    SHARED,
    /** Alone: for destinations. */
    EXCLUSIVE
}
