package io.tenure.sanlock;

/**
 * How long things take in sanlock, derived from io_timeout as its daemon does.
 *
 * <p>The formulas are those of sanlock 3.8.5. They hold while the daemon is up: its client library
 * has no time limit on any call, so a daemon that hangs, hangs the caller. Storage that does not
 * answer adds to every time. All values are seconds.
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
     */
    public static final int LEAVE_SECONDS = 3;

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
     * After how long without a renewal the daemon begins to warn.
     *
     * @param ioTimeoutSeconds the host's io_timeout
     * @return seconds
     */
    public static int warnSeconds(int ioTimeoutSeconds) {
        return 6 * ioTimeoutSeconds;
    }

    /**
     * After how long without a renewal a host kills its lease holders, and is {@link
     * HostState#FAIL} for others.
     *
     * @param ioTimeoutSeconds the host's io_timeout
     * @return seconds
     */
    public static int failSeconds(int ioTimeoutSeconds) {
        return 8 * ioTimeoutSeconds;
    }

    /**
     * After how long without a renewal a host is {@link HostState#DEAD}.
     *
     * @param ioTimeoutSeconds the host's io_timeout
     * @return seconds
     */
    public static int hostDeadSeconds(int ioTimeoutSeconds) {
        return failSeconds(ioTimeoutSeconds) + WATCHDOG_FIRE_SECONDS;
    }

    /**
     * By how much another host's change of state is seen late.
     *
     * @param ioTimeoutSeconds the observing host's io_timeout
     * @return seconds
     */
    public static int observationSeconds(int ioTimeoutSeconds) {
        return renewalSeconds(ioTimeoutSeconds) + 1;
    }

    /**
     * How long joining takes when the host id is free, or was last held under this host's name.
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
     * owner's, and its look at the resource.
     *
     * @param ioTimeoutSeconds the io_timeout of both hosts
     * @return seconds
     */
    public static int requestSeconds(int ioTimeoutSeconds) {
        return 5 * renewalSeconds(ioTimeoutSeconds);
    }
}
