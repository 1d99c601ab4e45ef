package io.tenure.tools.verb;

import java.util.UUID;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads an id on the command line: a UUID in its usual 36 characters. Not the one of zeroes, which
 * on storage means that there is none.
 */
public final class IdConverter implements ITypeConverter<UUID> {
    // UUID.fromString takes "1-2-3-4-5" too, and then names something else than was meant.
    private static final Pattern ID =
            Pattern.compile("[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final UUID ZERO = new UUID(0, 0);

    /** Creates the converter. */
    public IdConverter() {}

    /**
     * Whether a text looks like an id.
     *
     * @param text any text
     * @return true if it has the form of a UUID
     */
    public static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    @Override
    public UUID convert(String text) {
        if (!isId(text)) {
            throw new TypeConversionException(
                    "'" + text + "' is not a UUID, like 8c2f6a5e-0b5d-4c11-9d5e-2f1b7c1a9e30");
        }
        UUID id = UUID.fromString(text);
        if (id.equals(ZERO)) {
            throw new TypeConversionException("the UUID of zeroes means none");
        }
        return id;
    }
}
