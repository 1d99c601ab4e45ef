package io.tenure.tools.verb;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The words and options of one command, as it tells them to the parser.
 *
 * <p>They are told in code and not by the parser's annotations: reading those makes a class for
 * each annotation and takes 30 ms and 50 ms of CPU time in a JVM that has just begun, more than the
 * work of a small job.
 *
 * <p>What is given is handed on while the command line is parsed; for what is not given nothing
 * happens, so that defaults are what the fields begin with.
 */
public final class Syntax {
    private final CommandSpec spec;
    private int words;

    /**
     * Begins with nothing but a name.
     *
     * @param name the command's word on the command line
     * @param command the command itself, which the parser gives back
     */
    public Syntax(String name, Command command) {
        spec = CommandSpec.wrapWithoutInspection(command).name(name);
    }

    /**
     * Says what the command does.
     *
     * @param text for its help, and for the list of commands of which it is one
     * @return this
     */
    public Syntax description(String text) {
        spec.usageMessage().description(text);
        return this;
    }

    /**
     * Adds a word that must be given, behind those that were added before.
     *
     * @param label what it is called in the help
     * @param description what it means
     * @param reader reads it
     * @param target takes it
     * @param <T> its type
     * @return this
     */
    public <T> Syntax word(
            String label, String description, ITypeConverter<T> reader, Consumer<T> target) {
        PositionalParamSpec.Builder word =
                PositionalParamSpec.builder()
                        .index(String.valueOf(words))
                        .required(true)
                        .arity("1")
                        .type(Object.class)
                        .converters(reader)
                        .paramLabel(label)
                        .description(description)
                        .setter(new Handover<>(target));
        words++;
        spec.addPositional(word.build());
        return this;
    }

    /**
     * Adds an option with a value.
     *
     * @param name with its hyphens
     * @param label what the value is called in the help
     * @param description what it means, and what is taken without it
     * @param reader reads the value
     * @param target takes it
     * @param <T> its type
     * @return this
     */
    public <T> Syntax option(
            String name,
            String label,
            String description,
            ITypeConverter<T> reader,
            Consumer<T> target) {
        spec.addOption(valued(name, label, description, reader, target).build());
        return this;
    }

    /**
     * Adds an option with a value that must be given.
     *
     * @param name with its hyphens
     * @param label what the value is called in the help
     * @param description what it means
     * @param reader reads the value
     * @param target takes it
     * @param <T> its type
     * @return this
     */
    public <T> Syntax requiredOption(
            String name,
            String label,
            String description,
            ITypeConverter<T> reader,
            Consumer<T> target) {
        spec.addOption(valued(name, label, description, reader, target).required(true).build());
        return this;
    }

    /**
     * Adds an option without a value.
     *
     * @param name with its hyphens
     * @param description what it means
     * @param given is run if it is there
     * @return this
     */
    public Syntax flag(String name, String description, Runnable given) {
        spec.addOption(flag(description, given, name).build());
        return this;
    }

    /**
     * The parser's model of the command so far, for what all commands have in common.
     *
     * @return the model
     */
    public CommandSpec spec() {
        return spec;
    }

    private static <T> OptionSpec.Builder valued(
            String name,
            String label,
            String description,
            ITypeConverter<T> reader,
            Consumer<T> target) {
        return OptionSpec.builder(name)
                .arity("1")
                .type(Object.class)
                .converters(reader)
                .paramLabel(label)
                .description(description)
                .setter(new Handover<>(target));
    }

    private static OptionSpec.Builder flag(String description, Runnable given, String... names) {
        return OptionSpec.builder(names)
                .arity("0")
                .type(boolean.class)
                .initialValue(false)
                .description(description)
                .setter(
                        new Handover<Boolean>(set -> {
                            if (set) {
                                given.run();
                            }
                        }));
    }

    /** Hands on what was given; the parser begins by setting everything to nothing. */
    private record Handover<V>(Consumer<V> target) implements ISetter {
        @Override
        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
        public <T> @Nullable T set(T value) {
            if (value != null) {
                target.accept((V) value);
            }
            return null;
        }
    }
}
