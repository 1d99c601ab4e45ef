package io.tenure.lease.sanlock;

import io.tenure.format.CorruptMetadataException;
import io.tenure.format.UnsupportedFormatException;
import io.tenure.format.sanlock.DeltaLeader;
import io.tenure.format.sanlock.SanlockAreaLayout;
import io.tenure.lease.HostRenewal;
import io.tenure.lease.LeaseLostException;
import io.tenure.sanlock.SanlockTimeouts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * This host's own delta lease.
 *
 * @param path the control area
 * @param lockspaceOffsetBytes where the area of host ids begins
 * @param sectorBytes the domain's sector size
 * @param lockspaceName the lockspace
 * @param hostId this host's id
 * @param hostGeneration the generation with which it has it
 * @param ioTimeoutSeconds its io_timeout
 */
record SanlockRenewal(
        Path path,
        long lockspaceOffsetBytes,
        int sectorBytes,
        String lockspaceName,
        long hostId,
        long hostGeneration,
        int ioTimeoutSeconds)
        implements HostRenewal {

    @Override
    public long read() throws IOException {
        int id = Math.toIntExact(hostId);
        DeltaLeader leader;
        try {
            leader =
                    SectorReads.read(
                            path,
                            lockspaceOffsetBytes + SanlockAreaLayout.deltaOffset(sectorBytes, id),
                            sectorBytes,
                            sector -> DeltaLeader.decode(id, sector));
        } catch (CorruptMetadataException | UnsupportedFormatException e) {
            throw new LeaseLostException(
                    "host id " + hostId + " was overwritten on storage: " + e.getMessage(), e);
        }
        if (!leader.lockspaceName().equals(lockspaceName)) {
            throw lost("belongs to lockspace " + leader.lockspaceName() + " now");
        }
        if (leader.generation() != hostGeneration) {
            throw lost(
                    "was joined anew since: its host generation is "
                            + leader.generation()
                            + ", held by "
                            + leader.hostName());
        }
        if (leader.isFree()) {
            throw lost("was given up: this host has left the domain");
        }
        return leader.timestampSeconds();
    }

    private LeaseLostException lost(String why) {
        return new LeaseLostException(
                "host id "
                        + hostId
                        + " (host generation "
                        + hostGeneration
                        + ") of lockspace "
                        + lockspaceName
                        + ' '
                        + why);
    }

    /**
     * One io_timeout before the daemon takes the host id for expired and kills its holders, {@link
     * SanlockTimeouts#failSeconds}: sanlock's own measure for how long storage that is alive may
     * take for a request. What was submitted just before the gate closed has landed when the lease
     * expires, or storage has failed. It is late enough for three renewals in a row to fail, at 2,
     * 4 and 6 io_timeouts, as sanlock bears them; another host takes the lease no earlier than
     * {@link SanlockTimeouts#hostDeadSeconds} after the last renewal.
     */
    @Override
    public Duration limit() {
        return Duration.ofSeconds(SanlockTimeouts.failSeconds(ioTimeoutSeconds) - ioTimeoutSeconds);
    }
}
