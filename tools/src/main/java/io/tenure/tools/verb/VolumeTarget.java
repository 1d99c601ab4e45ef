package io.tenure.tools.verb;

import java.nio.file.Path;
import java.util.UUID;

/** The words that name a volume: {@code PATH VOLUME}. */
public final class VolumeTarget {
    private Path path = Path.of("");
    private UUID volumeId = new UUID(0, 0);

    /** Begins with nothing given. */
    public VolumeTarget() {}

    /**
     * Adds the words.
     *
     * @param syntax of the verb
     */
    public void describe(Syntax syntax) {
        syntax.word(
                "PATH",
                "The domain's directory or block device.",
                Values.PATH,
                given -> path = given);
        syntax.word("VOLUME", "The volume's id.", new IdConverter(), given -> volumeId = given);
    }

    /**
     * The domain.
     *
     * @return its directory or block device
     */
    public Path path() {
        return path;
    }

    /**
     * The volume.
     *
     * @return its id
     */
    public UUID volumeId() {
        return volumeId;
    }
}
