package io.tenure.jobs.op;

import io.tenure.domain.DeviceOpener;
import io.tenure.domain.RefusedException;
import io.tenure.domain.Volume;
import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.io.DeviceWindow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens the data of volumes: exactly their capacity of it. */
final class VolumeDevices {
    private VolumeDevices() {}

    static BlockDevice openForReading(DeviceOpener devices, Volume volume) throws IOException {
        return open(devices, volume, Access.READ_ONLY);
    }

    static BlockDevice openForWriting(DeviceOpener devices, Volume volume) throws IOException {
        return open(devices, volume, Access.READ_WRITE_EXCLUSIVE);
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

    private static BlockDevice open(DeviceOpener devices, Volume volume, Access access)
            throws IOException {
        if (!Files.exists(volume.dataPath())) {
            throw new RefusedException(
                    "the data of volume "
                            + volume.record().volumeId()
                            + " is missing: no such path: "
                            + volume.dataPath());
        }
        BlockDevice device = devices.open(volume.dataPath(), access);
        long capacity = volume.record().capacityBytes();
        long actual = device.geometry().sizeBytes();
        if (actual == capacity) {
            return device;
        }
        if (actual > capacity && device.geometry().isAligned(capacity)) {
            return new DeviceWindow(device, capacity);
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
