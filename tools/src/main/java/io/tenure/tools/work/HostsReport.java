package io.tenure.tools.work;

import io.tenure.bindings.NativeUnavailableException;
import io.tenure.lease.sanlock.DomainHosts;
import io.tenure.lease.sanlock.SanlockSectors;
import io.tenure.lease.sanlock.StoredHost;
import io.tenure.lease.sanlock.StoredHosts;
import io.tenure.sanlock.HostState;
import io.tenure.sanlock.HostStatus;
import io.tenure.sanlock.LockspaceStatus;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The hosts of a domain at one moment: storage gives their names, generations and times; this
 * host's daemon, if there is one and it has joined, whether they live and when it saw them renew.
 */
public final class HostsReport {
    private final StoredHosts stored;
    private final Map<Long, HostStatus> known = new HashMap<>();
    private HostSightings sightings = HostSightings.NONE;
    private long ownHostId;
    private @Nullable String problem;

    private HostsReport(StoredHosts stored) {
        this.stored = stored;
    }

    /**
     * Reads storage, and asks the daemon.
     *
     * @param open a domain that sanlock guards
     * @return the report, perhaps without the daemon's part
     * @throws IOException if the domain has local leases, or storage could not be read
     * @throws InterruptedException if this thread was interrupted
     */
    public static HostsReport of(OpenDomain open) throws IOException, InterruptedException {
        DomainHosts hosts = open.hosts();
        HostsReport report = new HostsReport(new SanlockSectors(open.domain()).hosts());
        try {
            report.ownHostId = hosts.joined().map(LockspaceStatus::hostId).orElse(0L);
            hosts.list().forEach(host -> report.known.put(host.hostId(), host));
            report.sightings = HostSightings.of(open.domain().id());
            report.problem = report.sightings.problem().orElse(null);
        } catch (IOException | NativeUnavailableException e) {
            report.problem = String.valueOf(e.getMessage());
        }
        return report;
    }

    /**
     * What storage says.
     *
     * @return all host ids
     */
    public StoredHosts stored() {
        return stored;
    }

    /**
     * This host's own id in the domain.
     *
     * @return 0 if it has not joined, or that is not known
     */
    public long ownHostId() {
        return ownHostId;
    }

    /**
     * What the daemon says of a host.
     *
     * @param hostId the host id
     * @param hostGeneration which life of the host is meant
     * @return empty if there is no daemon to ask, or it has not seen that life yet
     */
    public Optional<HostState> state(long hostId, long hostGeneration) {
        return Optional.ofNullable(known.get(hostId))
                .filter(status -> status.generation() == hostGeneration)
                .map(HostStatus::state);
    }

    /**
     * How long ago the daemon saw a host renew.
     *
     * @param hostId the host id
     * @param hostGeneration which life of the host is meant
     * @return seconds; empty if that is not known
     */
    public OptionalLong renewedSecondsAgo(long hostId, long hostGeneration) {
        return sightings
                .of(hostId, hostGeneration)
                .map(seen -> OptionalLong.of(seen.age()))
                .orElse(OptionalLong.empty());
    }

    /**
     * The name of a host's daemon.
     *
     * @param hostId the host id
     * @return as storage has it; empty if that cannot be told
     */
    public String name(long hostId) {
        return stored.host(hostId)
                .map(StoredHost::leader)
                .map(leader -> leader.hostName())
                .orElse("");
    }

    /**
     * Why states or times are missing.
     *
     * @return empty if the daemon has answered everything
     */
    public Optional<String> problem() {
        return Optional.ofNullable(problem);
    }
}
