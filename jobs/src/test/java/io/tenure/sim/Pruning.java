package io.tenure.sim;

/**
 * What a search need not try. Each rule leaves out a schedule S for the sake of a schedule S' that
 * is tried: it does the same to everything that anybody looks at later, with no more faults. {@code
 * docs/protocol.md}, "What a search leaves out", has the arguments, and {@link PruningTest}
 * compares what comes of searches with these rules and without. For one world.
 */
final class Pruning {
    /** How much is left out. */
    enum Degree {
        /** Nothing: each operation takes a millisecond. */
        NONE,
        /** Clocks stand still and nobody polls for ever, so that a search comes to an end. */
        STILL,
        /** Whatever makes no difference, however the protocol is written. */
        STRICT,
        /** Also what makes none if a job makes nothing of what it read before its lease. */
        LEASED
    }

    private static final long HALF_DEAD_MILLIS = SimLeases.DEAD_MILLIS / 2;

    private final World world;
    private Degree degree = Degree.NONE;

    Pruning(World world) {
        this.world = world;
    }

    void set(Degree wanted) {
        degree = wanted;
    }

    Degree degree() {
        return degree;
    }

    private boolean isOff() {
        return degree.compareTo(Degree.STILL) <= 0;
    }

    /** Time is a choice like all others: it passes in ticks, and no clock shows it. */
    boolean stopsClocks() {
        return degree != Degree.NONE;
    }

    long stepMillis() {
        return stopsClocks() ? 0 : 1;
    }

    /** Between "too young to be dead" and "dead" there is nothing to see. */
    long tickMillis() {
        return isOff() ? HALF_DEAD_MILLIS : SimLeases.DEAD_MILLIS;
    }

    /** Nobody sees whether a process that is cut off is ended now or in time. */
    boolean endsAtOnce() {
        return !isOff();
    }

    /** Whether time would change anything for a host. */
    boolean waitsForTime(SimHost host) {
        return !host.renews()
                && world.leases.ageMillis(host) < SimLeases.DEAD_MILLIS
                && (isOff() || countsAge(host));
    }

    /** Whether anybody asks when a host last renewed: the one that has no power does not. */
    boolean countsAge(SimHost host) {
        return !host.renews() && (host.powered || world.leases.owner == host);
    }

    /** Whether a host will never do anything again, nor anybody ever look at it. */
    boolean isOut(SimHost host) {
        return !isOff() && !host.everOwned && !host.hasWork();
    }

    /** A job that has begun and done nothing is as good as one that has not begun. */
    boolean beginsAtOnce(SimHost host) {
        return !isOff() && !host.busy && host.canRun();
    }

    /** A process that looked, changed nothing, and begins anew: in S' it begins later. */
    boolean isVain(SimHost host) {
        return stopsClocks() && !host.touched && (!isOff() || host.polls > 1);
    }

    /** A scan of all slots, before the lease, shows the volume as it was at first. */
    boolean hidesScans() {
        return degree == Degree.LEASED;
    }

    /**
     * A machine that stood still, but was not taken for dead meanwhile, has only been slow: in S'
     * it is not its turn for that long.
     */
    boolean mayResume(SimHost host) {
        return isOff() || world.leases.ageMillis(host) >= SimLeases.DEAD_MILLIS;
    }

    /** Likewise, unless its process was ended. */
    boolean mayHeal(SimHost host) {
        return isOff() || !host.busy || world.leases.ageMillis(host) >= SimLeases.FAIL_MILLIS;
    }

    /**
     * Whether what a host does next, and all that can happen to it, has nothing to do with what
     * others can do before: in S' it goes first.
     */
    boolean goesFirst(SimHost host) {
        if (isOff() || !host.busy || !host.powered || !host.touched) {
            return false;
        }
        SimStorage storage = world.storage;
        if (storage.inFlight(host) > 0) {
            return false;
        }
        if (world.truth.owns(host)) {
            return host.renews() && world.faultsLeft == 0 && isAlone(host);
        }
        // The lease is lost for good, and nobody asks whether this host lives.
        if (storage.hasUnflushed(host)) {
            return false;
        }
        if (host.paused) {
            return mayResume(host);
        }
        if (host.link != SimHost.Link.UP) {
            return mayHeal(host);
        }
        return host.draining
                || host.reach == SimHost.Reach.LEADER
                || host.reach == SimHost.Reach.RELEASE;
    }

    /** Whether nobody can interfere with what the owner of the lease, who stays it, does next. */
    private boolean isAlone(SimHost owner) {
        if (owner.draining || owner.reach == SimHost.Reach.LEADER) {
            return true;
        }
        if (owner.reach != SimHost.Reach.RECORD || !world.storage.flights.isEmpty()) {
            return false;
        }
        for (SimHost other : world.hosts) {
            if (other != owner && other.busy && other.touched) {
                return false;
            }
        }
        return true;
    }

    /** Whether a fault that can happen to a host comes to something else than others before it. */
    boolean isNew(Action fault, SimHost host) {
        if (isOff()) {
            return true;
        }
        return switch (fault) {
            // In S' it happens before the operation that only looked: what it saw dies with it.
            case KILL -> !host.onlyLooked;
            case CRASH_KEEPING, CRASH_LOSING, CRASH_TEARING, PARTITION ->
                    !host.onlyLooked && (host.everOwned || host.touched);
            // Of a host that holds nothing nobody asks whether it lives: in S' it is only slow.
            case PAUSE, PAUSE_IN_FLIGHT, PARTITION_UNWATCHED -> world.truth.owns(host);
            default -> true;
        };
    }
}
