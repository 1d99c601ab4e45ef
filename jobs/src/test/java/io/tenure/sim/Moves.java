package io.tenure.sim;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What can happen next in a world. */
final class Moves {
    private final World world;
    private final Set<Action> allowed;

    /**
     * The one host whose record sectors may be late, and in which incarnation; null for none yet.
     */
    private @Nullable SimHost lateHost;

    private long lateGeneration;

    /** A power loss has torn a sector of a record: then none is late, both are too much. */
    private boolean tornRecord;

    Moves(World world, Set<Action> allowed) {
        this.world = world;
        this.allowed = allowed;
    }

    void reset() {
        lateHost = null;
        lateGeneration = 0;
        tornRecord = false;
    }

    void list(Options options) {
        options.clear();
        boolean silent = false;
        boolean stuck = false;
        for (SimHost host : world.hosts) {
            if (world.pruning.isOut(host)) {
                continue;
            }
            if (world.pruning.beginsAtOnce(host)) {
                options.clear();
                options.add(Action.RUN, host.index);
                return;
            }
            if (world.pruning.goesFirst(host)) {
                options.clear();
                addAll(host, options);
                return;
            }
            boolean waits = world.pruning.waitsForTime(host);
            silent |= waits;
            stuck |= waits && host.powered && host.hasWork();
            addAll(host, options);
        }
        for (int i = 0; i < world.storage.flights.size(); i++) {
            Flight flight = world.storage.flights.get(i);
            offer(flight.late ? Action.LAND_LATE : Action.LAND, i, options);
            if (!flight.host.powered && mayTear(flight)) {
                offer(Action.LAND_TORN, i, options);
            }
        }
        if (stuck || (silent && options.count() > 0)) {
            offer(Action.TICK, 0, options);
        }
    }

    private void addAll(SimHost host, Options options) {
        addSteps(host, options);
        if (world.faultsLeft > 0 && host.busy && host.powered && !host.paused) {
            addFaults(host, options);
        }
    }

    private void addSteps(SimHost host, Options options) {
        int i = host.index;
        if (host.canRun()) {
            offer(Action.RUN, i, options);
        }
        if (host.paused && world.pruning.mayResume(host)) {
            offer(Action.RESUME, i, options);
        }
        if (host.link != SimHost.Link.UP && world.pruning.mayHeal(host)) {
            offer(Action.HEAL, i, options);
        }
        if (!host.powered && host.hasWork()) {
            offer(Action.REJOIN, i, options);
        }
        if (host.watchWouldTell()) {
            offer(Action.WATCH, i, options);
        }
    }

    private void addFaults(SimHost host, Options options) {
        boolean writing = host.pendingSector >= 0 && host.stalled == null;
        boolean lateToo = !isAtRecord(host) || (lateHost == null && !tornRecord) || isLate(host);
        fault(Action.KILL, host, options);
        fault(Action.CRASH_KEEPING, host, options);
        if (world.storage.hasUnflushed(host)) {
            fault(Action.CRASH_LOSING, host, options);
            if (lateHost == null || !world.storage.hasUnflushedRecord(host)) {
                fault(Action.CRASH_TEARING, host, options);
            }
        }
        if (lateToo) {
            fault(Action.PAUSE, host, options);
        }
        if (host.link == SimHost.Link.UP) {
            fault(Action.PARTITION, host, options);
            if (lateToo) {
                fault(Action.PARTITION_UNWATCHED, host, options);
            }
            if (!host.draining) {
                fault(Action.ERROR, host, options);
            }
            if (writing && lateToo) {
                fault(Action.CRASH_IN_FLIGHT, host, options);
                fault(Action.PAUSE_IN_FLIGHT, host, options);
            }
            if (writing) {
                fault(Action.ERROR_DONE, host, options);
            }
        }
        if (host.canAbort()) {
            fault(Action.ABORT, host, options);
        }
    }

    private void fault(Action action, SimHost host, Options options) {
        if (world.pruning.isNew(action, host)) {
            offer(action, host.index, options);
        }
    }

    private void offer(Action action, int subject, Options options) {
        if (allowed.contains(action)) {
            options.add(action, subject);
        }
    }

    /**
     * Whether the host comes next to a sector of a record: the look at the lease lies behind it.
     */
    private static boolean isAtRecord(SimHost host) {
        return host.pendingSector >= 0 && host.pendingSector < SimStorage.DATA;
    }

    private boolean isLate(SimHost host) {
        return lateHost == host && lateGeneration == host.generation;
    }

    /** A sector of a record that comes after others have taken the lease over comes whole. */
    private boolean mayTear(Flight flight) {
        return flight.sector >= SimStorage.DATA || world.leases.owner == flight.host;
    }

    /** One of these is about to happen. */
    void taken(Action action, SimHost host) {
        if (Action.LATE_RECORDS.contains(action) && isAtRecord(host)) {
            lateHost = host;
            lateGeneration = host.generation;
        }
        tornRecord |= action == Action.CRASH_TEARING && world.storage.hasUnflushedRecord(host);
    }

    long hash(long seed) {
        SimHost late = lateHost;
        return Mix.mix(
                Mix.mix(seed, tornRecord ? 1 : 0),
                late == null ? -1 : 100 * lateGeneration + late.index);
    }
}
