package io.tenure.bindings.sanlock;

/**
 * The constants of {@code sanlock.h}, {@code sanlock_admin.h} and {@code sanlock_resource.h}, all
 * of them, with their C names. The codes of {@code sanlock_rv.h} are in {@link SanlockReturn}.
 */
public final class SanlockConstants {
    /** The most resources in one acquire or release; the daemon crashes on more in a release. */
    public static final int SANLK_MAX_RESOURCES = 8;

    /** Bytes of a name; a NUL at the end is not required. */
    public static final int SANLK_NAME_LEN = 48;

    /** Bytes of a path with its NUL, and with the escapes of its text form. */
    public static final int SANLK_PATH_LEN = 1024;

    /** Bytes of a kill program's path with its NUL. */
    public static final int SANLK_HELPER_PATH_LEN = 128;

    /** Bytes of a kill program's arguments with their NUL. */
    public static final int SANLK_HELPER_ARGS_LEN = 128;

    /** The most disks of one lease. */
    public static final int SANLK_MAX_DISKS = 4;

    /** Bytes of a resource in text form. */
    public static final int SANLK_MAX_RES_STR = 4400;

    /** Resource: the lver field is set. */
    public static final int SANLK_RES_LVER = 0x1;

    /** Resource: data32 is a new num_hosts. */
    public static final int SANLK_RES_NUM_HOSTS = 0x2;

    /** Resource: shared mode. */
    public static final int SANLK_RES_SHARED = 0x4;

    /** Resource: becomes an orphan when its holder dies. */
    public static final int SANLK_RES_PERSISTENT = 0x8;

    /** Resource: areas of 1 MiB. */
    public static final int SANLK_RES_ALIGN1M = 0x10;

    /** Resource: areas of 2 MiB. */
    public static final int SANLK_RES_ALIGN2M = 0x20;

    /** Resource: areas of 4 MiB. */
    public static final int SANLK_RES_ALIGN4M = 0x40;

    /** Resource: areas of 8 MiB. */
    public static final int SANLK_RES_ALIGN8M = 0x80;

    /** Resource: sectors of 512 bytes. */
    public static final int SANLK_RES_SECTOR512 = 0x100;

    /** Resource: sectors of 4096 bytes. */
    public static final int SANLK_RES_SECTOR4K = 0x200;

    /** Lockspace: being added. */
    public static final int SANLK_LSF_ADD = 0x1;

    /** Lockspace: being removed. */
    public static final int SANLK_LSF_REM = 0x2;

    /** Lockspace: areas of 1 MiB. */
    public static final int SANLK_LSF_ALIGN1M = 0x10;

    /** Lockspace: areas of 2 MiB. */
    public static final int SANLK_LSF_ALIGN2M = 0x20;

    /** Lockspace: areas of 4 MiB. */
    public static final int SANLK_LSF_ALIGN4M = 0x40;

    /** Lockspace: areas of 8 MiB. */
    public static final int SANLK_LSF_ALIGN8M = 0x80;

    /** Lockspace: sectors of 512 bytes. */
    public static final int SANLK_LSF_SECTOR512 = 0x100;

    /** Lockspace: sectors of 4096 bytes. */
    public static final int SANLK_LSF_SECTOR4K = 0x200;

    /** add_lockspace: return at once. */
    public static final int SANLK_ADD_ASYNC = 0x1;

    /** rem_lockspace: return at once. */
    public static final int SANLK_REM_ASYNC = 0x1;

    /** rem_lockspace: only when no resource in it is held. */
    public static final int SANLK_REM_UNUSED = 0x2;

    /** inq_lockspace: wait until it is added or removed. */
    public static final int SANLK_INQ_WAIT = 0x1;

    /** write_resource: leave an area that reads as no lease. */
    public static final int SANLK_WRITE_CLEAR = 0x1;

    /** Host: not watched long enough to tell. */
    public static final int SANLK_HOST_UNKNOWN = 0x1;

    /** Host: the host id is not held. */
    public static final int SANLK_HOST_FREE = 0x2;

    /** Host: renews. */
    public static final int SANLK_HOST_LIVE = 0x3;

    /** Host: does not renew; may be killing its processes. */
    public static final int SANLK_HOST_FAIL = 0x4;

    /** Host: its watchdog has fired. */
    public static final int SANLK_HOST_DEAD = 0x5;

    /** Host: selects the state from the flags. */
    public static final int SANLK_HOST_MASK = 0xF;

    /** restrict: no further commands on this connection. */
    public static final int SANLK_RESTRICT_ALL = 0x1;

    /** restrict: the daemon never sends SIGKILL. */
    public static final int SANLK_RESTRICT_SIGKILL = 0x2;

    /** restrict: the daemon never sends SIGTERM. */
    public static final int SANLK_RESTRICT_SIGTERM = 0x4;

    /** killpath: the process id becomes the last argument. */
    public static final int SANLK_KILLPATH_PID = 0x1;

    /** acquire: with a lock value block. */
    public static final int SANLK_ACQUIRE_LVB = 0x1;

    /** acquire: take over an orphan if there is one. */
    public static final int SANLK_ACQUIRE_ORPHAN = 0x2;

    /** acquire: only an orphan; broken in 3.8.5, which acquires a new lease too. */
    public static final int SANLK_ACQUIRE_ORPHAN_ONLY = 0x4;

    /** acquire: do not wait for an owner to time out. */
    public static final int SANLK_ACQUIRE_OWNER_NOWAIT = 0x8;

    /** release: everything; crashes the daemon when more than eight are held. */
    public static final int SANLK_REL_ALL = 0x1;

    /** release: rename the resource on storage. */
    public static final int SANLK_REL_RENAME = 0x2;

    /** release: orphans. */
    public static final int SANLK_REL_ORPHAN = 0x4;

    /** convert: do not wait for an owner to time out. */
    public static final int SANLK_CONVERT_OWNER_NOWAIT = 0x8;

    /** request: of whoever holds it now. */
    public static final int SANLK_REQUEST_NEXT_LVER = 0x1;

    /** request: SIGKILL to the holder. */
    public static final int SANLK_REQ_FORCE = 0x1;

    /** request: the holder's kill program, or SIGTERM. */
    public static final int SANLK_REQ_GRACEFUL = 0x2;

    /** Resource index: areas of 1 MiB. */
    public static final int SANLK_RIF_ALIGN1M = 0x10;

    /** Resource index: areas of 2 MiB. */
    public static final int SANLK_RIF_ALIGN2M = 0x20;

    /** Resource index: areas of 4 MiB. */
    public static final int SANLK_RIF_ALIGN4M = 0x40;

    /** Resource index: areas of 8 MiB. */
    public static final int SANLK_RIF_ALIGN8M = 0x80;

    /** Resource index: sectors of 512 bytes. */
    public static final int SANLK_RIF_SECTOR512 = 0x100;

    /** Resource index: sectors of 4096 bytes. */
    public static final int SANLK_RIF_SECTOR4K = 0x200;

    /** set_config: the lockspace is used by something that the daemon does not know. */
    public static final int SANLK_CONFIG_USED = 0x1;

    /** set_config: takes back SANLK_CONFIG_USED. */
    public static final int SANLK_CONFIG_UNUSED = 0x2;

    /** set_config: the lockspace is used as long as it has orphans. */
    public static final int SANLK_CONFIG_USED_BY_ORPHANS = 0x4;

    /** set_config: takes back SANLK_CONFIG_USED_BY_ORPHANS. */
    public static final int SANLK_CONFIG_UNUSED_BY_ORPHANS = 0x8;

    /** test_resource_owners: the owners would keep an acquire from succeeding. */
    public static final int SANLK_TRF_FAIL = 0x1;

    /** Resource index: do without the lockspace, and so without the lease of the index. */
    public static final int SANLK_RX_NO_LOCKSPACE = 0x1;

    /** update_rindex: add an entry. */
    public static final int SANLK_RXUP_ADD = 0x10000;

    /** update_rindex: remove an entry. */
    public static final int SANLK_RXUP_REM = 0x20000;

    /** set_event: to the host in its current generation. */
    public static final int SANLK_SETEV_CUR_GENERATION = 0x1;

    /** set_event: no longer to this host. */
    public static final int SANLK_SETEV_CLEAR_HOSTID = 0x2;

    /** set_event: send no event any more. */
    public static final int SANLK_SETEV_CLEAR_EVENT = 0x4;

    /** set_event: also when another event is on its way, which is lost. */
    public static final int SANLK_SETEV_REPLACE_EVENT = 0x8;

    /** set_event: to all hosts. */
    public static final int SANLK_SETEV_ALL_HOSTS = 0x10;

    /** request: the old name of SANLK_REQ_FORCE. */
    public static final int SANLK_REQ_KILL_PID = SANLK_REQ_FORCE;

    private SanlockConstants() {}
}
