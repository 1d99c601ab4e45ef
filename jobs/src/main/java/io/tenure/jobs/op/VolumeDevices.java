package io.tenure.jobs.op;

import io.tenure.domain.DeviceOpener;
import io.tenure.domain.RefusedException;
import io.tenure.domain.StorageDomain;
import io.tenure.domain.Volume;
import io.tenure.format.Allocation;
import io.tenure.format.VolumeRecord;
import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.io.DeviceWindow;
import io.tenure.io.Zeroing;
import io.tenure.jobs.JobContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens the data of volumes: exactly their capacity of it. */
final class VolumeDevices {
    private VolumeDevices() {}

    static BlockDevice openForReading(DeviceOpener devices, Volume volume) throws IOException {
        return open(devices, volume, Access.READ_ONLY);
    }

    /** Opens the volume that a job writes, as its record was validated. */
    static BlockDevice openForWriting(JobContext context, StorageDomain domain) throws IOException {
        return open(context.devices(), target(context, domain), Access.READ_WRITE_EXCLUSIVE);
    }

    /**
     * Opens all of the device of the volume that a job writes, with what lies behind the volume.
     */
    static BlockDevice openWhole(JobContext context, StorageDomain domain) throws IOException {
        return openHolding(context.devices(), target(context, domain), Access.READ_WRITE_EXCLUSIVE);
    }

    private static Volume target(JobContext context, StorageDomain domain) {
        VolumeRecord record = context.record();
        return new Volume(record.slotIndex(), record, domain.dataPath(record));
    }

    /** Whether two paths that exist mean one file, or one device under any name. */
    static boolean same(Path one, Path other) throws IOException {
        if (Files.isSameFile(one, other)) {
            return true;
        }
        long device = deviceNumber(one);
        return device != 0 && device == deviceNumber(other);
    }

    /** See stat(2), st_rdev; 0 for what is no device. */
    private static long deviceNumber(Path path) throws IOException {
        return ((Number) Files.getAttribute(path, "unix:rdev")).longValue();
    }

    /** What zeroing may do to a volume's storage. */
    static Zeroing zeroing(VolumeRecord record) {
        return record.allocation() == Allocation.PREALLOCATED
                ? Zeroing.KEEP_ALLOCATED
                : Zeroing.MAY_DEALLOCATE;
    }

    private static BlockDevice open(DeviceOpener devices, Volume volume, Access access)
            throws IOException {
        BlockDevice device = openHolding(devices, volume, access);
        long capacity = volume.record().capacityBytes();
        return device.geometry().sizeBytes() == capacity
                ? device
                : new DeviceWindow(device, capacity);
    }

    /** Opens the whole device, which has room for the volume and can be written up to its end. */
    private static BlockDevice openHolding(DeviceOpener devices, Volume volume, Access access)
            throws IOException {
        if (!devices.exists(volume.dataPath())) {
            throw new RefusedException(
                    "the data of volume "
                            + volume.record().volumeId()
                            + " is missing: no such path: "
                            + volume.dataPath());
        }
        BlockDevice device = devices.open(volume.dataPath(), access);
        long capacity = volume.record().capacityBytes();
        long actual = device.geometry().sizeBytes();
        if (actual == capacity || (actual > capacity && device.geometry().isAligned(capacity))) {
            return device;
        }
        device.close();
        throw new RefusedException(
                volume.dataPath()
                        + " has "
                        + actual
                        + " bytes, but volume "
                        + volume.record().volumeId()
                        + " has a capacity of "
                        + capacity);
    }
}
