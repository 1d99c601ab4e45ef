package io.tenure.format;

import java.lang.foreign.MemorySegment;

/**
 * Finds what is not zero, with the JVM's vectors: a command that looks for a volume reads every
 * slot of its domain, nearly all of them empty, in a JVM that has compiled nothing yet.
 */
final class ZeroBytes {
    private static final MemorySegment ZEROES =
            MemorySegment.ofArray(new byte[DomainLayout.METADATA_SLOT_BYTES]).asReadOnly();

    private ZeroBytes() {}

    static boolean isZero(MemorySegment bytes) {
        return firstNonZero(bytes, 0, bytes.byteSize()) < 0;
    }

    /**
     * Where the first byte that is not zero lies, counted from the beginning of the range; or -1.
     */
    static long firstNonZero(MemorySegment bytes, long from, long to) {
        for (long at = from; at < to; at += ZEROES.byteSize()) {
            long end = Math.min(at + ZEROES.byteSize(), to);
            long found = MemorySegment.mismatch(bytes, at, end, ZEROES, 0, end - at);
            if (found >= 0) {
                return at - from + found;
            }
        }
        return -1;
    }
}
