package io.tenure.lease.local;

import io.tenure.bindings.Errno;
import io.tenure.bindings.libc.Fcntl;
import io.tenure.bindings.libc.Flock;
import io.tenure.bindings.libc.Libc;
import io.tenure.domain.Clock;
import io.tenure.domain.LeaseArea;
import io.tenure.domain.RandomId;
import io.tenure.format.CorruptMetadataException;
import io.tenure.format.LeaseKind;
import io.tenure.format.LocalLeaseRecord;
import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.io.BlockDevices;
import io.tenure.io.TenureIoException;
import io.tenure.lease.HostIdentity;
import io.tenure.lease.LeaseConnection;
import io.tenure.lease.LeaseManager;
import io.tenure.lease.LeaseOwner;
import io.tenure.lease.LeaseState;
import io.tenure.sanlock.HostState;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Leases by locks of open file descriptions (fcntl(2), F_OFD_SETLK) on the bytes of the lease slot.
 *
 * <p>The kernel frees such a lock when its last descriptor is closed, so also when the process
 * dies, and that is after its system calls and native AIO requests have ended. Locks exclude the
 * processes of one kernel only. On a block device they belong to the device node: all must use the
 * same one.
 */
public final class LocalLeaseManager implements LeaseManager {
    private final Clock clock;

    /** Creates a manager that dates its leases by the system's clock. */
    public LocalLeaseManager() {
        this(Clock.SYSTEM);
    }

    /**
     * Creates a manager.
     *
     * @param clock dates the leases
     */
    public LocalLeaseManager(Clock clock) {
        this.clock = clock;
    }

    @Override
    public LeaseKind kind() {
        return LeaseKind.LOCAL;
    }

    @Override
    public HostIdentity host(UUID domainId) {
        return HostIdentity.LOCAL;
    }

    @Override
    public LeaseConnection connect(String label) {
        return new LocalLeaseConnection(label, clock);
    }

    @Override
    public LeaseState inspect(LeaseArea area) {
        try (BlockDevice device = BlockDevices.open(area.path(), Access.READ_ONLY)) {
            LocalLeaseRecord record = LocalLeaseSector.read(device, area);
            if (!isLocked(area)) {
                return new LeaseState.Free();
            }
            return new LeaseState.Held(List.of(owner(record)));
        } catch (IOException e) {
            return new LeaseState.Unknown(String.valueOf(e.getMessage()));
        }
    }

    /** The kernel frees the locks of a process that is dead, so whoever holds one lives. */
    static LeaseOwner owner(LocalLeaseRecord record) {
        return new LeaseOwner(HostIdentity.LOCAL, HostState.LIVE, LocalLeaseSector.holder(record));
    }

    private static boolean isLocked(LeaseArea area) throws IOException {
        int fd = LocalLeaseConnection.openForLocks(area);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment flock =
                    Flock.allocate(arena, Flock.F_WRLCK, area.offsetBytes(), area.alignBytes());
            int result = Libc.fcntl(fd, Fcntl.F_OFD_GETLK, flock);
            if (result < 0) {
                throw new TenureIoException(
                        "query the lock of",
                        area.path().toString(),
                        area.offsetBytes(),
                        area.alignBytes(),
                        result,
                        Errno.describe(result));
            }
            return Flock.type(flock) != Flock.F_UNLCK;
        } finally {
            LocalLeaseConnection.closeQuietly(fd, area);
        }
    }

    /**
     * The kernel lets the locks of a dead process go after its last system call and native AIO
     * request, so who holds the lease now came after the last write.
     */
    @Override
    public Optional<String> knownGone(LeaseArea area, HostIdentity worker) {
        return Optional.of("the kernel let its lock go, which it does after the last write");
    }

    @Override
    public void formatDomain(LeaseArea domainLease, long lockspaceOffsetBytes, int ioTimeoutSeconds)
            throws IOException {
        format(domainLease);
    }

    @Override
    public void format(LeaseArea area) throws IOException {
        try (BlockDevice device = BlockDevices.open(area.path(), Access.READ_WRITE)) {
            LocalLeaseSector.write(
                    device,
                    area,
                    LocalLeaseRecord.free(
                            area.domainId(), area.resourceId(), clock.now(), RandomId.next()));
        }
    }

    @Override
    public void clear(LeaseArea area) throws IOException {
        try (BlockDevice device = BlockDevices.open(area.path(), Access.READ_WRITE)) {
            LocalLeaseSector.clear(device, area);
        }
    }

    @Override
    public void close() {}

    static boolean isOther(LeaseArea area, LocalLeaseRecord record) {
        return !record.domainId().equals(area.domainId())
                || !record.resourceId().equals(area.resourceId());
    }

    static CorruptMetadataException otherLease(LeaseArea area, LocalLeaseRecord record) {
        return new CorruptMetadataException(
                area + ": the lease of " + record.resourceId() + " stands there instead");
    }
}
