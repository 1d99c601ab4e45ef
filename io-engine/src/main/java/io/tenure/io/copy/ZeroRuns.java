package io.tenure.io.copy;

/**
 * Ranges that wait to be zeroed. Neighbours are joined, in whatever order they come, so that many
 * requests of zeroes become one call to the device. Holds a fixed number of ranges.
 */
final class ZeroRuns {
    private final long[] starts;
    private final long[] ends;
    private final long enoughBytes;
    private int count;

    /**
     * Creates an empty set.
     *
     * @param capacity how many separate ranges find a place; with more than half of them taken, one
     *     is chosen although it might still grow
     * @param enoughBytes a range of this length does not wait for neighbours any more
     */
    ZeroRuns(int capacity, long enoughBytes) {
        this.starts = new long[capacity];
        this.ends = new long[capacity];
        this.enoughBytes = enoughBytes;
    }

    /** Adds a range that overlaps no other. */
    void add(long startBytes, long endBytes) {
        long start = startBytes;
        long end = endBytes;
        for (int i = count - 1; i >= 0; i--) {
            if (ends[i] == start) {
                start = starts[i];
                remove(i);
            } else if (starts[i] == end) {
                end = ends[i];
                remove(i);
            }
        }
        if (count == starts.length) {
            throw new IllegalStateException("no place for another range");
        }
        starts[count] = start;
        ends[count] = end;
        count++;
    }

    /**
     * The range to be zeroed now.
     *
     * @param all whether to choose one even if it might still grow
     * @return its index, valid until the next change; -1 for none
     */
    int choose(boolean all) {
        for (int i = 0; i < count; i++) {
            if (ends[i] - starts[i] >= enoughBytes) {
                return i;
            }
        }
        return count > 0 && (all || count > starts.length / 2) ? 0 : -1;
    }

    long startBytes(int index) {
        return starts[index];
    }

    long endBytes(int index) {
        return ends[index];
    }

    /** Takes the first bytes of a range off. */
    void advance(int index, long bytes) {
        starts[index] += bytes;
        if (starts[index] >= ends[index]) {
            remove(index);
        }
    }

    private void remove(int index) {
        count--;
        starts[index] = starts[count];
        ends[index] = ends[count];
    }
}
