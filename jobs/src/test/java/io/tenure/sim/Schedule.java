package io.tenure.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One schedule, by which it runs again exactly as before. */
sealed interface Schedule {
    /** Runs it; null if it violates nothing. */
    @Nullable String run(World world);

    /** By its name, see the records' {@code toString}. */
    static Schedule of(String name) {
        String[] parts = name.split("/", -1);
        if (parts.length == 1) {
            return new Seeded(Long.parseLong(name));
        }
        Space space =
                parts.length == 2
                        ? Corner.valueOf(parts[0]).space()
                        : new Space(
                                Script.valueOf(parts[0]),
                                Integer.parseInt(parts[1]),
                                Pruning.Degree.valueOf(parts[2]));
        String choices = parts[parts.length - 1];
        return new Found(space, Arrays.stream(choices.split("\\.")).map(Integer::valueOf).toList());
    }

    /** What may be chosen in it. */
    Set<Action> possible();

    /** The same with what each host does. */
    default @Nullable Violation traced(World world) {
        List<String> trace = new ArrayList<>();
        world.trace = trace;
        String found = run(world);
        world.trace = null;
        return found == null ? null : new Violation(toString(), found, trace);
    }

    /**
     * Of random choices.
     *
     * @param seed decides all of it, from what the hosts are to do on
     */
    record Seeded(long seed) implements Schedule {
        @Override
        public Set<Action> possible() {
            return EnumSet.allOf(Action.class);
        }

        @Override
        public @Nullable String run(World world) {
            SplittableRandom random = new SplittableRandom(seed);
            List<List<Item>> scripts = Scripts.random(random);
            return world.run(
                    scripts, random.nextInt(5), new RandomChooser(random), Pruning.Degree.NONE);
        }

        @Override
        public String toString() {
            return Long.toString(seed);
        }
    }

    /**
     * What a search goes through.
     *
     * @param script what each host does
     * @param faultLimit how many faults there may be in a schedule
     * @param degree what is left out
     * @param corner whose actions alone are possible; null for all of them
     */
    record Space(Script script, int faultLimit, Pruning.Degree degree, @Nullable Corner corner) {
        Space(Script script, int faultLimit, Pruning.Degree degree) {
            this(script, faultLimit, degree, null);
        }

        Set<Action> possible() {
            return corner == null ? EnumSet.allOf(Action.class) : corner.possible();
        }

        @Nullable String run(World world, Chooser chooser) {
            return world.run(script.items(), faultLimit, chooser, degree);
        }

        @Override
        public String toString() {
            return corner == null ? script + "/" + faultLimit + "/" + degree : corner.toString();
        }
    }

    /**
     * Of a search.
     *
     * @param space where it was found
     * @param choices one after the other
     */
    record Found(Space space, List<Integer> choices) implements Schedule {
        @Override
        public Set<Action> possible() {
            return space.possible();
        }

        @Override
        public @Nullable String run(World world) {
            int[] next = {0};
            return space.run(
                    world,
                    (w, options) ->
                            next[0] < choices.size() ? choices.get(next[0]++) : Chooser.ABANDON);
        }

        @Override
        public String toString() {
            return space
                    + "/"
                    + choices.stream().map(String::valueOf).collect(Collectors.joining("."));
        }
    }
}
