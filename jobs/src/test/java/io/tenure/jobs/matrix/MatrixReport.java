package io.tenure.jobs.matrix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The matrix for people, as a text in Markdown. */
final class MatrixReport {
    private final List<Result> results;
    private final StringBuilder text = new StringBuilder();

    private MatrixReport(List<Result> results) {
        this.results =
                results.stream()
                        .sorted(
                                Comparator.comparing((Result each) -> each.cell().kind())
                                        .thenComparingInt(each -> each.cell().number())
                                        .thenComparing(each -> each.cell().strike()))
                        .toList();
    }

    /**
     * Writes the report.
     *
     * @param path where to
     * @param results what came of the cells
     * @param how what was asked for, in a line
     * @param took how long it took
     * @throws IOException if it cannot be written
     */
    static void write(Path path, List<Result> results, String how, Duration took)
            throws IOException {
        MatrixReport report = new MatrixReport(results);
        report.summary(how, took);
        report.wrong();
        for (JobKind kind : JobKind.values()) {
            report.grid(kind);
        }
        report.list();
        Files.createDirectories(path.toAbsolutePath().getParent());
        Files.writeString(path, report.text);
    }

    private void line(String... cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    private void head(String first) {
        List<String> strikes = Arrays.stream(Strike.values()).map(Strike::words).toList();
        line(first, String.join(" | ", strikes));
        line("---", String.join(" | ", strikes.stream().map(_ -> "---").toList()));
    }

    private void summary(String how, Duration took) {
        long wrong = results.stream().filter(Result::isWrong).count();
        text.append("# Crash matrix\n\n")
                .append(how)
                .append(": ")
                .append(results.size())
                .append(" cells in ")
                .append(took.toSeconds())
                .append(" s, ")
                .append(wrong)
                .append(" WRONG.\n\n");
        head("cells that are well / all");
        for (JobKind kind : JobKind.values()) {
            line(
                    kind.word(),
                    String.join(
                            " | ",
                            Arrays.stream(Strike.values())
                                    .map(strike -> count(kind, strike))
                                    .toList()));
        }
    }

    private String count(JobKind kind, Strike strike) {
        List<Result> some =
                results.stream()
                        .filter(each -> each.cell().kind() == kind)
                        .filter(each -> each.cell().strike() == strike)
                        .toList();
        long well = some.stream().filter(each -> !each.isWrong()).count();
        return some.isEmpty() ? "-" : well + " / " + some.size();
    }

    private void wrong() {
        List<Result> wrong = results.stream().filter(Result::isWrong).toList();
        if (wrong.isEmpty()) {
            return;
        }
        text.append("\n## WRONG\n\n");
        for (Result each : wrong) {
            text.append("- **").append(each.cell()).append("**\n");
            each.problems().forEach(problem -> text.append("  - ").append(problem).append('\n'));
            text.append("  - told ")
                    .append(each.told())
                    .append("; it said: ")
                    .append(each.said())
                    .append("; truth: ")
                    .append(each.truth())
                    .append('\n');
        }
    }

    /** What was told, operation by operation. */
    private void grid(JobKind kind) {
        List<Cell> cells =
                results.stream().map(Result::cell).filter(cell -> cell.kind() == kind).toList();
        if (cells.isEmpty()) {
            return;
        }
        text.append("\n## ").append(kind.word()).append("\n\nWhat another host was told.\n\n");
        head("operation");
        cells.stream()
                .map(cell -> cell.number() + " " + cell.operation())
                .distinct()
                .forEach(row ->
                        line(
                                row,
                                String.join(
                                        " | ",
                                        Arrays.stream(Strike.values())
                                                .map(strike -> told(kind, row, strike))
                                                .toList())));
    }

    private String told(JobKind kind, String row, Strike strike) {
        Optional<Result> found =
                results.stream()
                        .filter(each -> each.cell().kind() == kind)
                        .filter(each -> each.cell().strike() == strike)
                        .filter(each ->
                                row.equals(each.cell().number() + " " + each.cell().operation()))
                        .findFirst();
        return found.map(each -> (each.isWrong() ? "**WRONG** " : "") + each.told()).orElse("");
    }

    private void list() {
        text.append("\n## All cells\n\n");
        line("cell", "meanwhile", "told", "the job said", "truth", "next job", "");
        line("---", "---", "---", "---", "---", "---", "---");
        for (Result each : results) {
            line(
                    each.cell().toString(),
                    each.meanwhile(),
                    each.told(),
                    brief(each.said()),
                    each.truth(),
                    each.next(),
                    each.isWrong() ? "WRONG" : "ok");
        }
    }

    private static String brief(String said) {
        String line = said.replace('|', '/');
        return line.length() > 90 ? line.substring(0, 90) + "..." : line;
    }
}
