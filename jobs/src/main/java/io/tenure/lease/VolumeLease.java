package io.tenure.lease;

import io.tenure.domain.LeaseArea;
import java.io.IOException;
import java.util.Optional;

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
     * Whether the lease is still this holder's: asks storage, see {@link #verifyOnStorage}, and
     * then whoever granted it, see {@link #verifyAtGrantor}. In this order, since a daemon that
     * began anew finds its host named on storage as before, but holds nothing for this process.
     *
     * @return what else was seen on storage
     * @throws LeaseLostException if it is not, or nobody answers the question
     * @throws IOException if storage could not be read: then nothing may be committed
     */
    LeaseLook verify() throws IOException;

    /**
     * Reads the lease's leader record as it stands on storage, past every cache, and compares host
     * id, host generation and version with those of the grant. It alone finds out that a machine
     * which was paused past its expiry has been replaced meanwhile. Changes nothing.
     *
     * <p>Blocks as long as the storage does.
     *
     * @return what else was seen
     * @throws LeaseLostException if it names another owner, or none; it says whom
     * @throws IOException if storage could not be read: then nothing is known
     */
    LeaseLook verifyOnStorage() throws IOException;

    /**
     * Asks whoever granted the lease to this process whether it still stands behind it. Reads no
     * storage. By itself it proves little: see {@link #verify}.
     *
     * @throws LeaseLostException if it does not
     * @throws LeasesUnavailableException if there was no answer in time: then nothing is known
     * @throws IOException for any other failure
     */
    void verifyAtGrantor() throws IOException;

    /**
     * What keeps the lease alive.
     *
     * @return the renewal of this host's id; empty if the lease does not expire
     */
    default Optional<HostRenewal> renewal() {
        return Optional.empty();
    }

    /**
     * Lets the lease go.
     *
     * @throws LeaseReleaseException if it could not be released cleanly
     */
    void release() throws LeaseReleaseException;
}
