package io.tenure.lease.sanlock;

import io.tenure.format.sanlock.DeltaLeader;
import org.jspecify.annotations.Nullable;

/**
 * A host id as storage showed it at one moment.
 *
 * @param hostId the host id
 * @param leader what its sector says; null if that cannot be told
 * @param problem why it cannot be told; null if it can
 */
public record StoredHost(int hostId, @Nullable DeltaLeader leader, @Nullable String problem) {
    /**
     * Whether a host has, or once had, this host id. In doubt, yes.
     *
     * @return false only if it was never used
     */
    public boolean isUsed() {
        return leader == null || leader.generation() != 0;
    }

    /**
     * Whether a host has this host id now, dead or alive. In doubt, yes.
     *
     * @return false if it was never used, or its host has left
     */
    public boolean isTaken() {
        return leader == null || !leader.isFree();
    }

    /**
     * Whether a lease that was granted to this host id may still be held. Storage does not tell the
     * dead: only a host that has left, or joined anew, is known to hold nothing.
     *
     * @param hostGeneration the host generation of the grant
     * @return true in doubt
     */
    public boolean mayHold(long hostGeneration) {
        return leader == null
                || leader.generation() < hostGeneration
                || (leader.generation() == hostGeneration && !leader.isFree());
    }
}
