package io.tenure.tools.volume;

import io.tenure.tools.verb.Subcommands;
import java.util.List;
import picocli.CommandLine.Command;

/** The noun {@code volume}. */
@Command(
        name = "volume",
        description = "Make, write, read and delete the volumes of a storage domain.",
        synopsisSubcommandLabel = "VERB")
public final class VolumeNoun implements Subcommands {
    /** Creates the noun; the command does. */
    public VolumeNoun() {}

    @Override
    public List<Class<?>> subcommands() {
        return List.of(
                VolumeCreate.class,
                VolumeList.class,
                VolumeInfo.class,
                VolumeCopy.class,
                VolumeExport.class,
                VolumeZero.class,
                VolumeFill.class,
                VolumeUpdate.class,
                VolumeDelete.class);
    }
}
