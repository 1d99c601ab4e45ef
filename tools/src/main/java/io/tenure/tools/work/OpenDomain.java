package io.tenure.tools.work;

import io.tenure.domain.StorageDomain;
import io.tenure.io.Access;
import io.tenure.lease.LeaseManagers;
import io.tenure.lease.local.LocalLeaseManager;
import io.tenure.lease.sanlock.DomainHosts;
import io.tenure.lease.sanlock.LeaseRequests;
import io.tenure.lease.sanlock.SanlockLeaseManager;
import io.tenure.sanlock.Sanlock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * An open domain with what its jobs need. Owns all of it; {@link #close} closes it. For one thread.
 *
 * <p>sanlock's library is loaded, and its daemon asked, only where a domain has sanlock leases.
 */
public final class OpenDomain implements AutoCloseable {
    private final StorageDomain domain;
    private final Sanlock sanlock;
    private final LeaseManagers leases;

    private OpenDomain(StorageDomain domain, Sanlock sanlock) {
        this.domain = domain;
        this.sanlock = sanlock;
        this.leases =
                new LeaseManagers(
                        List.of(new LocalLeaseManager(), new SanlockLeaseManager(sanlock)));
    }

    /**
     * Opens a domain to look at it.
     *
     * @param path its directory or its block device
     * @return the domain; the caller closes it
     * @throws IOException if there is none, or it cannot be read
     */
    public static OpenDomain forReading(Path path) throws IOException {
        return of(StorageDomain.open(path, Access.READ_ONLY), Sanlock.open());
    }

    /**
     * Opens a domain for jobs.
     *
     * @param path its directory or its block device
     * @return the domain; the caller closes it
     * @throws IOException if there is none, or it cannot be read or written
     */
    public static OpenDomain forJobs(Path path) throws IOException {
        return of(StorageDomain.open(path, Access.READ_WRITE), Sanlock.open());
    }

    /**
     * Takes a domain that is open already.
     *
     * @param domain the domain
     * @param sanlock the daemon of the host that works on it; not asked with local leases
     * @return the domain with what its jobs need; it owns both
     */
    public static OpenDomain of(StorageDomain domain, Sanlock sanlock) {
        return new OpenDomain(domain, sanlock);
    }

    /**
     * The domain.
     *
     * @return open until this is closed
     */
    public StorageDomain domain() {
        return domain;
    }

    /**
     * Where its leases come from.
     *
     * @return managers of both kinds
     */
    public LeaseManagers leases() {
        return leases;
    }

    /**
     * Its hosts.
     *
     * @return the view of this host's daemon
     * @throws IOException if the domain has local leases
     */
    public DomainHosts hosts() throws IOException {
        return new DomainHosts(sanlock, domain);
    }

    /**
     * Requests to other hosts for its leases.
     *
     * @return by this host's daemon
     * @throws IOException if the domain has local leases
     */
    public LeaseRequests requests() throws IOException {
        return new LeaseRequests(sanlock, domain);
    }

    @Override
    public void close() throws IOException {
        leases.close();
        domain.close();
    }
}
