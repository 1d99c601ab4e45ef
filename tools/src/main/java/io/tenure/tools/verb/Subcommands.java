package io.tenure.tools.verb;

import java.util.List;
import java.util.function.Supplier;

/**
 * A command that only leads to others: the command itself to its nouns, a noun to its verbs. Only
 * those that a command line names are made.
 */
public interface Subcommands extends Command {
    /**
     * What it leads to.
     *
     * @return in the order in which they are shown
     */
    List<Subcommand> subcommands();

    /**
     * One of them.
     *
     * @param name its word on the command line
     * @param command makes it
     */
    record Subcommand(String name, Supplier<Command> command) {}
}
