package io.tenure.sim;

/**
 * Which states were come to, by their hashes of 64 bits: two states are taken for one with a
 * probability of n²/2⁶⁵. For many threads; whoever adds a state first goes on from it.
 */
final class SeenStates {
    private static final int PARTS = 64;

    private final Part[] parts = new Part[PARTS];

    SeenStates() {
        for (int i = 0; i < PARTS; i++) {
            parts[i] = new Part();
        }
    }

    /** Whether it is new. */
    boolean add(long hash) {
        return parts[(int) (hash >>> 58)].add(hash == 0 ? 1 : hash);
    }

    long count() {
        long count = 0;
        for (Part part : parts) {
            count += part.count();
        }
        return count;
    }

    /** A set with open addressing; 0 is an empty place. */
    private static final class Part {
        private long[] places = new long[1 << 10]; // guarded by this
        private int count; // guarded by this

        synchronized boolean add(long hash) {
            if (count * 2 > places.length) {
                long[] old = places;
                places = new long[2 * old.length];
                for (long each : old) {
                    if (each != 0) {
                        places[place(each)] = each;
                    }
                }
            }
            int place = place(hash);
            if (places[place] == hash) {
                return false;
            }
            places[place] = hash;
            count++;
            return true;
        }

        private int place(long hash) {
            int place = (int) (hash >>> 17) & (places.length - 1);
            while (places[place] != 0 && places[place] != hash) {
                place = (place + 1) & (places.length - 1);
            }
            return place;
        }

        synchronized int count() {
            return count;
        }
    }
}
