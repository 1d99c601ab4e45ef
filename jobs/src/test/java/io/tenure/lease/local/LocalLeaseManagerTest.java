package io.tenure.lease.local;

import io.tenure.domain.LeaseArea;
import io.tenure.format.LeaseKind;
import io.tenure.format.LocalLeaseRecord;
import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.io.BlockDevices;
import io.tenure.lease.HostIdentity;
import io.tenure.lease.LeaseManager;
import io.tenure.lease.LeaseManagerContract;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.io.TempDir;

class LocalLeaseManagerTest extends LeaseManagerContract {
    private static final int ALIGN_BYTES = 1 << 20;

    @TempDir Path directory;
    private final UUID domainId = UUID.randomUUID();
    private final LocalLeaseManager manager = new LocalLeaseManager();
    private final LocalLeaseManager other = new LocalLeaseManager();
    private int leases;

    @Override
    protected LeaseManager manager() {
        return manager;
    }

    @Override
    protected LeaseManager other() {
        return other;
    }

    @Override
    protected LeaseArea newLease() throws IOException {
        Path file = directory.resolve("leases");
        long offset = (long) leases * ALIGN_BYTES;
        leases++;
        try (RandomAccessFile grown = new RandomAccessFile(file.toFile(), "rw")) {
            grown.setLength(offset + ALIGN_BYTES);
        }
        LeaseArea area =
                new LeaseArea(
                        LeaseKind.LOCAL,
                        domainId,
                        UUID.randomUUID(),
                        file,
                        offset,
                        4096,
                        ALIGN_BYTES);
        manager.format(area);
        return area;
    }

    /** The kernel's lock cannot be taken away, but what stands on storage can be written. */
    @Override
    protected HostIdentity takeOver(LeaseArea area) throws IOException {
        try (BlockDevice device = BlockDevices.open(area.path(), Access.READ_WRITE)) {
            LocalLeaseRecord granted =
                    LocalLeaseSector.read(device, area)
                            .granted(1, Instant.EPOCH, "thief", UUID.randomUUID());
            LocalLeaseSector.write(device, area, granted);
        }
        return HostIdentity.LOCAL;
    }
}
