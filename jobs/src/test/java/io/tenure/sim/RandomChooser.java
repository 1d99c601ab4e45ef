package io.tenure.sim;

import java.util.SplittableRandom;

/** Chooses by a seed, most likely what is most likely; each schedule has habits of its own. */
final class RandomChooser implements Chooser {
    private final SplittableRandom random;
    private final int faultPercent;
    private final int stayPercent;
    private int last = -1;

    RandomChooser(SplittableRandom random) {
        this.random = random;
        this.faultPercent = 10 + random.nextInt(100);
        this.stayPercent = random.nextInt(95);
    }

    @Override
    public int choose(World world, Options options) {
        int total = 0;
        boolean stay = last >= 0 && random.nextInt(100) < stayPercent;
        for (int i = 0; i < options.count(); i++) {
            total += weight(options, i, stay);
        }
        int left = random.nextInt(total);
        for (int i = 0; i < options.count(); i++) {
            left -= weight(options, i, stay);
            if (left < 0) {
                if (options.action(i) == Action.RUN) {
                    last = options.subject(i);
                }
                return i;
            }
        }
        throw new AssertionError("the weights have changed");
    }

    private int weight(Options options, int index, boolean stay) {
        Action action = options.action(index);
        if (action == Action.RUN) {
            return stay && options.subject(index) == last ? 20 * action.weight : action.weight;
        }
        return action.fault ? Math.max(1, action.weight * faultPercent / 100) : action.weight;
    }
}
