package io.tenure.sanlock;

/**
 * How long things take in sanlock: the one place where every limit is derived from io_timeout.
 *
 * <p>The formulas are those of sanlock 3.8.5 (its {@code timeouts.c} and the loops that use them,
 * as its manual page describes them under "Daemon configuration"), checked against measurements
 * with io_timeout 1, 2, 4 and 10. They hold while the daemon is up and its storage answers. Its
 * client library has no time limit on any call, so every call of this package that waits for an
 * answer gives up after the limit named in its Javadoc; all of those limits are here. All values
 * are seconds.
 *
 * <table>
 * <caption>With T = io_timeout</caption>
 * <tr><th>what</th><th>formula</th><th>T = 10</th></tr>
 * <tr><td>{@link #renewalSeconds renewal}</td><td>2 T</td><td>20</td></tr>
 * <tr><td>{@link #warnSeconds warning}</td><td>6 T</td><td>60</td></tr>
 * <tr><td>{@link #failSeconds failed}</td><td>8 T</td><td>80</td></tr>
 * <tr><td>{@link #hostDeadSeconds dead}</td><td>8 T + 60</td><td>140</td></tr>
 * <tr><td>{@link #joinSeconds join, free}</td><td>2 T + 1</td><td>21</td></tr>
 * <tr><td>{@link #joinAfterOtherHostSeconds join, held}</td><td>10 T + 61</td><td>161</td></tr>
 * <tr><td>{@link #joinLimitSeconds join, limit}</td><td>15 T + 61</td><td>211</td></tr>
 * <tr><td>{@link #acquireSeconds acquire, not waiting}</td><td>6 T + 8</td><td>68</td></tr>
 * <tr><td>{@link #takeoverSeconds takeover}</td><td>10 T + 61</td><td>161</td></tr>
 * <tr><td>{@link #waitingAcquireSeconds acquire, waiting}</td><td>15 T + 60</td><td>210</td></tr>
 * <tr><td>{@link #requestSeconds request}</td><td>10 T</td><td>100</td></tr>
 * <tr><td>{@link #eventSeconds event}</td><td>4 T + 2</td><td>42</td></tr>
 * <tr><td>{@link #announcementSeconds announcement}</td><td>6 T</td><td>60</td></tr>
 * <tr><td>{@link #storageAnswerSeconds answer from storage}</td><td>8 T</td><td>80</td></tr>
 * <tr><td>{@link #registeredAnswerSeconds answer to a registration}</td><td>21 T + 68</td>
 * <td>278</td></tr>
 * </table>
 */
public final class SanlockTimeouts {
    /** The daemon's own default io_timeout. */
    public static final int DEFAULT_IO_TIMEOUT_SECONDS = 10;

    /** The most we pass on: beyond it a dead host would be waited for more than 80 minutes. */
    public static final int MAX_IO_TIMEOUT_SECONDS = 600;

    /** After which a watchdog resets its host; fixed in the daemon, used with or without one. */
    public static final int WATCHDOG_FIRE_SECONDS = 60;

    /**
     * The most that leaving a lockspace takes when nothing in it is held: the renewal loop's pause.
     * Measured 2 to 3 seconds with any io_timeout.
     */
    public static final int LEAVE_SECONDS = 3;

    /**
     * How long the daemon sends SIGTERM before it sends SIGKILL to the lease holders of a failed
     * lockspace (its option {@code -g}, here its default).
     */
    public static final int KILL_GRACE_SECONDS = 40;

    /**
     * The limit for what the daemon answers from memory, in its main loop: usually microseconds.
     * That loop does no I/O; one that has been silent for so long is stopped, or the machine is
     * beyond use.
     */
    public static final int MEMORY_ANSWER_SECONDS = 10;

    /** The most requests that the daemon works on at once (its max_worker_threads, by default). */
    public static final int DAEMON_WORKERS = 8;

    private SanlockTimeouts() {}

    /**
     * How often a host renews its host id, and looks at the others.
     *
     * @param ioTimeoutSeconds the host's io_timeout
     * @return seconds
     */
    public static int renewalSeconds(int ioTimeoutSeconds) {
        return 2 * ioTimeoutSeconds;
    }

    /**
     * After how long without a renewal the daemon begins to warn: one renewal before it fails.
     *
     * @param ioTimeoutSeconds the host's io_timeout
     * @return seconds
     */
    public static int warnSeconds(int ioTimeoutSeconds) {
        return 6 * ioTimeoutSeconds;
    }

    /**
     * After how long without a renewal a host kills its lease holders, and is {@link
     * HostState#FAIL} for others: three renewals that failed, and the last one's I/O.
     *
     * @param ioTimeoutSeconds the host's io_timeout
     * @return seconds
     */
    public static int failSeconds(int ioTimeoutSeconds) {
        return 8 * ioTimeoutSeconds;
    }

    /**
     * After how long without a renewal a host is {@link HostState#DEAD}: its watchdog has fired.
     *
     * @param ioTimeoutSeconds the host's io_timeout
     * @return seconds
     */
    public static int hostDeadSeconds(int ioTimeoutSeconds) {
        return failSeconds(ioTimeoutSeconds) + WATCHDOG_FIRE_SECONDS;
    }

    /**
     * By how much another host's change of state is seen late: the observer looks when it renews.
     *
     * @param ioTimeoutSeconds the observing host's io_timeout
     * @return seconds
     */
    public static int observationSeconds(int ioTimeoutSeconds) {
        return renewalSeconds(ioTimeoutSeconds) + 1;
    }

    /**
     * How long joining takes when the host id is free, or was last held under this host's name: it
     * writes its claim, waits a renewal, and reads whether the claim stands.
     *
     * @param ioTimeoutSeconds the io_timeout found on storage: that of the host id's last holder,
     *     or the one that the lockspace was written with
     * @return seconds
     */
    public static int joinSeconds(int ioTimeoutSeconds) {
        return renewalSeconds(ioTimeoutSeconds) + 1;
    }

    /**
     * How long joining takes when a host of another name held the host id and did not leave: it
     * must be seen dead first.
     *
     * @param ioTimeoutSeconds the io_timeout of that host
     * @return seconds
     */
    public static int joinAfterOtherHostSeconds(int ioTimeoutSeconds) {
        return hostDeadSeconds(ioTimeoutSeconds) + joinSeconds(ioTimeoutSeconds);
    }

    /**
     * When to give up waiting for a join: the slower of both ways, with every one of its five
     * transfers at the edge of io_timeout.
     *
     * @param ioTimeoutSeconds the largest io_timeout in play: that found on storage, or this host's
     * @return seconds
     */
    public static int joinLimitSeconds(int ioTimeoutSeconds) {
        return joinAfterOtherHostSeconds(ioTimeoutSeconds) + 5 * ioTimeoutSeconds;
    }

    /**
     * When to give up waiting for a leave in which lease holders are killed: the daemon kills at
     * once, each of them must die, and the host id is then given back on storage.
     *
     * @param ioTimeoutSeconds this host's io_timeout
     * @return seconds
     */
    public static int leaveLimitSeconds(int ioTimeoutSeconds) {
        return KILL_GRACE_SECONDS + LEAVE_SECONDS + failSeconds(ioTimeoutSeconds);
    }

    /**
     * How long an acquire or convert takes at most while its storage answers each time within
     * io_timeout: six transfers, or eight pauses of up to a second when others race for a shared
     * lease. Usually it is milliseconds. It never waits for an owner to die.
     *
     * @param ioTimeoutSeconds this host's io_timeout
     * @return seconds
     */
    public static int acquireSeconds(int ioTimeoutSeconds) {
        return 6 * ioTimeoutSeconds + 8;
    }

    /**
     * How long an acquire of sanlock's own kind would wait for an owner that no longer renews,
     * holding one of the daemon's workers all that time. This package never asks for it; the value
     * is here for those who share a daemon with programs that do.
     *
     * @param ioTimeoutSeconds the io_timeout of both hosts
     * @return seconds
     */
    public static int waitingAcquireSeconds(int ioTimeoutSeconds) {
        return hostDeadSeconds(ioTimeoutSeconds) + 7 * ioTimeoutSeconds;
    }

    /**
     * How long after a host's death its leases can be acquired by others, by trying again and
     * again.
     *
     * @param ioTimeoutSeconds the io_timeout of both hosts
     * @return seconds
     */
    public static int takeoverSeconds(int ioTimeoutSeconds) {
        return hostDeadSeconds(ioTimeoutSeconds) + observationSeconds(ioTimeoutSeconds);
    }

    /**
     * How long it takes at most until a request reaches the holder: the requester's renewal, the
     * owner's, and its look at the resource. Measured 4.5 to 9.5 seconds with io_timeout 1.
     *
     * @param ioTimeoutSeconds the io_timeout of both hosts
     * @return seconds
     */
    public static int requestSeconds(int ioTimeoutSeconds) {
        return 5 * renewalSeconds(ioTimeoutSeconds);
    }

    /**
     * How long it takes at most until a host event is received: the sender's renewal writes it, the
     * receiver's reads it, and each may be a second late. Measured 4.5 seconds with io_timeout 1.
     *
     * @param ioTimeoutSeconds the io_timeout of both hosts
     * @return seconds
     */
    public static int eventSeconds(int ioTimeoutSeconds) {
        return 2 * (renewalSeconds(ioTimeoutSeconds) + 1);
    }

    /**
     * How long a host goes on announcing an event or a request in its bitmap, so that each other
     * host looks at least twice. For so long another event is refused with -EBUSY, and another
     * request of the same host to the same host is not looked at.
     *
     * @param ioTimeoutSeconds the announcing host's io_timeout
     * @return seconds
     */
    public static int announcementSeconds(int ioTimeoutSeconds) {
        return 6 * ioTimeoutSeconds;
    }

    /**
     * The limit for what the daemon must read or write on storage, milliseconds otherwise. Each of
     * its transfers ends after io_timeout, with code -202; after so long its own renewals have
     * failed as well.
     *
     * @param ioTimeoutSeconds this host's io_timeout; the default where no lockspace is joined
     * @return seconds
     */
    public static int storageAnswerSeconds(int ioTimeoutSeconds) {
        return failSeconds(ioTimeoutSeconds);
    }

    /**
     * How long to wait for one of the daemon's workers that this process allows itself, before
     * giving up without having asked. Those who have them are ended by their own limits, of which
     * an acquire's is the longest that does not belong to a join.
     *
     * @param ioTimeoutSeconds this host's io_timeout
     * @return seconds
     */
    public static int workerWaitSeconds(int ioTimeoutSeconds) {
        return Math.max(acquireSeconds(ioTimeoutSeconds), storageAnswerSeconds(ioTimeoutSeconds));
    }

    /**
     * The limit for an answer on a registered connection: all the daemon's workers may be waiting,
     * for another program and a host that dies just now; then comes our own acquire. It is long
     * because giving up the connection is giving up its leases.
     *
     * @param ioTimeoutSeconds the largest io_timeout in play
     * @return seconds
     */
    public static int registeredAnswerSeconds(int ioTimeoutSeconds) {
        return waitingAcquireSeconds(ioTimeoutSeconds) + acquireSeconds(ioTimeoutSeconds);
    }
}
