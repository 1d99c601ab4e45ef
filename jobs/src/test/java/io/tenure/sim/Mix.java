package io.tenure.sim;

/** Hashes of 64 bits, for what was seen before. */
final class Mix {
    private Mix() {}

    /** Adds a value to a hash; the order counts. The constants are those of SplitMix64. */
    static long mix(long hash, long value) {
        long z = hash * 31 + value + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
