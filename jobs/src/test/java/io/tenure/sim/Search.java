package io.tenure.sim;

import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * All schedules there are, for several drivers at once. Each schedule begins anew, follows the
 * choices that lead to a branch nobody has taken, and goes on from there; what it leaves aside is
 * left to whoever asks next. It is given up where it comes to a state that was seen before: what
 * can follow from that has been, or is being, gone through. The state is all that decides what
 * follows; a process counts by everything that it has seen since it began.
 */
final class Search {
    private static final long IDLE_NANOS = 100_000;

    private final SeenStates seen = new SeenStates();
    private final ConcurrentLinkedDeque<Branch> open = new ConcurrentLinkedDeque<>();
    private final AtomicLong unfinished = new AtomicLong(1);
    private final AtomicLong schedules = new AtomicLong();
    private final long limit;
    private final boolean backwards;
    private volatile @Nullable Branch violating;
    private volatile boolean over;

    /**
     * One choice, and by way of its parents those before it.
     *
     * @param before the choice before; null for the first
     * @param choice which
     * @param possible of how many
     * @param depth how many there are with this one
     */
    record Branch(@Nullable Branch before, int choice, int possible, int depth) {
        static final Branch ROOT = new Branch(null, 0, 0, 0);

        Branch then(int next, int among) {
            return new Branch(this, next, among, depth + 1);
        }

        /** The choices in their order. */
        Branch[] path() {
            Branch[] path = new Branch[depth];
            Branch each = this;
            for (int i = depth - 1; i >= 0; i--) {
                path[i] = each;
                Branch parent = each.before;
                each = parent == null ? ROOT : parent;
            }
            return path;
        }
    }

    Search(long limit, boolean backwards) {
        this.limit = limit;
        this.backwards = backwards;
        open.push(Branch.ROOT);
    }

    /** The next schedule's beginning; null if there is none left. */
    @Nullable Branch next() {
        while (!over) {
            Branch branch = open.poll();
            if (branch != null) {
                if (schedules.incrementAndGet() >= limit) {
                    over = true;
                }
                return branch;
            }
            if (unfinished.get() == 0) {
                return null;
            }
            LockSupport.parkNanos(this, IDLE_NANOS); // another driver may find branches yet
        }
        return null;
    }

    void isDone() {
        unfinished.decrementAndGet();
    }

    synchronized void violates(Branch end) {
        if (violating == null) {
            violating = end;
        }
        over = true;
    }

    @Nullable Branch violating() {
        return violating;
    }

    long schedules() {
        return schedules.get();
    }

    long states() {
        return seen.count();
    }

    /** Follows one branch, and then goes on in a way of its own. For one driver. */
    final class Walk implements Chooser {
        private Branch[] path = new Branch[0];
        private int depth;
        private Branch at = Branch.ROOT;

        void begin(Branch branch) {
            path = branch.path();
            depth = 0;
            at = branch;
        }

        Branch end() {
            return at;
        }

        @Override
        public int choose(World world, Options options) {
            int possible = options.count();
            if (depth < path.length) {
                Branch known = path[depth++];
                if (known.possible() != possible) {
                    throw new AssertionError("a schedule did not repeat");
                }
                return known.choice();
            }
            if (!seen.add(world.hash())) {
                return ABANDON;
            }
            int first = backwards ? possible - 1 : 0;
            for (int i = possible - 1; i >= 0; i--) {
                if (i != first) {
                    unfinished.incrementAndGet();
                    open.push(at.then(i, possible));
                }
            }
            at = at.then(first, possible);
            return first;
        }
    }
}
