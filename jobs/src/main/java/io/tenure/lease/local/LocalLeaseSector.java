package io.tenure.lease.local;

import io.tenure.domain.LeaseArea;
import io.tenure.format.CorruptMetadataException;
import io.tenure.format.LocalLeaseCodec;
import io.tenure.format.LocalLeaseRecord;
import io.tenure.io.BlockDevice;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The one sector that a local lease uses of its slot, on storage. */
final class LocalLeaseSector {
    private static final int ALIGNMENT_BYTES = 4096;

    private LocalLeaseSector() {}

    /** Reads the lease; what stands there must be this very lease. */
    static LocalLeaseRecord read(BlockDevice device, LeaseArea area) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment sector = arena.allocate(area.sectorBytes(), ALIGNMENT_BYTES);
            if (device.read(area.offsetBytes(), sector) < area.sectorBytes()) {
                throw new CorruptMetadataException(area + ": the control area is cut short");
            }
            LocalLeaseRecord record = LocalLeaseCodec.decode(sector);
            if (LocalLeaseManager.isOther(area, record)) {
                throw LocalLeaseManager.otherLease(area, record);
            }
            return record;
        }
    }

    static void write(BlockDevice device, LeaseArea area, LocalLeaseRecord record)
            throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment sector = arena.allocate(area.sectorBytes(), ALIGNMENT_BYTES);
            LocalLeaseCodec.encode(record, sector);
            device.write(area.offsetBytes(), sector);
            device.flush();
        }
    }

    static void clear(BlockDevice device, LeaseArea area) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            device.write(area.offsetBytes(), arena.allocate(area.sectorBytes(), ALIGNMENT_BYTES));
            device.flush();
        }
    }

    /** The last exclusive holder, for people. */
    static String holder(LocalLeaseRecord record) {
        return record.version() == 0
                ? "readers on this host, or a job that has just begun"
                : "process "
                        + record.processId()
                        + " on this host ("
                        + record.holder()
                        + ", since "
                        + record.since()
                        + "), or readers since then";
    }
}
