package io.tenure.tools.verb;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads a size on the command line into bytes: a whole number of bytes, or one with a unit that is
 * a power of 1024.
 *
 * <pre>
 * 4096   64K   64KiB   10M   10MiB   2G   2GiB   1T   1TiB      (in either case)
 * </pre>
 *
 * <p>{@code KB} and the like are refused, because people disagree about what they mean.
 */
public final class SizeConverter implements ITypeConverter<Long> {
    private static final String UNITS = "KMGT";
    private static final Pattern SIZE = Pattern.compile("([0-9]+)(?:([KMGT])(?:IB)?)?");
    private static final Pattern FRACTION = Pattern.compile("[0-9]*[.,][0-9]*(?:([KMGT])(?:IB)?)?");
    private static final Pattern DECIMAL_UNIT = Pattern.compile("[0-9]+([KMGT])B");

    /** Creates the converter. */
    public SizeConverter() {}

    @Override
    public Long convert(String text) {
        String upperCase = text.toUpperCase(Locale.ROOT);
        Matcher size = SIZE.matcher(upperCase);
        if (!size.matches()) {
            throw refusal(text, reason(upperCase));
        }
        String unit = size.group(2);
        int shift = unit == null ? 0 : 10 * (UNITS.indexOf(unit) + 1);
        try {
            long number = Long.parseLong(size.group(1));
            return Math.multiplyExact(number, 1L << shift);
        } catch (NumberFormatException | ArithmeticException e) {
            throw refusal(text, "is too large: sizes end at 2^63-1 bytes");
        }
    }

    private static String reason(String upperCase) {
        if (upperCase.startsWith("-")) {
            return "is negative";
        }
        if (FRACTION.matcher(upperCase).matches()) {
            return "is not a whole number: use a smaller unit, like 1536M for 1.5G";
        }
        Matcher decimalUnit = DECIMAL_UNIT.matcher(upperCase);
        if (decimalUnit.matches()) {
            String unit = decimalUnit.group(1);
            return "is ambiguous: write %s or %siB for powers of 1024".formatted(unit, unit);
        }
        return "is not a size: give bytes, or a number with K, M, G or T (powers of 1024)";
    }

    private static TypeConversionException refusal(String text, String reason) {
        return new TypeConversionException("'" + text + "' " + reason);
    }
}
