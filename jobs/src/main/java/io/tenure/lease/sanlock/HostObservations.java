package io.tenure.lease.sanlock;

import io.tenure.format.sanlock.DeltaLeader;
import io.tenure.sanlock.HostState;
import io.tenure.sanlock.SanlockTimeouts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Tells live hosts from dead ones by looking at storage again and again, as a sanlock daemon does:
 * whoever changes its timestamp lives. Needs no daemon, but time: before the first change of a
 * host's timestamp nothing is known of it.
 *
 * <p>To show people what goes on. Whether a lease is free is for the daemons to say. Not safe for
 * several threads.
 */
public final class HostObservations {
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final Map<Integer, Seen> byHostId = new HashMap<>();

    /** What was seen last of a host: its sector, when that was new, and whether it ever changed. */
    private record Seen(DeltaLeader leader, long nanoTime, boolean changed) {}

    /**
     * A host as it was seen up to now.
     *
     * @param host what storage says now
     * @param state sanlock's rule, applied to what was seen: UNKNOWN before the first change
     * @param secondsSinceRenewal since its timestamp was seen to change; empty if it never was
     */
    public record Observed(StoredHost host, HostState state, OptionalLong secondsSinceRenewal) {}

    /** Begins to observe, with nothing seen. */
    public HostObservations() {}

    /**
     * Adds what storage says now.
     *
     * @param hosts as just read
     * @param nanoTime when, by {@link System#nanoTime}
     * @return the host ids that were ever used, in order
     */
    public List<Observed> observe(StoredHosts hosts, long nanoTime) {
        return hosts.used().stream().map(host -> observe(host, nanoTime)).toList();
    }

    private Observed observe(StoredHost host, long nanoTime) {
        DeltaLeader leader = host.leader();
        if (leader == null) {
            return new Observed(host, HostState.UNKNOWN, OptionalLong.empty());
        }
        Seen before = byHostId.get(host.hostId());
        Seen now = before;
        if (now == null) {
            now = new Seen(leader, nanoTime, false);
        } else if (now.leader().timestampSeconds() != leader.timestampSeconds()
                || now.leader().generation() != leader.generation()) {
            now = new Seen(leader, nanoTime, true);
        }
        byHostId.put(host.hostId(), now);
        long seconds = (nanoTime - now.nanoTime()) / NANOS_PER_SECOND;
        return new Observed(
                host,
                state(leader, now.changed(), seconds),
                now.changed() && !leader.isFree()
                        ? OptionalLong.of(seconds)
                        : OptionalLong.empty());
    }

    private static HostState state(DeltaLeader leader, boolean changed, long seconds) {
        int ioTimeoutSeconds = leader.ioTimeoutSeconds();
        if (leader.isFree()) {
            return HostState.FREE;
        }
        if (seconds > SanlockTimeouts.hostDeadSeconds(ioTimeoutSeconds)) {
            return HostState.DEAD;
        }
        if (seconds > SanlockTimeouts.failSeconds(ioTimeoutSeconds)) {
            return HostState.FAIL;
        }
        return changed ? HostState.LIVE : HostState.UNKNOWN;
    }
}
