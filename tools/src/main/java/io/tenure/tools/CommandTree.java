package io.tenure.tools;

import io.tenure.tools.verb.Subcommands;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * Makes the parser of one command line. Where that names a noun, the others are left out, and
 * likewise with verbs: reading the options of all of them by reflection would be the longest part
 * of the command's start. What is left out is never shown: who makes a mistake or asks for help
 * before a name gets all that can be chosen there.
 */
final class CommandTree {
    private static final Set<String> OPTIONS_OF_ALL = Set.of("--json", "--quiet", "--verbose");

    private CommandTree() {}

    /**
     * Makes a parser.
     *
     * @param options the command itself
     * @param moreNouns nouns besides its own, whole
     * @param args the command line that will be parsed
     */
    static CommandLine of(TenureCommand options, List<Object> moreNouns, String... args) {
        CommandLine root = new CommandLine(options);
        List<String> words =
                Stream.of(args).filter(argument -> !OPTIONS_OF_ALL.contains(argument)).toList();
        addSubcommands(root, words);
        moreNouns.forEach(root::addSubcommand);
        return root;
    }

    private static void addSubcommands(CommandLine command, List<String> words) {
        if (!(command.getCommand() instanceof Subcommands parent)) {
            return;
        }
        List<Class<?>> choices = parent.subcommands();
        List<String> rest = List.of();
        if (!words.isEmpty()) {
            for (Class<?> choice : choices) {
                if (name(choice).equals(words.getFirst())) {
                    choices = List.of(choice);
                    rest = words.subList(1, words.size());
                    break;
                }
            }
        }
        for (Class<?> choice : choices) {
            CommandLine subcommand = new CommandLine(choice);
            command.addSubcommand(subcommand);
            addSubcommands(subcommand, rest);
        }
    }

    private static String name(Class<?> type) {
        return type.getAnnotation(Command.class).name();
    }
}
