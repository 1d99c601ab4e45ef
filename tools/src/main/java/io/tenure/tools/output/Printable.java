package io.tenure.tools.output;

/**
 * Makes text fit for a terminal and for one line. Names, paths and descriptions come from storage
 * that others write too: an escape sequence in one of them must not reach somebody's terminal.
 */
public final class Printable {
    private Printable() {}

    /**
     * Returns {@code text} on one line: line ends become spaces, other control characters and what
     * would turn the direction of writing become their number in Java's notation.
     *
     * @param text any text
     * @return the same without anything but visible characters and spaces
     */
    public static String line(String text) {
        if (text.codePoints().allMatch(Printable::isHarmless)) {
            return text;
        }
        StringBuilder line = new StringBuilder(text.length() + 16);
        text.strip()
                .codePoints()
                .forEach(character -> {
                    if (isHarmless(character)) {
                        line.appendCodePoint(character);
                    } else if (character == '\n' || character == '\t') {
                        line.append(' ');
                    } else if (character != '\r') {
                        line.append("\\u%04x".formatted(character));
                    }
                });
        return line.toString();
    }

    private static boolean isHarmless(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE ->
                    false;
            default -> true;
        };
    }
}
