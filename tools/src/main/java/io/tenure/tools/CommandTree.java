package io.tenure.tools;

import io.tenure.tools.verb.Command;
import io.tenure.tools.verb.Subcommands;
import io.tenure.tools.verb.Subcommands.Subcommand;
import io.tenure.tools.verb.Syntax;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * Makes the parser of one command line. Where that names a noun, the others are left out, and
 * likewise with verbs: a command starts sooner without them. What is left out is never shown: who
 * makes a mistake or asks for help before a name gets all that can be chosen there.
 */
final class CommandTree {
    private static final Set<String> OPTIONS_OF_ALL = Set.of("--json", "--quiet", "--verbose");

    private final TenureCommand root;
    private final List<Subcommand> moreNouns;

    private CommandTree(TenureCommand root, List<Subcommand> moreNouns) {
        this.root = root;
        this.moreNouns = moreNouns;
    }

    /**
     * Makes a parser.
     *
     * @param root the command itself
     * @param moreNouns nouns besides its own
     * @param args the command line that will be parsed
     */
    static CommandLine of(TenureCommand root, List<Subcommand> moreNouns, String... args) {
        List<String> words = new ArrayList<>();
        for (String argument : args) {
            if (!OPTIONS_OF_ALL.contains(argument)) {
                words.add(argument);
            }
        }
        return new CommandTree(root, moreNouns).commandLine(TenureCommand.NAME, root, words);
    }

    private CommandLine commandLine(String name, Command command, List<String> words) {
        Syntax syntax = new Syntax(name, command);
        command.describe(syntax);
        describeForAll(syntax);
        CommandLine line = new CommandLine(syntax.spec());
        if (command instanceof Subcommands parent) {
            syntax.spec()
                    .usageMessage()
                    .synopsisSubcommandLabel(parent == root ? "NOUN VERB" : "VERB");
            addSubcommands(line, parent, words);
        }
        return line;
    }

    private void addSubcommands(CommandLine line, Subcommands parent, List<String> words) {
        List<Subcommand> choices = new ArrayList<>(parent.subcommands());
        if (parent == root) {
            choices.addAll(moreNouns);
        }
        List<String> rest = List.of();
        if (!words.isEmpty()) {
            for (Subcommand choice : choices) {
                if (choice.name().equals(words.getFirst())) {
                    choices = List.of(choice);
                    rest = words.subList(1, words.size());
                    break;
                }
            }
        }
        for (Subcommand choice : choices) {
            line.addSubcommand(
                    choice.name(), commandLine(choice.name(), choice.command().get(), rest));
        }
    }

    private void describeForAll(Syntax syntax) {
        root.describeForAll(syntax);
        CommandSpec spec = syntax.spec();
        spec.addOption(
                OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("Show this help message and exit.")
                        .build());
        spec.addOption(
                OptionSpec.builder("-V", "--version")
                        .versionHelp(true)
                        .description("Print version information and exit.")
                        .build());
        UsageMessageSpec help = spec.usageMessage();
        help.autoWidth(true);
        help.exitCodeListHeading("%nExit codes:%n");
        help.exitCodeList(exitCodes());
    }

    private static Map<String, String> exitCodes() {
        Map<String, String> codes = new LinkedHashMap<>();
        codes.put("0", "done");
        codes.put("1", "the operation failed");
        codes.put("2", "usage");
        codes.put("3", "the lease is not to be had (the message says who holds it)");
        codes.put("4", "generation mismatch");
        codes.put("5", "the lease was lost during work");
        codes.put("6", "metadata or a checksum is invalid");
        codes.put("7", "the environment lacks something (the message names it)");
        codes.put("10-17", "what volume recon found: see its help");
        codes.put("130", "interrupted");
        return codes;
    }
}
