package io.tenure.tools.volume;

import io.tenure.tools.verb.IdConverter;
import io.tenure.tools.verb.Syntax;
import io.tenure.tools.verb.Values;
import java.nio.file.Path;
import java.util.UUID;

/** The words that name a volume: {@code PATH VOLUME}. */
final class VolumeTarget {
    private Path path = Path.of("");
    private UUID volumeId = new UUID(0, 0);

    void describe(Syntax syntax) {
        syntax.word(
                "PATH",
                "The domain's directory or block device.",
                Values.PATH,
                given -> path = given);
        syntax.word("VOLUME", "The volume's id.", new IdConverter(), given -> volumeId = given);
    }

    Path path() {
        return path;
    }

    UUID volumeId() {
        return volumeId;
    }
}
