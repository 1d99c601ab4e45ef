package io.tenure.tools.verb;

/** What a word of the command line stands for: the command itself, a noun, or a verb. */
public interface Command {
    /**
     * Tells the parser what the command is for, and its words and options. Called once, before
     * anything else.
     *
     * @param syntax takes it
     */
    void describe(Syntax syntax);
}
