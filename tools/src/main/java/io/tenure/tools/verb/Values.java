package io.tenure.tools.verb;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Readers of plain values on the command line. */
public final class Values {
    /** Takes a text as it is. */
    public static final ITypeConverter<String> TEXT = text -> text;

    /** Reads a path. */
    public static final ITypeConverter<Path> PATH = Values::path;

    /** Reads a whole number of 32 bits. */
    public static final ITypeConverter<Integer> INTEGER = Values::integer;

    /** Reads a whole number of 64 bits. */
    public static final ITypeConverter<Long> LONG = Values::longInteger;

    private Values() {}

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new TypeConversionException("'" + text + "' is not a path: " + e.getReason());
        }
    }

    private static int integer(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw noNumber(text);
        }
    }

    private static long longInteger(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw noNumber(text);
        }
    }

    private static TypeConversionException noNumber(String text) {
        boolean digits = text.matches("[-+]?[0-9]+");
        return new TypeConversionException(
                "'" + text + "' is " + (digits ? "too large a number" : "not a whole number"));
    }
}
