package io.tenure.tools.verb;

import java.util.List;

/**
 * A command that only leads to others: the command itself to its nouns, a noun to its verbs. They
 * are named here and not in the annotation, so that the parser works out only those that a command
 * line needs.
 */
public interface Subcommands {
    /**
     * What it leads to.
     *
     * @return classes with the parser's annotation, in the order in which they are shown
     */
    List<Class<?>> subcommands();
}
