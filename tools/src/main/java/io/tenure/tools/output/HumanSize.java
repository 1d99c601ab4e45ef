package io.tenure.tools.output;

import java.util.Locale;

/** Writes byte counts and durations as people read them; for programs there are plain numbers. */
public final class HumanSize {
    private static final String[] UNITS = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    private HumanSize() {}

    /**
     * Writes a count of bytes with a unit that is a power of 1024, at most one digit after the
     * point: {@code 512 B}, {@code 64 KiB}, {@code 1.5 GiB}.
     *
     * @param bytes the count, not negative
     * @return the count with its unit
     */
    public static String of(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        int unit = (63 - Long.numberOfLeadingZeros(bytes)) / 10 - 1;
        double value = bytes / (double) (1L << (10 * (unit + 1)));
        // Rounding may reach the next unit: 1023.96 KiB is 1 MiB.
        if (value >= 1023.95) {
            value = 1;
            unit++;
        }
        String number = String.format(Locale.ROOT, "%.1f", value);
        return (number.endsWith(".0") ? number.substring(0, number.length() - 2) : number)
                + " "
                + UNITS[unit];
    }

    /**
     * Writes a duration as hours, minutes and seconds: {@code 0:07}, {@code 12:30}, {@code
     * 1:00:05}.
     *
     * @param seconds the duration in seconds, not negative
     * @return the duration
     */
    public static String ofSeconds(long seconds) {
        long hours = seconds / 3600;
        long minutes = seconds / 60 % 60;
        return hours > 0
                ? "%d:%02d:%02d".formatted(hours, minutes, seconds % 60)
                : "%d:%02d".formatted(minutes, seconds % 60);
    }
}
