package io.tenure.sanlock;

/** How a lease is held. */
public enum LeaseMode {
    /** Any number of holders, on any hosts, none of them exclusive. */
    SHARED,
    /** One holder. */
    EXCLUSIVE
}
