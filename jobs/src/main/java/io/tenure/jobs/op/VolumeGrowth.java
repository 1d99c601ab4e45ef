package io.tenure.jobs.op;

import io.tenure.domain.InvalidRequestException;
import io.tenure.domain.RefusedException;
import io.tenure.domain.StorageDomain;
import io.tenure.format.Allocation;
import io.tenure.format.DataLocation;
import io.tenure.format.VolumeRecord;
import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.io.Geometry;
import io.tenure.jobs.JobContext;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/**
 * Makes room for a larger capacity behind a volume. Until the record names that capacity, nobody
 * looks there: what was cut off leaves the volume whole. For one thread.
 */
final class VolumeGrowth {
    private final Path data;
    private final boolean file;
    private final boolean preallocated;
    private final long oldBytes;
    private final long newBytes;
    private boolean begun;

    private VolumeGrowth(StorageDomain domain, VolumeRecord record, long newBytes) {
        this.data = domain.dataPath(record);
        this.file = record.location().kind() == DataLocation.Kind.FILE;
        this.preallocated = record.allocation() == Allocation.PREALLOCATED;
        this.oldBytes = record.capacityBytes();
        this.newBytes = newBytes;
    }

    /** Checks that the volume can get that large. Changes nothing. */
    static VolumeGrowth of(JobContext context, StorageDomain domain, long newBytes)
            throws IOException {
        VolumeRecord record = context.record();
        VolumeGrowth growth = new VolumeGrowth(domain, record, newBytes);
        if (newBytes < growth.oldBytes) {
            throw new RefusedException(
                    "volume "
                            + record.volumeId()
                            + " has a capacity of "
                            + growth.oldBytes
                            + " bytes, and none is made smaller: "
                            + newBytes);
        }
        int sectorBytes = domain.superblock().layout().sectorBytes();
        if (newBytes % sectorBytes != 0) {
            throw new InvalidRequestException(
                    "a size of "
                            + newBytes
                            + " bytes is not a multiple of the domain's sector, "
                            + sectorBytes
                            + " bytes");
        }
        // Refuses a device that is mounted or otherwise in use, and a volume without its data.
        try (BlockDevice whole = VolumeDevices.openWhole(context, domain)) {
            growth.requireRoom(whole.geometry());
        }
        return growth;
    }

    private void requireRoom(Geometry geometry) throws RefusedException {
        if (!file && (geometry.sizeBytes() < newBytes || !geometry.isAligned(newBytes))) {
            throw new RefusedException(
                    data
                            + " has "
                            + geometry.sizeBytes()
                            + " bytes in sectors of "
                            + geometry.logicalSectorBytes()
                            + ": a volume of "
                            + newBytes
                            + " does not fit; let the device grow first");
        }
    }

    /** Makes a file longer, by zeroes and durably; a device is long enough already. */
    void grow(JobContext context) throws IOException {
        if (!file) {
            return;
        }
        context.gate().enter();
        try {
            begun = true;
            // What a growth that was cut off left there goes first: the new bytes read as zero.
            setLength(oldBytes);
            setLength(newBytes);
            if (preallocated) {
                allocate(context);
            }
        } finally {
            context.gate().exit();
        }
    }

    private void allocate(JobContext context) throws IOException {
        try (BlockDevice longer = context.devices().open(data, Access.READ_WRITE_EXCLUSIVE)) {
            if (!longer.allocate(oldBytes, newBytes - oldBytes)) {
                throw new RefusedException(
                        "the file system of "
                                + data
                                + " cannot allocate storage for a file,"
                                + " and the volume is preallocated: it cannot grow here");
            }
            longer.flush();
        }
    }

    private void setLength(long bytes) throws IOException {
        try (RandomAccessFile opened = new RandomAccessFile(data.toFile(), "rw")) {
            opened.setLength(bytes);
            opened.getFD().sync();
        }
    }

    /** Makes the file as long as it was; under the lease, while the record has the old capacity. */
    void takeBack() throws IOException {
        if (begun) {
            setLength(oldBytes);
        }
    }
}
