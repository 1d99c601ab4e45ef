package io.tenure.tools.domain;

import io.tenure.tools.verb.Subcommands;
import io.tenure.tools.verb.Syntax;
import java.util.List;

/** The noun {@code domain}. */
public final class DomainNoun implements Subcommands {
    /** Creates the noun; the command does. */
    public DomainNoun() {}

    @Override
    public void describe(Syntax syntax) {
        syntax.description("Make and look at storage domains.");
    }

    @Override
    public List<Subcommand> subcommands() {
        return List.of(
                new Subcommand("create", DomainCreate::new),
                new Subcommand("info", DomainInfo::new));
    }
}
