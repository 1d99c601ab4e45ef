package io.tenure.domain;

import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.io.BlockDevices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Opens the devices that domains and jobs work on. A seam: tests put devices that fail, simulations
 * devices in memory, in the place of the real ones. Safe for use by many threads.
 */
@FunctionalInterface
public interface DeviceOpener {
    /** Opens real block devices and files. */
    DeviceOpener SYSTEM = BlockDevices::open;

    /**
     * Opens a device.
     *
     * @param path a block device or a file
     * @param access what for
     * @return the device; the caller closes it
     * @throws IOException if it cannot be opened
     */
    BlockDevice open(Path path, Access access) throws IOException;

    /**
     * Whether there is anything to open.
     *
     * @param path a block device or a file
     * @return as the file system says, unless the devices lie elsewhere
     */
    default boolean exists(Path path) {
        return Files.exists(path);
    }
}
