package io.tenure.tools;

import io.tenure.tools.demo.DemoVerb;
import io.tenure.tools.domain.DomainNoun;
import io.tenure.tools.host.HostNoun;
import io.tenure.tools.verb.Subcommands;
import io.tenure.tools.volume.VolumeNoun;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command itself: the options that every verb has. Its subcommands are the nouns. */
@Command(
        name = "tenure",
        description = "Storage jobs with certainty, under volume leases and generations.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        synopsisSubcommandLabel = "NOUN VERB",
        usageHelpAutoWidth = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:the operation failed",
            "2:usage",
            "3:the lease is not to be had (the message says who holds it)",
            "4:generation mismatch",
            "5:the lease was lost during work",
            "6:metadata or a checksum is invalid",
            "7:the environment lacks something (the message names it)",
            "130:interrupted"
        })
final class TenureCommand implements Subcommands {
    @Option(
            names = "--json",
            scope = ScopeType.INHERIT,
            description = "Print one JSON object, also for an error.")
    boolean json;

    @Option(
            names = "--quiet",
            scope = ScopeType.INHERIT,
            description = "Print nothing but errors and warnings.")
    boolean quiet;

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Print more; for an error, where in the program it arose.")
    boolean verbose;

    @Override
    public List<Class<?>> subcommands() {
        return List.of(DomainNoun.class, HostNoun.class, VolumeNoun.class, DemoVerb.class);
    }
}
