package io.tenure.tools.verb;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.TypeConversionException;

/**
 * The constants of an enumeration as words on the command line: in small letters, with a hyphen
 * where the constant has an underscore.
 */
public final class Choices {
    private Choices() {}

    /**
     * Reads a word.
     *
     * @param type the enumeration
     * @param text what was given
     * @return the constant of that name
     * @param <E> the enumeration
     * @throws TypeConversionException if there is none; says which there are
     */
    public static <E extends Enum<E>> E parse(Class<E> type, String text) {
        for (E constant : type.getEnumConstants()) {
            if (word(constant).equals(text)) {
                return constant;
            }
        }
        List<String> words = Arrays.stream(type.getEnumConstants()).map(Choices::word).toList();
        throw new TypeConversionException(
                "'%s' is none of %s".formatted(text, String.join(", ", words)));
    }

    /**
     * Writes a constant as it is given on the command line.
     *
     * @param constant the constant
     * @return its word
     */
    public static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
