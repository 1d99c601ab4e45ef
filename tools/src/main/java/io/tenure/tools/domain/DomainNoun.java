package io.tenure.tools.domain;

import io.tenure.tools.verb.Subcommands;
import java.util.List;
import picocli.CommandLine.Command;

/** The noun {@code domain}. */
@Command(
        name = "domain",
        description = "Make and look at storage domains.",
        synopsisSubcommandLabel = "VERB")
public final class DomainNoun implements Subcommands {
    /** Creates the noun; the command does. */
    public DomainNoun() {}

    @Override
    public List<Class<?>> subcommands() {
        return List.of(DomainCreate.class, DomainInfo.class);
    }
}
