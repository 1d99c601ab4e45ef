package io.tenure.bindings.sanlock;

import io.tenure.bindings.Errno;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What libsanlock's functions return, {@code sanlock_rv.h}.
 *
 * <p>0 and above is success. -2 to -199 are {@code -errno}. -201 and below are sanlock's own; the
 * library's {@code sanlock_strerror} does not know all of them, this table does.
 *
 * <p><b>-1 is not EPERM.</b> The library returns it when the daemon hung up in the middle of an
 * answer, and the daemon returns it when a resource to release is not held. Only the caller can
 * tell which, from what it asked and from whether the connection still stands.
 */
public final class SanlockReturn {
    private static final int UNSPECIFIED = -1;

    /** Success as used within sanlock; its functions return 0. */
    public static final int SANLK_OK = 1;

    /** Not used by sanlock. */
    public static final int SANLK_NONE = 0;

    /** Unspecified error of the daemon. */
    public static final int SANLK_ERROR = -201;

    /** Storage did not answer within io_timeout. */
    public static final int SANLK_AIO_TIMEOUT = -202;

    /** The watchdog daemon refused or cannot be reached. */
    public static final int SANLK_WD_ERROR = -203;

    /** A host's ballot block could not be read. */
    public static final int SANLK_DBLOCK_READ = -210;

    /** A host's ballot block could not be written. */
    public static final int SANLK_DBLOCK_WRITE = -211;

    /** A ballot block belongs to another version of the lease. */
    public static final int SANLK_DBLOCK_LVER = -212;

    /** Another host is in a later ballot. */
    public static final int SANLK_DBLOCK_MBAL = -213;

    /** A ballot block has a wrong checksum. */
    public static final int SANLK_DBLOCK_CHECKSUM = -214;

    /** The leader record could not be read. */
    public static final int SANLK_LEADER_READ = -220;

    /** The leader record could not be written. */
    public static final int SANLK_LEADER_WRITE = -221;

    /** The leader record changed unexpectedly. */
    public static final int SANLK_LEADER_DIFF = -222;

    /** No lease there: the leader record has no magic number. */
    public static final int SANLK_LEADER_MAGIC = -223;

    /** The leader record has another format version. */
    public static final int SANLK_LEADER_VERSION = -224;

    /** The leader record was written with another sector size. */
    public static final int SANLK_LEADER_SECTORSIZE = -225;

    /** The leader record names another lockspace. */
    public static final int SANLK_LEADER_LOCKSPACE = -226;

    /** The leader record names another resource. */
    public static final int SANLK_LEADER_RESOURCE = -227;

    /** The leader record is for fewer hosts than this host id. */
    public static final int SANLK_LEADER_NUMHOSTS = -228;

    /** The leader record has a wrong checksum. */
    public static final int SANLK_LEADER_CHECKSUM = -229;

    /** Sector or area size does not fit the lockspace. */
    public static final int SANLK_ADDLS_SIZES = -230;

    /** The host id is higher than the lockspace has room for. */
    public static final int SANLK_ADDLS_INVALID_HOSTID = -231;

    /** The lease has another version than the one asked for. */
    public static final int SANLK_ACQUIRE_LVER = -240;

    /** The lockspace is not usable for acquiring. */
    public static final int SANLK_ACQUIRE_LOCKSPACE = -241;

    /** The owner's host id could not be read. */
    public static final int SANLK_ACQUIRE_IDDISK = -242;

    /** Held by a live host. */
    public static final int SANLK_ACQUIRE_IDLIVE = -243;

    /** Another host won it. */
    public static final int SANLK_ACQUIRE_OWNED = -244;

    /** Another host was acquiring it at the same time. */
    public static final int SANLK_ACQUIRE_OTHER = -245;

    /** Others kept acquiring it; gave up retrying the shared mode. */
    public static final int SANLK_ACQUIRE_SHRETRY = -246;

    /** Held by a host that stopped renewing and is not yet known to be dead. */
    public static final int SANLK_ACQUIRE_OWNED_RETRY = -247;

    /** The lease on storage has another version than the one held. */
    public static final int SANLK_RELEASE_LVER = -250;

    /** The lease on storage has another owner. */
    public static final int SANLK_RELEASE_OWNER = -251;

    /** The host id on storage has another owner. */
    public static final int SANLK_RENEW_OWNER = -260;

    /** The host id on storage changed unexpectedly. */
    public static final int SANLK_RENEW_DIFF = -261;

    /** The host id is in use by another host. */
    public static final int SANLK_HOSTID_BUSY = -262;

    /** No request record there. */
    public static final int SANLK_REQUEST_MAGIC = -270;

    /** The request record has another format version. */
    public static final int SANLK_REQUEST_VERSION = -271;

    /** A newer request is there already. */
    public static final int SANLK_REQUEST_OLD = -272;

    /** The requested version is not newer than the lease. */
    public static final int SANLK_REQUEST_LVER = -273;

    /** No resource index there. */
    public static final int SANLK_RINDEX_MAGIC = -274;

    /** The resource index has another format version. */
    public static final int SANLK_RINDEX_VERSION = -275;

    /** The resource index names another lockspace. */
    public static final int SANLK_RINDEX_LOCKSPACE = -276;

    /** The resource index is for another offset. */
    public static final int SANLK_RINDEX_OFFSET = -277;

    /** The resource index changed unexpectedly. */
    public static final int SANLK_RINDEX_DIFF = -278;

    private static final String ROWS =
            """
            -201 SANLK_ERROR unspecified error of the daemon
            -202 SANLK_AIO_TIMEOUT storage did not answer within io_timeout
            -203 SANLK_WD_ERROR the watchdog daemon refused or cannot be reached
            -210 SANLK_DBLOCK_READ a host's ballot block could not be read
            -211 SANLK_DBLOCK_WRITE a host's ballot block could not be written
            -212 SANLK_DBLOCK_LVER a ballot block belongs to another version of the lease
            -213 SANLK_DBLOCK_MBAL another host is in a later ballot
            -214 SANLK_DBLOCK_CHECKSUM a ballot block has a wrong checksum
            -220 SANLK_LEADER_READ the leader record could not be read
            -221 SANLK_LEADER_WRITE the leader record could not be written
            -222 SANLK_LEADER_DIFF the leader record changed unexpectedly
            -223 SANLK_LEADER_MAGIC no lease there: the leader record has no magic number
            -224 SANLK_LEADER_VERSION the leader record has another format version
            -225 SANLK_LEADER_SECTORSIZE the leader record was written with another sector size
            -226 SANLK_LEADER_LOCKSPACE the leader record names another lockspace
            -227 SANLK_LEADER_RESOURCE the leader record names another resource
            -228 SANLK_LEADER_NUMHOSTS the leader record is for fewer hosts than this host id
            -229 SANLK_LEADER_CHECKSUM the leader record has a wrong checksum
            -230 SANLK_ADDLS_SIZES sector or area size does not fit the lockspace
            -231 SANLK_ADDLS_INVALID_HOSTID the host id is higher than the lockspace has room for
            -240 SANLK_ACQUIRE_LVER the lease has another version than the one asked for
            -241 SANLK_ACQUIRE_LOCKSPACE the lockspace is not usable for acquiring
            -242 SANLK_ACQUIRE_IDDISK the owner's host id could not be read
            -243 SANLK_ACQUIRE_IDLIVE held by a live host
            -244 SANLK_ACQUIRE_OWNED another host won it
            -245 SANLK_ACQUIRE_OTHER another host was acquiring it at the same time
            -246 SANLK_ACQUIRE_SHRETRY others kept acquiring it; gave up retrying the shared mode
            -247 SANLK_ACQUIRE_OWNED_RETRY held by a host that stopped renewing and is not yet known to be dead
            -250 SANLK_RELEASE_LVER the lease on storage has another version than the one held
            -251 SANLK_RELEASE_OWNER the lease on storage has another owner
            -260 SANLK_RENEW_OWNER the host id on storage has another owner
            -261 SANLK_RENEW_DIFF the host id on storage changed unexpectedly
            -262 SANLK_HOSTID_BUSY the host id is in use by another host
            -270 SANLK_REQUEST_MAGIC no request record there
            -271 SANLK_REQUEST_VERSION the request record has another format version
            -272 SANLK_REQUEST_OLD a newer request is there already
            -273 SANLK_REQUEST_LVER the requested version is not newer than the lease
            -274 SANLK_RINDEX_MAGIC no resource index there
            -275 SANLK_RINDEX_VERSION the resource index has another format version
            -276 SANLK_RINDEX_LOCKSPACE the resource index names another lockspace
            -277 SANLK_RINDEX_OFFSET the resource index is for another offset
            -278 SANLK_RINDEX_DIFF the resource index changed unexpectedly
            """;

    private static final Map<Integer, Code> CODES =
            ROWS.lines()
                    .map(row -> row.split(" ", 3))
                    .collect(
                            Collectors.toUnmodifiableMap(
                                    row -> Integer.valueOf(row[0]),
                                    row -> new Code(row[1], row[2])));

    private SanlockReturn() {}

    /**
     * The name of a code.
     *
     * @param code what a function returned
     * @return such as {@code SANLK_ACQUIRE_IDLIVE}, {@code ENOSPC}, {@code OK} for success, and the
     *     number itself for -1 and for codes that no header names
     */
    public static String symbol(int code) {
        if (code >= 0) {
            return "OK";
        }
        Code known = CODES.get(code);
        if (known != null) {
            return known.symbol();
        }
        return isErrno(code) ? Errno.name(code) : Integer.toString(code);
    }

    /**
     * What a code says, in lower case and without a full stop.
     *
     * @param code what a function returned
     * @return the text
     */
    public static String text(int code) {
        if (code >= 0) {
            return "success";
        }
        if (code == UNSPECIFIED) {
            return "the daemon hung up, or the resource is not held";
        }
        Code known = CODES.get(code);
        if (known != null) {
            return known.text();
        }
        return isErrno(code) ? Errno.describe(code) : "code unknown to sanlock 3.8.5";
    }

    /**
     * Name and text of a code, for a message.
     *
     * @param code what a function returned
     * @return such as {@code SANLK_ACQUIRE_IDLIVE (held by a live host)}
     */
    public static String describe(int code) {
        return isErrno(code) ? Errno.describe(code) : symbol(code) + " (" + text(code) + ")";
    }

    /**
     * Whether a code is a negated errno.
     *
     * @param code what a function returned
     * @return true for -2 to -199
     */
    public static boolean isErrno(int code) {
        return code < UNSPECIFIED && code > -200;
    }

    /** One row of the table. */
    private record Code(String symbol, String text) {}
}
