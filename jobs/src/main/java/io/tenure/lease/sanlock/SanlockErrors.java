package io.tenure.lease.sanlock;

import io.tenure.bindings.Errno;
import io.tenure.bindings.sanlock.SanlockReturn;
import io.tenure.lease.LeasesUnavailableException;
import io.tenure.sanlock.SanlockException;
import java.io.IOException;

/** What the daemon's answers mean for a job. */
final class SanlockErrors {
    private SanlockErrors() {}

    /** Tells a missing daemon or membership, which the environment lacks, from other failures. */
    static IOException unavailable(SanlockException e) {
        return e.isDaemonGone() || e.isNotJoined()
                ? new LeasesUnavailableException(String.valueOf(e.getMessage()), e)
                : e;
    }

    /**
     * Tells from other failures that storage was read, and that what stands there is not this
     * lease: none, another one, or something that is no lease at all. Trying again does not help.
     */
    static boolean isBroken(SanlockException e) {
        return switch (e.code()) {
            case SanlockReturn.SANLK_LEADER_MAGIC,
                    SanlockReturn.SANLK_LEADER_VERSION,
                    SanlockReturn.SANLK_LEADER_SECTORSIZE,
                    SanlockReturn.SANLK_LEADER_LOCKSPACE,
                    SanlockReturn.SANLK_LEADER_RESOURCE,
                    SanlockReturn.SANLK_LEADER_NUMHOSTS,
                    SanlockReturn.SANLK_LEADER_CHECKSUM,
                    SanlockReturn.SANLK_DBLOCK_CHECKSUM ->
                    true;
            default -> false;
        };
    }

    /**
     * Tells from other failures that storage could not be read, or not as a whole: a read took too
     * long, or met a sector that was just being written. Trying again may help.
     */
    static boolean isTemporary(SanlockException e) {
        return switch (e.code()) {
            case SanlockReturn.SANLK_AIO_TIMEOUT,
                    SanlockReturn.SANLK_LEADER_READ,
                    SanlockReturn.SANLK_DBLOCK_READ,
                    SanlockReturn.SANLK_LEADER_CHECKSUM,
                    SanlockReturn.SANLK_DBLOCK_CHECKSUM,
                    -Errno.EAGAIN,
                    -Errno.EBUSY,
                    -Errno.EIO,
                    -Errno.EINTR ->
                    true;
            default -> false;
        };
    }
}
