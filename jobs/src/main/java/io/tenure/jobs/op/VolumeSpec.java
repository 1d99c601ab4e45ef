package io.tenure.jobs.op;

import io.tenure.format.Allocation;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * What a new volume is to be.
 *
 * @param volumeId its id
 * @param capacityBytes how many bytes it holds, a multiple of the domain's sector
 * @param allocation whether it owns the storage for all of its capacity from the beginning, and
 *     keeps it. A file gets it when the volume is made; a block device is taken to have it
 * @param device the block device for its data; empty for a file below the domain's directory
 * @param description free text; it shares 208 bytes of UTF-8 with the path of the data
 */
public record VolumeSpec(
        UUID volumeId,
        long capacityBytes,
        Allocation allocation,
        Optional<Path> device,
        String description) {}
