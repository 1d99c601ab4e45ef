package io.tenure.format.sanlock;

import java.util.Objects;

/**
 * Where sanlock's sectors lie in its areas. Each area is as long as the lease alignment: 1 MiB with
 * sectors of 512 bytes; 1, 2, 4 or 8 MiB with sectors of 4096.
 *
 * <table class="striped">
 * <caption>Lockspace, in sectors</caption>
 * <thead><tr><th>sector</th><th>what</th></tr></thead>
 * <tbody>
 * <tr><td>N - 1</td><td>host id N: {@link DeltaLeader}</td></tr>
 * </tbody>
 * </table>
 *
 * <table class="striped">
 * <caption>Lease, in sectors</caption>
 * <thead><tr><th>sector</th><th>what</th></tr></thead>
 * <tbody>
 * <tr><td>0</td><td>{@link PaxosLeader}</td></tr>
 * <tr><td>1</td><td>{@link RequestRecord}</td></tr>
 * <tr><td>1 + N</td><td>host id N: {@link PaxosDblock} at 0, {@link ModeBlock} at 128</td></tr>
 * <tr><td>2002</td><td>lock value block (beyond the area with 4096 and less than 8 MiB)</td></tr>
 * </tbody>
 * </table>
 */
public final class SanlockAreaLayout {
    /** The most hosts that sanlock has room for: DEFAULT_MAX_HOSTS. */
    public static final int MOST_HOSTS = 2000;

    private static final int MIB = 1 << 20;
    private static final int HOSTS_PER_MIB_OF_4096 = 250;

    private SanlockAreaLayout() {}

    /**
     * Where a host id's sector lies in a lockspace.
     *
     * @param sectorBytes 512 or 4096
     * @param hostId from 1
     * @return the offset from the lockspace's beginning, in bytes
     */
    public static long deltaOffset(int sectorBytes, int hostId) {
        Objects.checkIndex(hostId - 1, MOST_HOSTS);
        return (hostId - 1L) * sectorBytes;
    }

    /**
     * Where the request record lies in a lease.
     *
     * @param sectorBytes 512 or 4096
     * @return the offset from the lease's beginning, in bytes
     */
    public static long requestOffset(int sectorBytes) {
        return sectorBytes;
    }

    /**
     * Where a host's own sector, with its ballot and its mode, lies in a lease.
     *
     * @param sectorBytes 512 or 4096
     * @param hostId from 1
     * @return the offset from the lease's beginning, in bytes
     */
    public static long hostOffset(int sectorBytes, int hostId) {
        Objects.checkIndex(hostId - 1, MOST_HOSTS);
        return (1L + hostId) * sectorBytes;
    }

    /**
     * How many hosts an area has room for.
     *
     * @param sectorBytes 512 or 4096
     * @param alignBytes the area's length
     * @return the largest host id: the limits of sanlock(8)
     */
    public static int maxHosts(int sectorBytes, int alignBytes) {
        return sectorBytes == 512 ? MOST_HOSTS : HOSTS_PER_MIB_OF_4096 * (alignBytes / MIB);
    }

    static boolean isAllowed(int sectorBytes, long alignMib) {
        return switch ((int) alignMib) {
            case 1 -> sectorBytes == 512 || sectorBytes == 4096;
            case 2, 4, 8 -> sectorBytes == 4096;
            default -> false;
        };
    }
}
