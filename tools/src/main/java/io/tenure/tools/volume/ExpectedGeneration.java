package io.tenure.tools.volume;

import io.tenure.tools.verb.CommandException;
import io.tenure.tools.verb.ExitCode;
import picocli.CommandLine.Option;

/** The option without which no volume is changed. */
final class ExpectedGeneration {
    @Option(
            names = "--expect-generation",
            required = true,
            paramLabel = "G",
            description =
                    "The generation that storage must show; with any other nothing is changed.")
    private long generation;

    long generation() throws CommandException {
        if (generation < 0) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "--expect-generation is " + generation + ": a generation is 0 or more");
        }
        return generation;
    }
}
