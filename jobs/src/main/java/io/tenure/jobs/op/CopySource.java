package io.tenure.jobs.op;

import io.tenure.domain.StorageDomain;
import java.nio.file.Path;
import java.util.UUID;

/** Where a copy reads from. */
public sealed interface CopySource {
    /**
     * A volume, read under its shared lease.
     *
     * @param domain the volume's domain, which need not be the destination's
     * @param volumeId the volume
     */
    record OfVolume(StorageDomain domain, UUID volumeId) implements CopySource {}

    /**
     * A file or block device that no domain knows. Nothing guards it while it is read.
     *
     * @param path the file or device
     */
    record Outside(Path path) implements CopySource {}
}
