package io.tenure.sim;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs schedules: many at random, one by its name, or all there are of a few hosts with a few
 * faults. Each runs the protocol's own code; nothing but the choices of the schedule makes one
 * differ from another, so that a seed always does the same.
 */
public final class Simulator {
    private static final int HOSTS = 3;

    private final @Nullable Mutation mutation;
    private final int cores;
    private final boolean backwards;
    private final boolean remembers;

    private Simulator(
            @Nullable Mutation mutation, int cores, boolean backwards, boolean remembers) {
        this.mutation = mutation;
        this.cores = cores;
        this.backwards = backwards;
        this.remembers = remembers;
    }

    private Simulator(@Nullable Mutation mutation) {
        this(mutation, Runtime.getRuntime().availableProcessors(), false, true);
    }

    /**
     * Of the protocol as it is.
     *
     * @return the simulator
     */
    public static Simulator ofProtocol() {
        return new Simulator(null);
    }

    /**
     * Of the protocol with something broken.
     *
     * @param mutation what
     * @return the simulator
     */
    public static Simulator of(Mutation mutation) {
        return new Simulator(mutation);
    }

    /** The same on one core. */
    Simulator onOneCore() {
        return new Simulator(mutation, 1, backwards, remembers);
    }

    /** The same, whose searches try the last of what is possible first. */
    Simulator backwards() {
        return new Simulator(mutation, cores, true, remembers);
    }

    /** The same, whose searches run the protocol's code for all that a process does. */
    Simulator withoutMemory() {
        return new Simulator(mutation, cores, backwards, false);
    }

    /**
     * Runs random schedules until one violates something, on all cores.
     *
     * @param seed the first schedule's own; that of each other is made from it
     * @param schedules how many at most
     * @return what came out: of the schedules that violate something always the first
     */
    public SimReport random(long seed, long schedules) {
        long begin = System.nanoTime();
        AtomicLong next = new AtomicLong();
        AtomicLong end = new AtomicLong(schedules);
        LongAdder steps = new LongAdder();
        drive(
                cores,
                HOSTS,
                EnumSet.allOf(Action.class),
                world -> {
                    for (long i = next.getAndIncrement();
                            i < end.get();
                            i = next.getAndIncrement()) {
                        if (schedule(seed, i).run(world) != null) {
                            end.accumulateAndGet(i, Math::min);
                        }
                        steps.add(world.steps());
                    }
                });
        long ran = Math.min(schedules, end.get() + 1);
        Optional<Violation> found =
                end.get() == schedules ? Optional.empty() : traced(schedule(seed, end.get()));
        return new SimReport(ran, steps.sum(), 0, secondsSince(begin), found);
    }

    private static Schedule schedule(long seed, long index) {
        return new Schedule.Seeded(index == 0 ? seed : Mix.mix(Mix.mix(0, seed), index));
    }

    /**
     * Runs one schedule again.
     *
     * @param schedule its name, from a {@link Violation}
     * @return what it violates; empty if nothing
     */
    public Optional<Violation> replay(String schedule) {
        return traced(Schedule.of(schedule));
    }

    /**
     * Goes through all schedules of some hosts, on all cores.
     *
     * @param space which
     * @param limit how many schedules at most
     * @return what came out
     */
    SimReport exhaust(Schedule.Space space, long limit) {
        return exhaust(space, new Search(limit, backwards), null);
    }

    private SimReport exhaust(
            Schedule.Space space, Search search, @Nullable Set<String> summaries) {
        long begin = System.nanoTime();
        LongAdder steps = new LongAdder();
        drive(
                cores,
                space.script().items().size(),
                space.possible(),
                world -> {
                    world.summaries = summaries;
                    Search.Walk walk = search.new Walk();
                    Search.Branch branch = search.next();
                    while (branch != null) {
                        walk.begin(branch);
                        if (space.run(world, walk) != null) {
                            search.violates(walk.end());
                        }
                        steps.add(world.steps());
                        search.isDone();
                        branch = search.next();
                    }
                });
        Search.Branch violating = search.violating();
        Optional<Violation> found =
                violating == null
                        ? Optional.empty()
                        : traced(
                                new Schedule.Found(
                                        space,
                                        Stream.of(violating.path())
                                                .map(Search.Branch::choice)
                                                .toList()));
        return new SimReport(
                search.schedules(), steps.sum(), search.states(), secondsSince(begin), found);
    }

    /**
     * What can come of all schedules of some hosts, see {@link Outcomes#summary}.
     *
     * @param space which
     * @return each once
     */
    Set<String> outcomes(Schedule.Space space) {
        Set<String> all = ConcurrentHashMap.newKeySet();
        Search search = new Search(Long.MAX_VALUE, backwards);
        SimReport report = exhaust(space, search, all);
        report.violation()
                .ifPresent(found -> {
                    throw new AssertionError(found.toString());
                });
        return all;
    }

    private Optional<Violation> traced(Schedule schedule) {
        AtomicReference<@Nullable Violation> found = new AtomicReference<>();
        drive(1, HOSTS, schedule.possible(), world -> found.set(schedule.traced(world)));
        return Optional.ofNullable(found.get());
    }

    private void drive(int drivers, int hosts, Set<Action> possible, Drivers.Work work) {
        new Drivers(hosts, mutation, possible, remembers).run(drivers, work);
    }

    private static double secondsSince(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }
}
