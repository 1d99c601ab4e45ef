package io.tenure.tools.host;

import picocli.CommandLine.Command;

/** The noun {@code host}. */
@Command(
        name = "host",
        description = "Join and leave a domain that sanlock guards, and see who is there.",
        synopsisSubcommandLabel = "VERB",
        subcommands = {HostJoin.class, HostLeave.class, HostList.class})
public final class HostNoun {
    /** Creates the noun; the command does. */
    public HostNoun() {}
}
