package io.tenure.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
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
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Tags;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * Holds docs/conformance.md to the tests: each case has tests that carry its number as a tag and
 * are named there, or the page says why it does not apply.
 */
class ConformanceTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().resolveSibling("");
    private static final Path PAGE = ROOT.resolve("docs/conformance.md");
    private static final int LAST_CASE = 84;

    private static final List<String> MODULES =
            List.of("native-bindings", "metadata-format", "io-engine", "jobs", "tools");

    private static final String PACKAGE = "io.tenure.";
    private static final String NOT_APPLICABLE = "Does not apply: ";
    private static final Pattern TAG = Pattern.compile("ovirt-(\\d+)");
    private static final Pattern ROW = Pattern.compile("\\| (\\d+) \\| (.+) \\| (.+) \\|");
    private static final Pattern NAME = Pattern.compile("`([\\w.]+#\\w+)`");

    private static final Pattern TEST_CLASS = Pattern.compile(".*Test\\.class");

    private static final JavaClasses TESTS =
            new ClassFileImporter()
                    .withImportOption(location -> location.matches(TEST_CLASS))
                    .importPaths(
                            MODULES.stream()
                                    .map(module ->
                                            ROOT.resolve(module).resolve("target/test-classes"))
                                    .toList());

    /**
     * A line of the page's table.
     *
     * @param number the case
     * @param words the case in words
     * @param protection its tests, or why it has none
     */
    private record Row(int number, String words, String protection) {
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

    @Test
    void onlyATestCarriesANumber() {
        for (JavaClass each : TESTS) {
            for (JavaMethod method : each.getMethods()) {
                if (!numbers(method).isEmpty()) {
                    assertThat(
                                    method.isAnnotatedWith(Test.class)
                                            || method.isAnnotatedWith(ParameterizedTest.class)
                                            || method.isAnnotatedWith(RepeatedTest.class))
                            .as("%s is run", method.getFullName())
                            .isTrue();
                }
            }
        }
    }

    private static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (String line : Files.readAllLines(PAGE)) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                rows.add(new Row(Integer.parseInt(row.group(1)), row.group(2), row.group(3)));
            }
        }
        return rows;
    }

    private static Map<Integer, Set<String>> tagged() {
        Map<Integer, Set<String>> found = new TreeMap<>();
        for (JavaClass each : TESTS) {
            for (JavaMethod method : each.getMethods()) {
                for (int number : numbers(method)) {
                    String name =
                            each.getName().substring(PACKAGE.length()) + "#" + method.getName();
                    found.computeIfAbsent(number, _ -> new TreeSet<>()).add(name);
                }
            }
        }
        return found;
    }

    private static List<Integer> numbers(JavaMethod method) {
        return method.getAnnotations().stream()
                .flatMap(ConformanceTest::tags)
                .map(TAG::matcher)
                .filter(Matcher::matches)
                .map(tag -> Integer.valueOf(tag.group(1)))
                .toList();
    }

    private static Stream<String> tags(JavaAnnotation<?> annotation) {
        if (annotation.getRawType().isEquivalentTo(Tag.class)) {
            return Stream.of(annotation.as(Tag.class).value());
        }
        if (annotation.getRawType().isEquivalentTo(Tags.class)) {
            return Stream.of(annotation.as(Tags.class).value()).map(Tag::value);
        }
        return Stream.empty();
    }
}
