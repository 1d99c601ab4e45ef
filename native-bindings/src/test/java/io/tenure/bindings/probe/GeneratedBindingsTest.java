package io.tenure.bindings.probe;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.bindings.libc.PollFd;
import java.io.IOException;
import java.lang.foreign.MemoryLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The comparison with jextract's output, on a hand-written piece in its shape. */
final class GeneratedBindingsTest {
    private static final String HEADER =
            """
            package generated;
            public class poll_h {
                private static final int LOW = (int) 1L;
                public static int LOW() { return LOW; }
                private static final long HIGH = 2L;
                public static long HIGH() { return HIGH; }
            }
            """;
    private static final String STRUCT =
            """
            package generated;
            import java.lang.foreign.*;
            public class pollfd {
                public static final GroupLayout layout() {
                    return MemoryLayout.structLayout(
                            ValueLayout.JAVA_INT.withName("fd"),
                            ValueLayout.JAVA_SHORT.withName("events"),
                            ValueLayout.JAVA_SHORT.withName("revents"));
                }
            }
            """;

    @TempDir private Path directory;
    private Path sources;

    @BeforeEach
    void write() throws IOException {
        sources = Files.createDirectory(directory.resolve("sources"));
        Files.writeString(sources.resolve("poll_h.java"), HEADER);
        Files.writeString(sources.resolve("pollfd.java"), STRUCT);
    }

    @Test
    void what_is_the_same_makes_no_difference() throws IOException {
        try (GeneratedBindings generated = load()) {
            assertThat(generated.differences(Right.class)).isEmpty();
            assertThat(generated.differences("pollfd", PollFd.LAYOUT)).isEmpty();
        }
    }

    @Test
    void other_and_missing_values_are_told() throws IOException {
        try (GeneratedBindings generated = load()) {
            assertThat(generated.differences(Wrong.class))
                    .containsExactly("HIGH: ours 3, theirs 2", "NONE: ours 4, theirs nothing");
            assertThat(generated.differences("nosuch", PollFd.LAYOUT)).hasSize(1);
        }
    }

    @Test
    void other_places_are_told() throws IOException {
        MemoryLayout events = JAVA_SHORT.withName("events");
        try (GeneratedBindings generated = load()) {
            assertThat(
                            generated.differences(
                                    "pollfd",
                                    MemoryLayout.structLayout(
                                            events, MemoryLayout.paddingLayout(2))))
                    .containsExactly(
                            "pollfd.events: ours 2 bytes at 0, theirs 2 bytes at 4",
                            "pollfd: ours 4 bytes, theirs 8");
            assertThat(
                            generated.differences(
                                    "pollfd",
                                    MemoryLayout.structLayout(
                                            JAVA_INT.withName("file"), JAVA_INT.withName("fd"))))
                    .contains("pollfd.file: ours 4 bytes at 0, theirs null");
        }
    }

    @Test
    void what_does_not_compile_is_an_error() throws IOException {
        Files.writeString(sources.resolve("broken.java"), "class {");
        assertThatThrownBy(this::load)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("does not compile");
    }

    private GeneratedBindings load() throws IOException {
        return GeneratedBindings.load(sources, "generated", "poll_h", directory);
    }

    static final class Right {
        static final int LOW = 1;
        static final int HIGH = 2;
    }

    static final class Wrong {
        static final int HIGH = 3;
        static final int NONE = 4;
    }
}
