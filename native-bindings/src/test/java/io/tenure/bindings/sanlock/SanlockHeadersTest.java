package io.tenure.bindings.sanlock;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.bindings.internal.CFunction;
import io.tenure.bindings.probe.Claims;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything in this package that C has too is as in C, and C has nothing more.
 *
 * <p>The headers are the installed ones, or those of another version in the folder that the system
 * property {@code tenure.sanlock.headers} names. What only we have fails the test for the installed
 * ones, and is told of for others: calling a function that an older library lacks tells so too.
 */
final class SanlockHeadersTest {
    private static final String FOLDER = "tenure.sanlock.headers";
    private static final Path INSTALLED = Path.of("/usr/include");

    @TempDir private Path directory;
    private Path include;
    private SanlockHeaders headers;

    @BeforeEach
    void read() throws IOException {
        include = Path.of(System.getProperty(FOLDER, INSTALLED.toString()));
        headers = SanlockHeaders.in(include);
    }

    @Test
    void what_the_headers_have_too_is_as_there() throws IOException {
        assertThat(headers.contradictions(directory)).as("as in %s", include).isEmpty();
    }

    @Test
    void nothing_that_the_headers_declare_is_missing_here() {
        assertThat(headers.onlyThere()).as("declared in %s only", include).isEmpty();
    }

    @Test
    void what_is_here_is_in_the_headers_unless_they_are_older(TestReporter reporter) {
        List<String> lines = headers.onlyHere();
        if (System.getProperty(FOLDER) == null) {
            assertThat(lines).as("not declared in %s", include).isEmpty();
        }
        lines.forEach(reporter::publishEntry);
    }

    @Test
    void nothing_in_this_package_is_left_unproved() {
        List<Class<?>> classes = Claims.classesBeside(LibSanlock.class);
        assertThat(classes).contains(LibSanlock.class, SanlkDisk.class);
        for (Class<?> type : classes) {
            if (!Claims.constantsOf(type).isEmpty()) {
                assertThat(SanlockHeaders.CONSTANTS).contains(type);
            }
            assertThat(SanlockHeaders.STRUCTS).containsAll(Claims.layoutsOf(type));
        }
        assertThat(SanlockFunctions.ALL.stream().map(CFunction::name))
                .containsExactlyInAnyOrderElementsOf(SanlockHeaders.ourPrototypes().keySet());
        assertThat(Claims.functionsIn(SanlockFunctions.class))
                .containsExactlyInAnyOrderElementsOf(SanlockFunctions.ALL);
    }

    @Test
    void what_newer_headers_have_more_is_told_by_its_name() throws IOException {
        SanlockHeaders newer =
                edited(
                        "sanlock_rv.h",
                        "#endif",
                        """
                        #define SANLK_NEWER -299
                        struct sanlk_newer { int member; };
                        int sanlock_newer(struct sanlk_newer *one, int two);
                        #endif
                        """);
        assertThat(newer.onlyThere())
                .containsExactly(
                        "SANLK_NEWER: a constant of the headers only",
                        "sanlock_newer: a function of the headers only:"
                                + " int sanlock_newer(struct sanlk_newer *, int)",
                        "struct sanlk_newer: a struct of the headers only");
        assertThat(newer.onlyHere()).isEmpty();
        assertThat(newer.contradictions(directory)).isEmpty();
        assertThat(SanlockReturn.describe(-299)).contains("-299", "unknown to sanlock 3.8.5");
    }

    @Test
    void what_older_headers_lack_is_told_by_its_name_and_the_rest_still_proved()
            throws IOException {
        SanlockHeaders older =
                edited("sanlock_admin.h", "int sanlock_set_config(", "int sanlock_set_other(");
        assertThat(older.onlyHere())
                .containsExactly("sanlock_set_config: a function that the headers lack");
        assertThat(older.contradictions(directory)).isEmpty();
    }

    @Test
    void what_other_headers_say_differently_is_told_in_a_line_for_each() throws IOException {
        assertThat(
                        edited("sanlock_rv.h", "ACQUIRE_IDLIVE\t-243", "ACQUIRE_IDLIVE\t-343")
                                .contradictions(directory))
                .containsExactly("constant SANLK_ACQUIRE_IDLIVE: Java -243, C -343");
        assertThat(
                        edited("sanlock_admin.h", "uint32_t cmd, void *data", "void *data")
                                .contradictions(directory))
                .containsExactly(
                        "sanlock_set_config: Java int sanlock_set_config(const char *, uint32_t,"
                                + " uint32_t, void *), C int sanlock_set_config(const char *,"
                                + " uint32_t, void *)");
        assertThat(
                        edited("sanlock.h", "uint64_t event;", "uint64_t more; uint64_t event;")
                                .contradictions(directory))
                .containsExactly(
                        "offset of struct sanlk_host_event.data: Java 24, C 32",
                        "offset of struct sanlk_host_event.event: Java 16, C 24",
                        "sizeof struct sanlk_host_event: Java 32, C 40");
    }

    /** The same headers with one piece of text replaced. */
    private SanlockHeaders edited(String header, String text, String replacement)
            throws IOException {
        Path folder = Files.createTempDirectory(directory, "include");
        for (String name : SanlockHeaders.FILES) {
            String content = Files.readString(INSTALLED.resolve(name), StandardCharsets.UTF_8);
            if (name.equals(header)) {
                assertThat(content).contains(text);
                int last = content.lastIndexOf(text);
                content =
                        content.substring(0, last)
                                + replacement
                                + content.substring(last + text.length());
            }
            Files.writeString(folder.resolve(name), content);
        }
        return SanlockHeaders.in(folder);
    }
}
