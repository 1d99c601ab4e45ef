package io.tenure.sanlock;

/** Whether this host has joined a lockspace. */
public enum LockspaceState {
    /** Not joined. */
    ABSENT,
    /** On its way in, or out. */
    CHANGING,
    /** Joined. */
    JOINED
}
