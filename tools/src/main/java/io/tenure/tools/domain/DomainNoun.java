package io.tenure.tools.domain;

import picocli.CommandLine.Command;

/** The noun {@code domain}. */
@Command(
        name = "domain",
        description = "Make and look at storage domains.",
        synopsisSubcommandLabel = "VERB",
        subcommands = {DomainCreate.class, DomainInfo.class})
public final class DomainNoun {
    /** Creates the noun; the command does. */
    public DomainNoun() {}
}
