package io.tenure.sanlock;

import io.tenure.bindings.Errno;
import io.tenure.bindings.sanlock.SanlockReturn;

/**
 * What a code means for what was asked. One code can mean several things: -2 is a missing daemon, a
 * missing file or an unknown lockspace, -1 a broken connection or a lease that is not held.
 */
enum SanlockFailure {
    DAEMON_GONE("the sanlock daemon is not running or went away; start it"),
    SOCKET_REFUSED("this user may not use the daemon's socket; join the group sanlock"),
    HELD_ELSEWHERE("another host holds or is just taking or leaving it; try again later"),
    HELD_HERE("this host holds it already through another connection"),
    NOT_HELD("this connection does not hold it"),
    NOT_JOINED("this host has not joined the lockspace; join it first"),
    ALREADY_JOINED("this host has joined it already"),
    HOST_ID_TAKEN("give each host a host id of its own"),
    NOT_SEEN_YET(
            "joined a moment ago and not looked at the other hosts yet; try again in a second"),
    LOCKSPACE_IN_USE("leases in it are held"),
    BUSY("the daemon is at work on it or is ending this process's leases; try again"),
    NO_LEASE("nothing was written there, or it was cleared; write it first"),
    OTHER_NAME("the storage carries another name there; check path and offset"),
    NO_FILE("the daemon finds no such file or device"),
    FILE_REFUSED("the daemon's user may not open it; give it to user and group sanlock"),
    STORAGE("check the storage; an acquire may have reached it, then the daemon takes it back"),
    ALREADY_IN_MODE("it is held in that mode already"),
    OTHER("");

    /** Not EPERM, see {@link SanlockReturn}. */
    static final int HUNG_UP_OR_NOT_HELD = -1;

    private final String advice;

    SanlockFailure(String advice) {
        this.advice = advice;
    }

    String advice() {
        return advice;
    }

    /**
     * Decides.
     *
     * @param operation what was asked
     * @param code the negative answer
     * @param connected whether the daemon still talks to us, which decides where a code is
     *     ambiguous
     */
    static SanlockFailure of(SanlockOperation operation, int code, boolean connected) {
        if (!connected) {
            return code == -Errno.EACCES ? SOCKET_REFUSED : DAEMON_GONE;
        }
        return switch (code) {
            case HUNG_UP_OR_NOT_HELD -> operation == SanlockOperation.RELEASE ? NOT_HELD : OTHER;
            case SanlockReturn.SANLK_ACQUIRE_IDLIVE,
                    SanlockReturn.SANLK_ACQUIRE_OWNED,
                    SanlockReturn.SANLK_ACQUIRE_OTHER,
                    SanlockReturn.SANLK_ACQUIRE_SHRETRY,
                    SanlockReturn.SANLK_ACQUIRE_OWNED_RETRY ->
                    HELD_ELSEWHERE;
            case SanlockReturn.SANLK_LEADER_MAGIC -> NO_LEASE;
            case SanlockReturn.SANLK_LEADER_LOCKSPACE, SanlockReturn.SANLK_LEADER_RESOURCE ->
                    OTHER_NAME;
            case SanlockReturn.SANLK_HOSTID_BUSY -> HOST_ID_TAKEN;
            case SanlockReturn.SANLK_AIO_TIMEOUT,
                    SanlockReturn.SANLK_DBLOCK_READ,
                    SanlockReturn.SANLK_DBLOCK_WRITE,
                    SanlockReturn.SANLK_LEADER_READ,
                    SanlockReturn.SANLK_LEADER_WRITE,
                    -Errno.EIO ->
                    STORAGE;
            case -Errno.ENOENT ->
                    operation == SanlockOperation.LIST_HOSTS
                                    || operation == SanlockOperation.REMOVE_LOCKSPACE
                            ? NOT_JOINED
                            : NO_FILE;
            case -Errno.EACCES -> FILE_REFUSED;
            case -Errno.ENOSPC ->
                    operation == SanlockOperation.LIST_LOCKSPACES ? OTHER : NOT_JOINED;
            case -Errno.EEXIST ->
                    operation == SanlockOperation.ADD_LOCKSPACE ? ALREADY_JOINED : HELD_HERE;
            case -Errno.EAGAIN ->
                    switch (operation) {
                        case ACQUIRE, CONVERT -> HELD_ELSEWHERE;
                        case LIST_HOSTS -> NOT_SEEN_YET;
                        default -> BUSY;
                    };
            case -Errno.EBUSY ->
                    operation == SanlockOperation.REMOVE_LOCKSPACE ? LOCKSPACE_IN_USE : BUSY;
            case -Errno.EINPROGRESS -> BUSY;
            case -Errno.EALREADY -> ALREADY_IN_MODE;
            default -> OTHER;
        };
    }
}
