package io.tenure.format.sanlock;

import io.tenure.format.CorruptMetadataException;
import io.tenure.format.UnsupportedFormatException;
import java.lang.foreign.MemorySegment;

/**
 * What another host asks of a lease's owner. Sector 1 of the lease's area; struct request_record of
 * sanlock's ondisk.h. Has no checksum.
 *
 * <table class="striped">
 * <caption>Request</caption>
 * <thead><tr><th>offset</th><th>type</th><th>what</th></tr></thead>
 * <tbody>
 * <tr><td>0</td><td>u32</td><td>magic 0x08292011</td></tr>
 * <tr><td>4</td><td>u32</td><td>version 0x00010001: major in the high half</td></tr>
 * <tr><td>8</td><td>u64</td><td>lver that the requester wants to be granted; 0: no request</td></tr>
 * <tr><td>16</td><td>u32</td><td>0 none, 1 force, 2 graceful</td></tr>
 * </tbody>
 * </table>
 *
 * @param lver the grant that is asked for: the owner acts if it holds an older one; 0: no request
 * @param mode {@link #NONE}, {@link #FORCE} or {@link #GRACEFUL}
 */
public record RequestRecord(long lver, int mode) {
    /** No request. */
    public static final int NONE = 0;

    /** SANLK_REQ_FORCE: the owner's daemon is to kill the holder. */
    public static final int FORCE = 1;

    /** SANLK_REQ_GRACEFUL: the owner's daemon is to ask the holder by its killpath or SIGTERM. */
    public static final int GRACEFUL = 2;

    /** How many bytes are read, from the sector's beginning. */
    public static final int BYTES = 20;

    private static final long MAGIC_VALUE = 0x08292011L;
    private static final long VERSION_VALUE = 0x00010001L;
    private static final int MAGIC = 0;
    private static final int VERSION = 4;
    private static final int LVER = 8;
    private static final int MODE = 16;

    /**
     * Reads the request sector of a lease's area.
     *
     * @param sector its bytes, {@link #BYTES} at least
     * @return the request
     * @throws CorruptMetadataException if no request record stands there
     * @throws UnsupportedFormatException if a newer sanlock wrote it
     * @throws IndexOutOfBoundsException if fewer bytes are given
     */
    public static RequestRecord decode(MemorySegment sector)
            throws CorruptMetadataException, UnsupportedFormatException {
        SanlockSector copy = SanlockSector.copyOf("request record", sector, 0, BYTES);
        copy.requireNotZero();
        copy.requireMagic(MAGIC, MAGIC_VALUE);
        copy.requireVersion(VERSION, VERSION_VALUE);
        return new RequestRecord(
                copy.u63("lver", LVER), copy.ranged("force_mode", copy.u32(MODE), NONE, GRACEFUL));
    }

    /**
     * Whether somebody asks for something.
     *
     * @return true until the request is cleared; a request of an lver that was granted since is
     *     without effect
     */
    public boolean isPending() {
        return lver != 0;
    }
}
