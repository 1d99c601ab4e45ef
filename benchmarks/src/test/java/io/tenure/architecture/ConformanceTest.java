package io.tenure.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Holds docs/conformance.md to the tests: each case has tests that carry its number as a tag and
 * are named there, or the page says why it does not apply. Reads the sources of the tests, which
 * the formatter has brought into one shape.
 */
class ConformanceTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().resolveSibling("");
    private static final Path PAGE = ROOT.resolve("docs/conformance.md");
    private static final int LAST_CASE = 84;

    private static final List<String> MODULES =
            List.of("native-bindings", "metadata-format", "io-engine", "jobs", "tools");

    private static final String NOT_APPLICABLE = "Does not apply: ";
    private static final Pattern ROW = Pattern.compile("\\| (\\d+) \\| (.+) \\| (.+) \\|");
    private static final Pattern NAME = Pattern.compile("`([\\w.]+#\\w+)`");
    private static final Pattern TAG = Pattern.compile("@Tag\\(\"ovirt-(\\d+)\"\\)");

    /** Annotations, each with the lines that it goes on in, and the method below them. */
    private static final Pattern METHOD =
            Pattern.compile("((?:    @.*\n(?:        .*\n)*)+)    void (\\w+)\\(");

    private static final Pattern RUN = Pattern.compile("    @(?:Test|ParameterizedTest)\\b");

    /**
     * A line of the page's table.
     *
     * @param number the case
     * @param protection its tests, or why it has none
     */
    private record Row(int number, String protection) {
        Set<String> tests() {
            Set<String> names = new TreeSet<>();
            Matcher name = NAME.matcher(protection);
            while (name.find()) {
                names.add(name.group(1));
            }
            return names;
        }
    }

    @Test
    void thePageHasEachCaseOnce() throws IOException {
        assertThat(rows())
                .extracting(Row::number)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, LAST_CASE).boxed().toList());
    }

    @Test
    void thePageNamesOnlyTestsThatCarryTheNumber() throws IOException {
        Map<Integer, Set<String>> tagged = tagged();
        for (Row row : rows()) {
            assertThat(tagged.getOrDefault(row.number(), Set.of()))
                    .as("tests that carry the number of case %d", row.number())
                    .containsAll(row.tests());
        }
        assertThat(tagged.keySet()).allMatch(number -> number >= 1 && number <= LAST_CASE);
    }

    @Test
    void aCaseWithoutATestHasAReason() throws IOException {
        for (Row row : rows()) {
            if (row.tests().isEmpty()) {
                assertThat(row.protection())
                        .as("case %d", row.number())
                        .startsWith(NOT_APPLICABLE)
                        .hasSizeGreaterThan(NOT_APPLICABLE.length() + 20);
            }
        }
    }

    private static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (String line : Files.readAllLines(PAGE)) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                rows.add(new Row(Integer.parseInt(row.group(1)), row.group(3)));
            }
        }
        return rows;
    }

    /** The tests of each case, by their names below io.tenure. */
    private static Map<Integer, Set<String>> tagged() throws IOException {
        Map<Integer, Set<String>> found = new TreeMap<>();
        for (String module : MODULES) {
            Path sources = ROOT.resolve(module).resolve("src/test/java/io/tenure");
            try (Stream<Path> files = Files.walk(sources)) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith("Test.java")).toList()) {
                    String name = sources.relativize(file).toString().replace('/', '.');
                    addTests(
                            name.substring(0, name.length() - ".java".length()),
                            Files.readString(file),
                            found);
                }
            }
        }
        return found;
    }

    private static void addTests(String type, String source, Map<Integer, Set<String>> found) {
        long tags = 0;
        Matcher method = METHOD.matcher(source);
        while (method.find()) {
            String annotations = method.group(1);
            Matcher tag = TAG.matcher(annotations);
            while (tag.find()) {
                tags++;
                assertThat(RUN.matcher(annotations).find())
                        .as("%s#%s is run", type, method.group(2))
                        .isTrue();
                found.computeIfAbsent(Integer.valueOf(tag.group(1)), _ -> new TreeSet<>())
                        .add(type + "#" + method.group(2));
            }
        }
        assertThat(TAG.matcher(source).results().count())
                .as("numbers in %s that stand on a test", type)
                .isEqualTo(tags);
    }
}
