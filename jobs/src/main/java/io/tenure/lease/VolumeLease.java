package io.tenure.lease;

import io.tenure.domain.LeaseArea;
import java.io.IOException;

/** A lease that this process holds, until it is released, its connection closes, or it is lost. */
public interface VolumeLease {
    /**
     * Which lease.
     *
     * @return where it lies
     */
    LeaseArea area();

    /**
     * How it is held.
     *
     * @return the mode
     */
    LeaseMode mode();

    /**
     * Makes this holder known on storage, if its kind of lease has not done so with the grant. Done
     * before the first write of the work; a job that is refused before that leaves even the lease
     * as it was. For shared leases it does nothing.
     *
     * @throws IOException if storage could not be written
     */
    void sign() throws IOException;

    /**
     * Reads the lease from storage and compares its owner with this holder. It alone finds out that
     * a machine which was paused past its expiry has been replaced meanwhile.
     *
     * @throws LeaseLostException if storage names another owner
     * @throws IOException if storage could not be read: then nothing is known
     */
    void verify() throws IOException;

    /**
     * Lets the lease go.
     *
     * @throws LeaseReleaseException if it could not be released cleanly
     */
    void release() throws LeaseReleaseException;
}
