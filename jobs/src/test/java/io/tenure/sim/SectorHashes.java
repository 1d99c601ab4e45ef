package io.tenure.sim;

/**
 * Hashes of sectors by what is in them. Remembers those of the very arrays that it was asked of: a
 * sector's content is never changed, only replaced. For one thread at a time.
 */
final class SectorHashes {
    private static final int REMEMBERED = 1024;

    private final byte[][] sectors = new byte[REMEMBERED][];
    private final long[] hashes = new long[REMEMBERED];

    @SuppressWarnings("ReferenceEquality") // the very array is meant
    long of(byte[] sector) {
        int place = System.identityHashCode(sector) & (REMEMBERED - 1);
        if (sectors[place] != sector) {
            sectors[place] = sector;
            hashes[place] = hash(sector);
        }
        return hashes[place];
    }

    private static long hash(byte[] bytes) {
        long hash = 0;
        for (int i = 0; i < bytes.length; i += Long.BYTES) {
            long value = 0;
            for (int j = 0; j < Long.BYTES; j++) {
                value = (value << 8) | (bytes[i + j] & 0xff);
            }
            hash = value == 0 ? hash * 31 + 7 : Mix.mix(hash, value);
        }
        return hash;
    }
}
