package io.tenure.tools.output;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A table for people: a line of headings, aligned columns, two spaces between them. A column whose
 * cells are all numbers stands on the right. Not safe for several threads.
 */
public final class TextTable {
    private static final String GAP = "  ";

    private final List<String> headings;
    private final List<List<String>> rows = new ArrayList<>();

    /**
     * Starts a table without rows.
     *
     * @param headings one for each column
     */
    public TextTable(String... headings) {
        this.headings = List.of(headings);
    }

    /**
     * Adds a row.
     *
     * @param cells as many as there are headings, shown by {@link String#valueOf(Object)}
     * @return this table
     */
    public TextTable row(Object... cells) {
        if (cells.length != headings.size()) {
            throw new IllegalArgumentException(
                    "a row of %d cells in a table of %d columns"
                            .formatted(cells.length, headings.size()));
        }
        rows.add(Arrays.stream(cells).map(cell -> Printable.line(String.valueOf(cell))).toList());
        return this;
    }

    /**
     * Renders the table.
     *
     * @return its lines, each with its line end and without spaces before it
     */
    public String render() {
        List<List<String>> lines = new ArrayList<>(rows.size() + 1);
        lines.add(headings);
        lines.addAll(rows);
        int[] widths = new int[headings.size()];
        boolean[] numbers = new boolean[headings.size()];
        for (int column = 0; column < widths.length; column++) {
            int index = column;
            widths[column] =
                    lines.stream().mapToInt(line -> width(line.get(index))).max().orElse(0);
            numbers[column] =
                    !rows.isEmpty() && rows.stream().allMatch(row -> isNumber(row.get(index)));
        }
        return lines.stream()
                .map(line -> renderLine(line, widths, numbers) + "\n")
                .collect(Collectors.joining());
    }

    private static String renderLine(List<String> cells, int[] widths, boolean[] numbers) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            String cell = cells.get(column);
            String padding = " ".repeat(widths[column] - width(cell));
            line.append(column == 0 ? "" : GAP)
                    .append(numbers[column] ? padding + cell : cell + padding);
        }
        return line.toString().stripTrailing();
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }

    /** A number, perhaps with a unit behind it. */
    private static boolean isNumber(String cell) {
        return cell.matches("-|[0-9]+(?:\\.[0-9]+)?(?: (?:B|[KMGTPE]iB|s))?");
    }
}
