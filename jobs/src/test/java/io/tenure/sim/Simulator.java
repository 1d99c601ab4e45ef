package io.tenure.sim;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Runs schedules: many at random, one by its seed, or all there are of a few hosts with a few
 * faults. Each runs the protocol's own code; nothing but the choices of the schedule makes one
 * differ from another, so that a seed always does the same.
 */
public final class Simulator {
    private static final int HOSTS = 3;

    private final @Nullable Mutation mutation;

    private final Set<Action> actions;

    private Simulator(@Nullable Mutation mutation, Set<Action> actions) {
        this.mutation = mutation;
        this.actions = actions;
    }

    /**
     * Of the protocol as it is.
     *
     * @return the simulator
     */
    public static Simulator ofProtocol() {
        return new Simulator(null, EnumSet.allOf(Action.class));
    }

    /**
     * Of the protocol with something broken.
     *
     * @param mutation what
     * @return the simulator
     */
    public static Simulator of(Mutation mutation) {
        return new Simulator(mutation, EnumSet.allOf(Action.class));
    }

    /**
     * The same where only some of the actions are possible.
     *
     * @param possible which
     * @return the simulator
     */
    Simulator onlyWith(Set<Action> possible) {
        return new Simulator(mutation, possible);
    }

    /**
     * Runs random schedules until one violates something.
     *
     * @param seed of the first; each has a seed of its own, made from it
     * @param schedules how many at most
     * @return what came out
     */
    public SimReport random(long seed, long schedules) {
        return onVirtualThread(() -> {
            long begin = System.nanoTime();
            long steps = 0;
            try (World world = new World(HOSTS, mutation, actions)) {
                for (long i = 0; i < schedules; i++) {
                    long own = Mix.mix(Mix.mix(0, seed), i);
                    String found = runRandom(world, own);
                    steps += world.steps();
                    if (found != null) {
                        return report(i + 1, steps, 0, begin, traced(world, own));
                    }
                }
            }
            return report(schedules, steps, 0, begin, null);
        });
    }

    /**
     * Runs one schedule again.
     *
     * @param scheduleSeed from a {@link Violation}
     * @return what it violates; empty if nothing
     */
    public Optional<Violation> replay(long scheduleSeed) {
        return onVirtualThread(() -> {
            try (World world = new World(HOSTS, mutation, actions)) {
                return Optional.ofNullable(traced(world, scheduleSeed));
            }
        });
    }

    /**
     * Goes through all schedules of some hosts.
     *
     * @param scripts what each host does
     * @param faultLimit how many faults there may be in a schedule
     * @param limit how many schedules at most
     * @return what came out
     */
    SimReport exhaust(List<List<Item>> scripts, int faultLimit, long limit) {
        return onVirtualThread(() -> {
            long begin = System.nanoTime();
            long steps = 0;
            long schedules = 0;
            Search search = new Search();
            try (World world = new World(scripts.size(), mutation, actions)) {
                do {
                    schedules++;
                    String found = world.run(scripts, faultLimit, search, false);
                    steps += world.steps();
                    if (found != null) {
                        Violation violation =
                                traced(world, scripts, faultLimit, search.path(), schedules);
                        return report(schedules, steps, search.states(), begin, violation);
                    }
                } while (schedules < limit && search.next());
            }
            return report(schedules, steps, search.states(), begin, null);
        });
    }

    private static @Nullable String runRandom(World world, long own) {
        SplittableRandom random = new SplittableRandom(own);
        List<List<Item>> scripts = Scripts.random(random);
        return world.run(scripts, random.nextInt(5), new RandomChooser(random), true);
    }

    private static @Nullable Violation traced(World world, long own) {
        List<String> trace = new ArrayList<>();
        world.trace = trace;
        String found = runRandom(world, own);
        world.trace = null;
        return found == null ? null : new Violation(own, found, trace);
    }

    private static @Nullable Violation traced(
            World world, List<List<Item>> scripts, int faultLimit, int[] path, long number) {
        List<String> trace = new ArrayList<>();
        world.trace = trace;
        int[] next = {0};
        String found =
                world.run(
                        scripts,
                        faultLimit,
                        (w, options) -> next[0] < path.length ? path[next[0]++] : Chooser.ABANDON,
                        false);
        world.trace = null;
        return found == null ? null : new Violation(number, found, trace);
    }

    private static SimReport report(
            long schedules, long steps, long states, long begin, @Nullable Violation violation) {
        return new SimReport(
                schedules,
                steps,
                states,
                (System.nanoTime() - begin) / 1e9,
                Optional.ofNullable(violation));
    }

    /** What runs in a world. */
    private interface Run<T> {
        T run() throws IOException;
    }

    /** The driver is virtual like the hosts' threads: handing over is cheap only among these. */
    private static <T> T onVirtualThread(Run<T> run) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofVirtual()
                .name("tenure-sim-driver")
                .start(() -> {
                    try {
                        result.complete(run.run());
                    } catch (IOException | RuntimeException | Error e) {
                        result.completeExceptionally(e);
                    }
                });
        try {
            return result.join();
        } catch (CompletionException e) {
            throw new AssertionError("the simulator itself failed", e.getCause());
        }
    }
}
