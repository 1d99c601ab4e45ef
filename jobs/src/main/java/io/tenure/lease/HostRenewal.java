package io.tenure.lease;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What keeps the leases of a host alive: its host id, which it renews on storage again and again.
 * Two of these are equal if they are about one host id of one domain.
 */
public interface HostRenewal {
    /**
     * Which storage it stands on.
     *
     * @return the control area
     */
    Path path();

    /**
     * Reads the last renewal as it stands on storage, past every cache. Blocks as long as the
     * storage does.
     *
     * @return a number that changes with each renewal. It is no time of this process's clock: a
     *     daemon may live in another time namespace
     * @throws LeaseLostException if the host id is not this host's any more, or its host generation
     *     is another: then all leases of this host are lost
     * @throws IOException if storage could not be read: then nothing is known
     */
    long read() throws IOException;

    /**
     * How old the last renewal may become at most before a holder stops to write, so that what it
     * has under way then has landed when the leases expire.
     *
     * @return the age
     */
    Duration limit();
}
