package io.tenure.tools.host;

import io.tenure.tools.verb.Subcommands;
import io.tenure.tools.verb.Syntax;
import java.util.List;

/** The noun {@code host}. */
public final class HostNoun implements Subcommands {
    /** Creates the noun; the command does. */
    public HostNoun() {}

    @Override
    public void describe(Syntax syntax) {
        syntax.description("Join and leave a domain that sanlock guards, and see who is there.");
    }

    @Override
    public List<Subcommand> subcommands() {
        return List.of(
                new Subcommand("join", HostJoin::new),
                new Subcommand("leave", HostLeave::new),
                new Subcommand("list", HostList::new),
                new Subcommand("watch", HostWatch::new));
    }
}
