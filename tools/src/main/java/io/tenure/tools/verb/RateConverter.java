package io.tenure.tools.verb;

import picocli.CommandLine.ITypeConverter;

/** Reads a rate on the command line into bytes a second: a size, with or without {@code /s}. */
public final class RateConverter implements ITypeConverter<Long> {
    private static final String PER_SECOND = "/s";

    private final SizeConverter sizes = new SizeConverter();

    /** Creates the converter. */
    public RateConverter() {}

    @Override
    public Long convert(String text) {
        return sizes.convert(
                text.endsWith(PER_SECOND)
                        ? text.substring(0, text.length() - PER_SECOND.length())
                        : text);
    }
}
