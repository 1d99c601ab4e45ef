package io.tenure.tools.volume;

import io.tenure.tools.verb.Subcommands;
import io.tenure.tools.verb.Syntax;
import java.util.List;

/** The noun {@code volume}. */
public final class VolumeNoun implements Subcommands {
    /** Creates the noun; the command does. */
    public VolumeNoun() {}

    @Override
    public void describe(Syntax syntax) {
        syntax.description("Make, write, read and delete the volumes of a storage domain.");
    }

    @Override
    public List<Subcommand> subcommands() {
        return List.of(
                new Subcommand("create", VolumeCreate::new),
                new Subcommand("list", VolumeList::new),
                new Subcommand("info", VolumeInfo::new),
                new Subcommand("copy", VolumeCopy::new),
                new Subcommand("export", VolumeExport::new),
                new Subcommand("zero", VolumeZero::new),
                new Subcommand("fill", VolumeFill::new),
                new Subcommand("discard", VolumeDiscard::new),
                new Subcommand("update", VolumeUpdate::new),
                new Subcommand("recon", VolumeRecon::new),
                new Subcommand("explain", VolumeExplain::new),
                new Subcommand("repair", VolumeRepair::new),
                new Subcommand("release-quarantine", VolumeReleaseQuarantine::new),
                new Subcommand("delete", VolumeDelete::new));
    }
}
