package io.tenure.tools.verb;

import io.tenure.format.LeaseKind;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code local} or {@code sanlock} on the command line. */
public final class LeaseKindConverter implements ITypeConverter<LeaseKind> {
    /** Creates the converter. */
    public LeaseKindConverter() {}

    @Override
    public LeaseKind convert(String text) {
        return switch (text) {
            case "local" -> LeaseKind.LOCAL;
            case "sanlock" -> LeaseKind.SANLOCK;
            default ->
                    throw new TypeConversionException(
                            "'" + text + "' is neither local nor sanlock");
        };
    }
}
