package io.tenure.tools.volume;

import io.tenure.tools.verb.CommandException;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.Syntax;
import io.tenure.tools.verb.Values;

/** The option without which no volume is changed. */
final class ExpectedGeneration {
    private long generation;

    void describe(Syntax syntax) {
        syntax.requiredOption(
                "--expect-generation",
                "G",
                "The generation that storage must show; with any other nothing is changed.",
                Values.LONG,
                this::set);
    }

    void set(long given) {
        generation = given;
    }

    long generation() throws CommandException {
        if (generation < 0) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "--expect-generation is " + generation + ": a generation is 0 or more");
        }
        return generation;
    }
}
