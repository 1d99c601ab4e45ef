package io.tenure.sim;

import io.tenure.jobs.JobFailure;
import io.tenure.jobs.JobResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One schedule after the other: hosts, storage and leases, and the choice of what happens next.
 *
 * <p>Whoever has the {@link Baton} decides, for all: a host that comes to an operation asks what is
 * possible, has one of it chosen, and lets it happen, until it is a host's turn.
 */
final class World implements AutoCloseable {
    /** Far more than any schedule takes that ends. */
    private static final int STEP_LIMIT = 5_000;

    final SimStorage storage;
    final SimLeases leases = new SimLeases(this);
    final Truth truth = new Truth(this);
    final Outcomes outcomes = new Outcomes(this);
    final @Nullable Mutation mutation;
    final SimHost[] hosts;
    private final Baton baton;
    private final Options options = new Options();
    final SimRecords records = new SimRecords();
    final Pruning pruning = new Pruning(this);
    private final Moves moves;
    private final boolean remembers;

    @Nullable List<String> trace;

    /** What has come of the schedules so far, if anybody wants to know. */
    @Nullable Set<String> summaries;

    long nowMillis;
    int faultsLeft;

    /** Whether any fault has happened. */
    boolean faulted;

    /** Whether any has that was not an abort. */
    boolean troubled;

    private Chooser chooser = (world, possible) -> Chooser.ABANDON;
    private boolean over;
    private boolean abandoned;
    private int steps;
    private @Nullable String violation;

    /** The only one that does anything any more. */
    private @Nullable SimHost asking;

    /** Makes a world whose driver is the calling thread. */
    World(int hostCount, @Nullable Mutation mutation, Set<Action> allowed, boolean remembers)
            throws IOException {
        this.remembers = remembers;
        this.moves = new Moves(this, allowed);
        this.mutation = mutation;
        this.storage = new SimStorage(mutation == Mutation.SINGLE_RECORD_COPY);
        this.hosts = new SimHost[hostCount];
        for (int i = 0; i < hostCount; i++) {
            hosts[i] = new SimHost(this, i);
        }
        this.baton = new Baton(hostCount, this::turn);
    }

    /**
     * Runs one schedule to its end.
     *
     * @param scripts what each host is to do
     * @param faults how many faults it may have
     * @param by decides
     * @param prune what need not be tried
     * @return what went wrong; null if nothing did
     */
    @Nullable String run(List<List<Item>> scripts, int faults, Chooser by, Pruning.Degree prune) {
        nowMillis = 0;
        faultsLeft = faults;
        faulted = false;
        troubled = false;
        moves.reset();
        chooser = by;
        pruning.set(prune);
        over = false;
        abandoned = false;
        steps = 0;
        violation = null;
        storage.reset();
        leases.reset();
        for (int i = 0; i < hosts.length; i++) {
            hosts[i].reset(i < scripts.size() ? scripts.get(i) : List.of());
        }
        truth.reset(scripts);
        outcomes.reset();
        baton.passAndAwait(decide(), baton.driver());
        endAll();
        if (!abandoned && violation == null) {
            Set<String> all = summaries;
            if (all != null) {
                all.add(outcomes.summary());
            }
            askOnceMore(jobs(scripts));
            outcomes.atEnd();
        }
        return violation;
    }

    private static List<Item> jobs(List<List<Item>> scripts) {
        return scripts.stream().flatMap(List::stream).filter(each -> !each.asks()).toList();
    }

    private void endAll() {
        for (SimHost host : hosts) {
            if (host.isLive()) {
                host.gone = true;
                baton.passAndAwait(host.index, baton.driver());
            }
            host.endProcess();
        }
    }

    /** Time enough passes for all who are silent to be dead, and nothing goes wrong any more. */
    private void askOnceMore(List<Item> jobs) {
        over = false;
        faultsLeft = 0;
        if (pruning.stopsClocks()) {
            pruning.set(Pruning.Degree.STRICT); // the scan, too, shows what is
        }
        nowMillis += SimLeases.DEAD_MILLIS;
        SimHost host = hosts[steps % hosts.length];
        if (!host.renews()) {
            host.crash();
            rejoin(host);
        }
        leases.freeIfAlive();
        Epilogue last = Epilogue.of(this, host, jobs, steps);
        if (last == null) {
            return;
        }
        note(host, "--- all is over");
        host.ask(last);
        asking = host;
        baton.passAndAwait(decide(), baton.driver());
        asking = null;
        endAll();
        if (abandoned) {
            violate("RESOLVABLE: when all was over, " + last.question() + " waits in vain");
        }
    }

    /** What follows has been gone through, or is being, in other schedules. */
    void abandon() {
        abandoned = true;
        over = true;
    }

    int steps() {
        return steps;
    }

    /** Whether processes do from memory what they did before. */
    boolean remembers() {
        return remembers && trace == null && pruning.stopsClocks();
    }

    /** A host's thread has the baton: its process has begun. */
    private void turn(int me) {
        int next = me;
        while (next == me) {
            hosts[me].run();
            next = decide();
        }
        baton.pass(next);
    }

    /** A host is about to do an operation: returns when it is its turn. */
    void point(SimHost host) {
        if (!host.gone) {
            baton.passAndAwait(decide(), host.index);
        }
        if (host.gone) {
            throw new HostGone();
        }
    }

    void violate(String what) {
        if (violation == null) {
            violation = what;
            note(null, "VIOLATION: ", what);
        }
        over = true;
    }

    /** Lets things happen until somebody's code must run; returns whose. */
    private int decide() {
        while (!over) {
            SimHost last = asking;
            if (last != null) {
                if (!last.hasWork()) {
                    break;
                }
                if (!last.goesOn()) {
                    return last.index;
                }
                continue;
            }
            moves.list(options);
            if (options.count() == 0) {
                break;
            }
            if (steps++ > STEP_LIMIT) {
                violate("the schedule does not end");
                break;
            }
            int chosen = chooser.choose(this, options);
            if (chosen == Chooser.ABANDON) {
                abandoned = true;
                break;
            }
            int next = apply(options.action(chosen), options.subject(chosen));
            if (next >= 0 && !hosts[next].goesOn()) {
                return next;
            }
        }
        over = true;
        return baton.driver();
    }

    /** Lets one thing happen; returns whose turn it is now, or -1 to choose again. */
    private int apply(Action action, int subject) {
        if (action == Action.RUN) {
            nowMillis += pruning.stepMillis();
            return subject;
        }
        if (action == Action.LAND || action == Action.LAND_LATE || action == Action.LAND_TORN) {
            landFlight(storage.flights.get(subject), action == Action.LAND_TORN);
            return -1;
        }
        if (action == Action.TICK) {
            note(null, "time passes");
            return tick();
        }
        SimHost host = hosts[subject];
        if (action.fault) {
            faultsLeft--;
            faulted = true;
            troubled |= action != Action.ABORT;
        }
        moves.taken(action, host);
        host.note("--- ", action);
        switch (action) {
            case RESUME -> host.resume();
            case HEAL -> host.heal();
            case REJOIN -> rejoin(host);
            case WATCH -> host.tellLost();
            case ABORT -> host.abort();
            case PAUSE -> host.pause();
            case PAUSE_IN_FLIGHT -> {
                host.stalled = inFlight(host);
                host.pause();
            }
            case PARTITION -> {
                host.cut(SimHost.Link.DOWN);
                if (pruning.endsAtOnce()) {
                    host.gone = true;
                    return host.index;
                }
            }
            case PARTITION_UNWATCHED -> host.cut(SimHost.Link.DOWN_UNWATCHED);
            case ERROR, ERROR_DONE -> host.fail(action == Action.ERROR_DONE);
            case KILL -> {
                return kill(host);
            }
            case CRASH_KEEPING, CRASH_LOSING, CRASH_TEARING, CRASH_IN_FLIGHT -> {
                if (action == Action.CRASH_IN_FLIGHT) {
                    inFlight(host);
                }
                host.crash();
                if (action == Action.CRASH_LOSING || action == Action.CRASH_TEARING) {
                    storage.lose(host, action == Action.CRASH_TEARING);
                    truth.changed(host);
                }
                return host.index;
            }
            default -> throw new IllegalStateException(action.toString());
        }
        return -1;
    }

    private int tick() {
        nowMillis += pruning.tickMillis();
        for (SimHost host : hosts) {
            if (host.link == SimHost.Link.DOWN && host.busy && !host.paused) {
                note(host, "--- ended by its daemon or its watchdog");
                host.gone = true;
            }
        }
        for (SimHost host : hosts) {
            if (host.gone && host.busy) {
                return host.index; // the others when they would run next
            }
        }
        return -1;
    }

    /** The write that a host is about to do is on its way. */
    private Flight inFlight(SimHost host) {
        Flight flight = new Flight(host, host.pendingSector, host.pending, Flight.NONE);
        submit(flight);
        return flight;
    }

    void submit(Flight flight) {
        truth.issued(flight.host, flight.sector, flight.content);
        storage.flights.add(flight);
    }

    /** The engines are kill-safe: a process is gone only after its requests. */
    private int kill(SimHost host) {
        for (Flight flight : new ArrayList<>(storage.flights)) {
            if (flight.host == host && flight.process == host.process) {
                landFlight(flight, false);
            }
        }
        host.gone = true;
        if (host.link == SimHost.Link.UP
                && leases.owner == host
                && leases.ownerGeneration == host.generation) {
            leases.free();
        }
        return host.index;
    }

    /** What a machine had under way before it was reset has landed by now, or never will. */
    private void rejoin(SimHost host) {
        storage.dropFlights(host);
        host.rejoin();
    }

    void landIfInFlight(Flight flight) {
        if (storage.flights.contains(flight)) {
            landFlight(flight, false);
        }
    }

    private void landFlight(Flight flight, boolean torn) {
        storage.flights.remove(flight);
        SimHost host = flight.host;
        note(
                host,
                "--- lands",
                torn ? " torn" : "",
                flight.late ? " late" : "",
                ": sector ",
                flight.sector);
        land(host, flight.sector, flight.content, torn, flight.late);
        if (flight.process == host.process && !host.gone && flight.request != Flight.NONE) {
            host.completed(flight.request);
        }
    }

    void land(SimHost host, int sector, byte[] content, boolean torn, boolean late) {
        boolean owns = truth.owns(host);
        if (torn) {
            storage.landTorn(host, sector, content);
        } else {
            storage.land(host, sector, content);
        }
        truth.landed(host, sector, owns, late);
    }

    /** Returns whether that has changed anything. */
    boolean flush(SimDevice.Of of) {
        boolean changed = storage.flush(of);
        return (of == SimDevice.Of.CONTROL && truth.flushed()) || changed;
    }

    long hash() {
        long hash = storage.hash(leases.hash(moves.hash(Mix.mix(faultsLeft, troubled ? 1 : 0))));
        for (SimHost host : hosts) {
            hash = host.hash(hash);
        }
        return outcomes.hash(truth.hash(hash));
    }

    /** A line of the trace, if there is one: else nothing is put into words. */
    void note(@Nullable SimHost host, Object... parts) {
        List<String> lines = trace;
        if (lines != null) {
            String what = Stream.of(parts).map(String::valueOf).collect(Collectors.joining());
            lines.add(
                    "%7d ms  %-8s %s"
                            .formatted(nowMillis, host == null ? "" : "host " + host.id(), what));
        }
    }

    static String reason(JobResult result) {
        JobFailure failure = result.failure();
        return failure == null ? "" : ", " + failure.message();
    }

    @Override
    public void close() {
        baton.close();
    }
}
