package io.tenure.tools.output;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What is known of one thing, for people: a name and a value on each line, the values below each
 * other. Not safe for several threads.
 */
public final class TextDetails {
    private record Detail(String name, String value) {}

    private final List<Detail> details = new ArrayList<>();

    /** Starts without details. */
    public TextDetails() {}

    /**
     * Adds a line.
     *
     * @param name what it is; empty for one more value of the line above
     * @param value shown by {@link String#valueOf(Object)}
     * @return this
     */
    public TextDetails detail(String name, Object value) {
        details.add(new Detail(name, Printable.line(String.valueOf(value))));
        return this;
    }

    /**
     * Renders the lines.
     *
     * @return the lines, each with its line end
     */
    public String render() {
        int width = details.stream().mapToInt(detail -> detail.name.length()).max().orElse(0);
        return details.stream()
                .map(detail ->
                        detail.name
                                + (detail.name.isEmpty() ? " " : ":")
                                + " ".repeat(width - detail.name.length() + 1)
                                + detail.value)
                .map(line -> line.stripTrailing() + "\n")
                .collect(Collectors.joining());
    }
}
