package io.tenure.lease.sanlock;

import io.tenure.domain.LeaseArea;
import io.tenure.format.sanlock.PaxosLeader;
import io.tenure.format.sanlock.RequestRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A lease as storage alone showed it at one moment.
 *
 * @param area the lease
 * @param state what follows from its sectors
 * @param leader its leader; null if that cannot be read
 * @param request what is asked of its owner; null if that cannot be read
 * @param holders who holds it, or may: one for {@link State#HELD}, some for {@link State#SHARED}
 * @param problem what is wrong with it; null if all is well
 */
public record StoredLease(
        LeaseArea area,
        State state,
        @Nullable PaxosLeader leader,
        @Nullable RequestRecord request,
        List<Holder> holders,
        @Nullable String problem) {
    /** What storage alone tells of a lease. */
    public enum State {
        /** Nobody holds it. */
        FREE,
        /** Held by one host. It may have died: storage does not tell. */
        HELD,
        /** Held by hosts that share it. They may have died: storage does not tell. */
        SHARED,
        /** Its owner has left or joined anew, and holds it no more: anybody may acquire it. */
        LEFT,
        /** No lease, another one, or a damaged one: nobody can acquire it, and it is never free. */
        BROKEN,
        /** It could not be read, or is of a newer sanlock: nothing can be told. */
        UNREADABLE
    }

    /**
     * Somebody who holds a lease.
     *
     * @param hostId its host id
     * @param hostGeneration its host generation
     * @param sinceSeconds since when, in seconds of that host's CLOCK_MONOTONIC; 0 if not known
     */
    public record Holder(long hostId, long hostGeneration, long sinceSeconds) {}

    /**
     * Copies the list.
     *
     * @param area the lease
     * @param state its state
     * @param leader its leader
     * @param request the request
     * @param holders who holds it
     * @param problem what is wrong
     */
    public StoredLease {
        holders = List.copyOf(holders);
    }
}
