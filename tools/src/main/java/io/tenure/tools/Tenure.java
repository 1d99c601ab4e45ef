package io.tenure.tools;

import io.tenure.tools.output.Output;
import io.tenure.tools.output.Printable;
import io.tenure.tools.verb.ExitCode;
import io.tenure.tools.verb.Interruption;
import io.tenure.tools.verb.Subcommands.Subcommand;
import io.tenure.tools.verb.Verb;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Runs one command line from its arguments to its exit code: parses it, runs the verb, reports
 * failures. Every failure is one line on standard error, or one JSON object on standard output.
 */
final class Tenure {
    private final TenureCommand options;
    private final List<Subcommand> moreNouns;
    private final PrintStream out;
    private final PrintStream err;
    private final boolean terminal;
    private final Interruption interruption;

    /**
     * Creates a run of the command.
     *
     * @param out where results go
     * @param err where messages and progress go
     * @param terminal whether {@code err} is a terminal, so that progress may be drawn there
     * @param interruption what a signal does
     */
    Tenure(PrintStream out, PrintStream err, boolean terminal, Interruption interruption) {
        this(new TenureCommand(), List.of(), out, err, terminal, interruption);
    }

    /** Creates a run with more nouns than the command itself has. */
    Tenure(
            TenureCommand options,
            List<Subcommand> moreNouns,
            PrintStream out,
            PrintStream err,
            boolean terminal,
            Interruption interruption) {
        this.options = options;
        this.moreNouns = moreNouns;
        this.out = out;
        this.err = err;
        this.terminal = terminal;
        this.interruption = interruption;
    }

    /** Runs the command line {@code args}; throws nothing. */
    ExitCode run(String... args) {
        try {
            return parseAndRun(args);
        } catch (ParameterException e) {
            options.json |= asksForJson(args);
            return report(new Failure(ExitCode.USAGE, usageMessage(e)));
        } catch (Exception | Error e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            ExitCode exitCode = report(Failure.of(e));
            if (options.verbose) {
                e.printStackTrace(err);
            }
            return exitCode;
        }
    }

    /** Reports that a signal ended the run while there was nothing to bring to an end. */
    ExitCode interrupted() {
        return report(new Failure(ExitCode.INTERRUPTED, "interrupted"));
    }

    private ExitCode parseAndRun(String... args) throws Exception {
        ParseResult parsed = CommandTree.of(options, moreNouns, args).parseArgs(args);
        List<CommandLine> path = parsed.asCommandLineList();
        CommandLine last = path.getLast();
        if (options.quiet && options.verbose) {
            throw new ParameterException(last, "--quiet and --verbose exclude each other");
        }
        for (CommandLine command : path) {
            if (command.isUsageHelpRequested()) {
                command.usage(out);
                return ExitCode.DONE;
            }
            if (command.isVersionHelpRequested()) {
                out.println(Version.line());
                return ExitCode.DONE;
            }
        }
        if (!(last.getCommand() instanceof Verb verb)) {
            throw new ParameterException(
                    last, "a %s is missing%s".formatted(subcommandKind(last), choices(last)));
        }
        ExitCode exitCode = verb.run(output(), interruption);
        if (out.checkError()) {
            err.println(
                    "tenure: the work is done, but its result cannot be written to standard output");
            return ExitCode.FAILED;
        }
        return exitCode;
    }

    private Output output() {
        Output.Audience audience =
                options.json
                        ? Output.Audience.PROGRAM
                        : options.quiet ? Output.Audience.NOBODY : Output.Audience.PEOPLE;
        return new Output(out, err, audience, options.verbose, terminal && !options.quiet);
    }

    private ExitCode report(Failure failure) {
        output().failure(failure.message(), failure.toFields());
        return failure.exitCode();
    }

    /** The parser stops at what it does not understand, so a --json behind that was not seen. */
    private static boolean asksForJson(String... args) {
        return Arrays.stream(args)
                .takeWhile(argument -> !argument.equals("--"))
                .anyMatch(argument -> argument.equals("--json"));
    }

    private static String usageMessage(ParameterException e) {
        CommandLine command = e.getCommandLine();
        String message = String.valueOf(e.getMessage());
        if (e instanceof UnmatchedArgumentException unmatched
                && !unmatched.isUnknownOption()
                && !(command.getCommand() instanceof Verb)) {
            message =
                    "unknown %s '%s'%s"
                            .formatted(
                                    subcommandKind(command),
                                    Printable.line(unmatched.getUnmatched().getFirst()),
                                    choices(command));
        }
        // The library's own messages begin like sentences.
        message = message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
        return "%s (see '%s --help')"
                .formatted(message, command.getCommandSpec().qualifiedName(" "));
    }

    private static String subcommandKind(CommandLine command) {
        return command.getParent() == null ? "noun" : "verb";
    }

    private static String choices(CommandLine command) {
        return command.getSubcommands().isEmpty()
                ? ""
                : ": one of " + String.join(", ", command.getSubcommands().keySet());
    }
}
