package io.tenure.format.sanlock;

import io.tenure.format.CorruptMetadataException;
import java.lang.foreign.MemorySegment;

/**
 * Whether a host holds a lease shared: sector 1 + N for host id N in the lease's area, from byte
 * 128. Struct mode_block of sanlock's ondisk.h; it has neither magic, version nor checksum.
 *
 * <table class="striped">
 * <caption>Mode block, from byte 128 of the sector</caption>
 * <thead><tr><th>offset</th><th>type</th><th>what</th></tr></thead>
 * <tbody>
 * <tr><td>0</td><td>u32</td><td>flags: 1 shared</td></tr>
 * <tr><td>8</td><td>u64</td><td>host generation of the holder</td></tr>
 * </tbody>
 * </table>
 *
 * @param shared whether the host holds the lease shared
 * @param generation the host generation it holds it with: the holder is gone if the host id has a
 *     newer one
 */
public record ModeBlock(boolean shared, long generation) {
    /** How many bytes are read, from the sector's beginning. */
    public static final int BYTES = 144;

    private static final int OFFSET = 128;
    private static final int FLAGS = 0;
    private static final int GENERATION = 8;
    private static final int SHARED = 1;

    /**
     * Reads the mode of a host's sector.
     *
     * @param sector the sector's bytes, {@link #BYTES} at least
     * @return the mode
     * @throws CorruptMetadataException if the generation is none
     * @throws IndexOutOfBoundsException if fewer bytes are given
     */
    public static ModeBlock decode(MemorySegment sector) throws CorruptMetadataException {
        SanlockSector copy = SanlockSector.copyOf("mode block", sector, OFFSET, BYTES - OFFSET);
        return new ModeBlock((copy.u32(FLAGS) & SHARED) != 0, copy.u63("generation", GENERATION));
    }
}
