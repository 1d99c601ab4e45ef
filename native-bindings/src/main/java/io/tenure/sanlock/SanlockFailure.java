package io.tenure.sanlock;

import io.tenure.bindings.Errno;
import io.tenure.bindings.sanlock.SanlockReturn;

/**
 * What a code means for what was asked, and what to do. One code can mean several things: -2 is a
 * missing daemon, a missing file or an unknown lockspace, -1 a broken connection or a lease that is
 * not held.
 */
enum SanlockFailure {
    DAEMON_GONE("the sanlock daemon is not running or went away", "start it"),
    SOCKET_REFUSED("this user may not use the daemon's socket", "join the group sanlock"),
    NO_ANSWER(
            "the daemon has not answered in time: it is stopped, or its storage hangs",
            "it may still do what was asked; ask for the state before asking again"),
    NO_WORKER(
            "this process has as many requests at the daemon as it allows itself",
            "nothing was asked; try again"),
    INTERRUPTED(
            "the wait was interrupted; the daemon goes on with it",
            "ask for the state before asking again"),
    STILL_CHANGING(
            "the daemon is still at it",
            "wait longer; a lockspace marked as used is left when the mark is taken away"),
    HELD_ELSEWHERE("another host holds or is just taking or leaving it", "try again later"),
    HELD_HERE("this host holds it already through another connection", "release it there first"),
    ORPHAN(
            "a process of this host died and left the lease behind for others to adopt",
            "adopt or release the orphan"),
    NO_ORPHAN("no process of this host left it behind", "acquire it"),
    NOT_HELD("this connection does not hold it", "acquire it first"),
    NO_VALUE("it was acquired without its value block", "acquire it with that"),
    NOT_REGISTERED("no process of that number has registered with the daemon", "register it first"),
    MOVED_ON("the lease has another version by now", "read its owners again"),
    LOST(
            "another host has written over what this host held",
            "stop working under it; nothing of it is this host's any more"),
    NOT_JOINED("this host has not joined the lockspace", "join it first"),
    ALREADY_JOINED("this host has joined it already", "leave first to change anything"),
    LOCKSPACE_CLASH(
            "another lockspace of this name or at this place is joined, or the sizes are refused",
            "list the lockspaces, and compare the sizes with those on storage"),
    LOCKSPACE_FAILING(
            "the lockspace fails or is being left, and gives no leases",
            "wait until it is gone, repair its storage, and join again"),
    HOST_ID_TAKEN("another host uses the host id", "give each host a host id of its own"),
    NOT_SEEN_YET(
            "joined a moment ago and not looked at the other hosts yet", "try again in a second"),
    LOCKSPACE_IN_USE("leases in it are held", "release them first"),
    MARKED_AS_USED(
            "the lockspace is marked as used, and leaving would not end until the mark is gone",
            "take the mark away first"),
    BUSY("the daemon is at work on it or is ending this process's leases", "try again"),
    EVENT_PENDING(
            "another event was sent a moment ago, and not every host has seen it",
            "wait as long as events are announced, or replace that event"),
    INDEX_BUSY(
            "another operation on an index of this lockspace is in progress on this host",
            "try again"),
    INDEX_NO_ENTRY("the index has no such entry", "check the name; create it first"),
    INDEX_FULL("the index has no free entry", "delete what is not needed, or use a larger one"),
    INDEX_ENTRY_EXISTS("the index has an entry of that name already", "use it, or delete it first"),
    INDEX_LEASE_HELD("somebody holds its lease", "let it be released first"),
    INDEX_DUPLICATE(
            "another host made an entry of the same name at the same time; the index has both",
            "remove the later entry"),
    NO_INDEX("no resource index is there", "format it first"),
    INDEX_OTHER_PLACE(
            "the offset does not belong to this index, or the index was moved",
            "check path, offset and area size"),
    INDEX_ENTRY_DIFFERS("the index has another name at that offset", "look it up again"),
    LISTENERS_FULL(
            "the lockspace has as many event listeners as the daemon allows, 32",
            "close some of them"),
    LISTENER_GONE("this host has left the lockspace, and listens no more", "join, and listen anew"),
    NO_LEASE("nothing was written there, or it was cleared", "write it first"),
    OTHER_NAME("the storage carries another name there", "check path and offset"),
    OTHER_GEOMETRY(
            "sector size, area size or host id do not fit what is on storage",
            "use the sizes that it was written with, and a host id that it has room for"),
    OTHER_FORMAT("it was written by another version of sanlock", "use one version on all hosts"),
    DAMAGED(
            "the area is damaged, or something else wrote into it",
            "find out what writes there; when nobody can hold it, write it anew"),
    NO_FILE("the daemon finds no such file or device", "check path, and where the daemon runs"),
    FILE_REFUSED("the daemon's user may not open it", "give it to user and group sanlock"),
    BEYOND_END("the area reaches beyond the end of the file or device", "make it larger"),
    STORAGE(
            "the storage failed or did not answer in time",
            "check the storage; an acquire may have reached it, then the daemon takes it back"),
    WATCHDOG("the watchdog daemon refuses or does not run", "start wdmd"),
    VALUE_TOO_LONG("the value is longer than a sector", "shorten it"),
    ALREADY_IN_MODE("it is held in that mode already", "go on"),
    UNEXPLAINED("the daemon does not say why", "look into the daemon's log"),
    OTHER("", "");

    /** Not EPERM, see {@link SanlockReturn}. */
    static final int HUNG_UP_OR_NOT_HELD = -1;

    /** ENOCSI of errno.h, "no CSI structure available": what reg_event says when it is full. */
    private static final int ENOCSI = 50;

    /** EUCLEAN of errno.h, "structure needs cleaning". */
    private static final int EUCLEAN = 117;

    private final String meaning;
    private final String advice;

    SanlockFailure(String meaning, String advice) {
        this.meaning = meaning;
        this.advice = advice;
    }

    /** One clause, without a full stop; empty where the code's own text is all that is known. */
    String meaning() {
        return meaning;
    }

    /** What to do; empty where nothing is known to help. */
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
        if (operation == SanlockOperation.ADOPT && code == SanlockReturn.SANLK_ACQUIRE_LVER) {
            return NO_ORPHAN;
        }
        return code <= SanlockReturn.SANLK_ERROR ? ofSanlock(code) : ofErrno(operation, code);
    }

    private static SanlockFailure ofSanlock(int code) {
        return switch (code) {
            case SanlockReturn.SANLK_ACQUIRE_IDLIVE,
                    SanlockReturn.SANLK_ACQUIRE_OWNED,
                    SanlockReturn.SANLK_ACQUIRE_OTHER,
                    SanlockReturn.SANLK_ACQUIRE_SHRETRY,
                    SanlockReturn.SANLK_ACQUIRE_OWNED_RETRY,
                    SanlockReturn.SANLK_DBLOCK_LVER,
                    SanlockReturn.SANLK_DBLOCK_MBAL ->
                    HELD_ELSEWHERE;
            case SanlockReturn.SANLK_LEADER_MAGIC, SanlockReturn.SANLK_REQUEST_MAGIC -> NO_LEASE;
            case SanlockReturn.SANLK_LEADER_LOCKSPACE,
                    SanlockReturn.SANLK_LEADER_RESOURCE,
                    SanlockReturn.SANLK_RINDEX_LOCKSPACE ->
                    OTHER_NAME;
            case SanlockReturn.SANLK_LEADER_SECTORSIZE,
                    SanlockReturn.SANLK_LEADER_NUMHOSTS,
                    SanlockReturn.SANLK_ADDLS_SIZES,
                    SanlockReturn.SANLK_ADDLS_INVALID_HOSTID ->
                    OTHER_GEOMETRY;
            case SanlockReturn.SANLK_LEADER_VERSION,
                    SanlockReturn.SANLK_REQUEST_VERSION,
                    SanlockReturn.SANLK_RINDEX_VERSION ->
                    OTHER_FORMAT;
            case SanlockReturn.SANLK_LEADER_CHECKSUM,
                    SanlockReturn.SANLK_DBLOCK_CHECKSUM,
                    SanlockReturn.SANLK_LEADER_DIFF ->
                    DAMAGED;
            case SanlockReturn.SANLK_ACQUIRE_LVER,
                    SanlockReturn.SANLK_RELEASE_LVER,
                    SanlockReturn.SANLK_REQUEST_OLD,
                    SanlockReturn.SANLK_REQUEST_LVER ->
                    MOVED_ON;
            case SanlockReturn.SANLK_RELEASE_OWNER,
                    SanlockReturn.SANLK_RENEW_OWNER,
                    SanlockReturn.SANLK_RENEW_DIFF ->
                    LOST;
            case SanlockReturn.SANLK_ACQUIRE_LOCKSPACE -> LOCKSPACE_FAILING;
            case SanlockReturn.SANLK_HOSTID_BUSY -> HOST_ID_TAKEN;
            case SanlockReturn.SANLK_RINDEX_MAGIC -> NO_INDEX;
            case SanlockReturn.SANLK_RINDEX_OFFSET -> INDEX_OTHER_PLACE;
            case SanlockReturn.SANLK_RINDEX_DIFF -> INDEX_ENTRY_DIFFERS;
            case SanlockReturn.SANLK_AIO_TIMEOUT,
                    SanlockReturn.SANLK_DBLOCK_READ,
                    SanlockReturn.SANLK_DBLOCK_WRITE,
                    SanlockReturn.SANLK_LEADER_READ,
                    SanlockReturn.SANLK_LEADER_WRITE,
                    SanlockReturn.SANLK_ACQUIRE_IDDISK ->
                    STORAGE;
            case SanlockReturn.SANLK_WD_ERROR -> WATCHDOG;
            case SanlockReturn.SANLK_ERROR -> UNEXPLAINED;
            default -> OTHER;
        };
    }

    private static SanlockFailure ofErrno(SanlockOperation operation, int code) {
        return switch (code) {
            case HUNG_UP_OR_NOT_HELD ->
                    switch (operation) {
                        case RELEASE, RENAME -> NOT_HELD;
                        case RECEIVE_EVENT -> LISTENER_GONE;
                        default -> OTHER;
                    };
            case -Errno.EIO -> STORAGE;
            case -Errno.ENOENT -> notFound(operation);
            case -Errno.ENODEV -> NO_FILE;
            case -Errno.EACCES -> FILE_REFUSED;
            case -Errno.EMSGSIZE -> BEYOND_END;
            case -Errno.ENOSPC ->
                    operation == SanlockOperation.LIST_LOCKSPACES ? OTHER : NOT_JOINED;
            case -Errno.EEXIST ->
                    switch (operation) {
                        case ADD_LOCKSPACE -> ALREADY_JOINED;
                        case INDEX_CREATE -> INDEX_ENTRY_EXISTS;
                        default -> HELD_HERE;
                    };
            case -Errno.EAGAIN ->
                    switch (operation) {
                        case ACQUIRE, CONVERT -> HELD_ELSEWHERE;
                        case LIST_HOSTS, TEST_OWNERS -> NOT_SEEN_YET;
                        default -> BUSY;
                    };
            case -Errno.EBUSY ->
                    switch (operation) {
                        case REMOVE_LOCKSPACE -> LOCKSPACE_IN_USE;
                        case SEND_EVENT -> EVENT_PENDING;
                        default -> operation.isOnIndex() ? INDEX_BUSY : BUSY;
                    };
            case -Errno.EINVAL ->
                    switch (operation) {
                        case SET_VALUE, GET_VALUE -> NO_VALUE;
                        case ADD_LOCKSPACE -> LOCKSPACE_CLASH;
                        case WRITE_LOCKSPACE,
                                READ_LOCKSPACE,
                                WRITE_RESOURCE,
                                CLEAR_RESOURCE,
                                READ_RESOURCE,
                                READ_OWNERS,
                                INDEX_FORMAT ->
                                OTHER_GEOMETRY;
                        default -> OTHER;
                    };
            case -Errno.EINPROGRESS -> BUSY;
            case -Errno.EALREADY ->
                    operation == SanlockOperation.END_EVENTS ? LISTENER_GONE : ALREADY_IN_MODE;
            case -Errno.ESRCH -> NOT_REGISTERED;
            case -Errno.E2BIG -> VALUE_TOO_LONG;
            case -Errno.ETIMEDOUT ->
                    switch (operation) {
                        case ADD_LOCKSPACE, REMOVE_LOCKSPACE, INQUIRE_LOCKSPACE -> STILL_CHANGING;
                        default -> NO_ANSWER;
                    };
            case -Errno.EINTR -> INTERRUPTED;
            case -EUCLEAN -> ORPHAN;
            case -ENOCSI -> LISTENERS_FULL;
            default -> OTHER;
        };
    }

    private static SanlockFailure notFound(SanlockOperation operation) {
        return switch (operation) {
            case SET_VALUE, GET_VALUE -> NOT_HELD;
            case LIST_HOSTS,
                    REMOVE_LOCKSPACE,
                    CONFIGURE,
                    EXAMINE,
                    LISTEN,
                    SEND_EVENT,
                    END_EVENTS,
                    // The index itself was found before.
                    INDEX_CREATE,
                    INDEX_DELETE,
                    INDEX_UPDATE,
                    INDEX_REBUILD ->
                    NOT_JOINED;
            default -> NO_FILE;
        };
    }
}
