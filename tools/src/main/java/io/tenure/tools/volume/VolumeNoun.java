package io.tenure.tools.volume;

import picocli.CommandLine.Command;

/** The noun {@code volume}. */
@Command(
        name = "volume",
        description = "Make, fill, read and delete the volumes of a storage domain.",
        synopsisSubcommandLabel = "VERB",
        subcommands = {
            VolumeCreate.class,
            VolumeList.class,
            VolumeInfo.class,
            VolumeCopy.class,
            VolumeExport.class,
            VolumeUpdate.class,
            VolumeDelete.class
        })
public final class VolumeNoun {
    /** Creates the noun; the command does. */
    public VolumeNoun() {}
}
