package io.tenure.tools.host;

import io.tenure.tools.verb.Subcommands;
import java.util.List;
import picocli.CommandLine.Command;

/** The noun {@code host}. */
@Command(
        name = "host",
        description = "Join and leave a domain that sanlock guards, and see who is there.",
        synopsisSubcommandLabel = "VERB")
public final class HostNoun implements Subcommands {
    /** Creates the noun; the command does. */
    public HostNoun() {}

    @Override
    public List<Class<?>> subcommands() {
        return List.of(HostJoin.class, HostLeave.class, HostList.class);
    }
}
