package io.tenure.sim;

import java.util.Arrays;

/**
 * Goes through all schedules, depth first. Each begins anew and follows the choices of the one
 * before up to the last that leaves another way. A schedule is given up where it comes to a state
 * that was seen before: what can follow from it has been, or is being, gone through. The state is
 * all that decides what follows; a process counts by everything that it has seen since it began. It
 * is known by a hash of 64 bits, so that two states are taken for one with a probability of n²/2⁶⁵.
 */
final class Search implements Chooser {
    private int[] choices = new int[256];
    private int[] counts = new int[256];
    private int length;
    private int depth;
    private long[] seen = new long[1 << 16];
    private int states;

    @Override
    public int choose(World world, Options options) {
        if (depth < length) {
            if (counts[depth] != options.count()) {
                throw new AssertionError("a schedule did not repeat");
            }
            return choices[depth++];
        }
        if (!isNew(world.hash())) {
            return ABANDON;
        }
        if (length == choices.length) {
            choices = Arrays.copyOf(choices, 2 * length);
            counts = Arrays.copyOf(counts, 2 * length);
        }
        choices[length] = 0;
        counts[length] = options.count();
        length++;
        depth++;
        return 0;
    }

    /** Prepares the next schedule; false if there is none. */
    boolean next() {
        while (length > 0 && choices[length - 1] + 1 >= counts[length - 1]) {
            length--;
        }
        if (length == 0) {
            return false;
        }
        choices[length - 1]++;
        depth = 0;
        return true;
    }

    /** How many states were gone through. */
    int states() {
        return states;
    }

    /** The choices of the schedule that ran last. */
    int[] path() {
        return Arrays.copyOf(choices, length);
    }

    private boolean isNew(long hash) {
        if (states * 2 > seen.length) {
            long[] old = seen;
            seen = new long[2 * old.length];
            for (long each : old) {
                if (each != 0) {
                    seen[place(each)] = each;
                }
            }
        }
        long value = hash == 0 ? 1 : hash;
        int place = place(value);
        if (seen[place] == value) {
            return false;
        }
        seen[place] = value;
        states++;
        return true;
    }

    private int place(long value) {
        int place = (int) (value >>> 17) & (seen.length - 1);
        while (seen[place] != 0 && seen[place] != value) {
            place = (place + 1) & (seen.length - 1);
        }
        return place;
    }
}
