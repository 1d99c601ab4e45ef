package io.tenure.tools.volume;

import io.tenure.tools.verb.IdConverter;
import java.nio.file.Path;
import java.util.UUID;
import picocli.CommandLine.Parameters;

/** The words that name a volume: {@code PATH VOLUME}. */
final class VolumeTarget {
    @Parameters(
            index = "0",
            paramLabel = "PATH",
            description = "The domain's directory or block device.")
    private Path path = Path.of("");

    @Parameters(
            index = "1",
            paramLabel = "VOLUME",
            converter = IdConverter.class,
            description = "The volume's id.")
    private UUID volumeId = new UUID(0, 0);

    Path path() {
        return path;
    }

    UUID volumeId() {
        return volumeId;
    }
}
