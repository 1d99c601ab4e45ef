package io.tenure.tools.lease;

import io.tenure.tools.verb.Subcommands;
import io.tenure.tools.verb.Syntax;
import java.util.List;

/** The noun {@code lease}. */
public final class LeaseNoun implements Subcommands {
    /** Creates the noun; the command does. */
    public LeaseNoun() {}

    @Override
    public void describe(Syntax syntax) {
        syntax.description("See who holds the leases of a domain, ask a host to let go, repair.");
    }

    @Override
    public List<Subcommand> subcommands() {
        return List.of(
                new Subcommand("list", LeaseList::new),
                new Subcommand("show", LeaseShow::new),
                new Subcommand("request", LeaseRequest::new),
                new Subcommand("repair", LeaseRepair::new));
    }
}
