package io.tenure.bindings.libc;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.bindings.probe.GeneratedBindings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Run by the Maven profile "jextract" alone: our bindings against those of a real jextract. */
@Tag("jextract")
final class LibcJextractTest {
    @TempDir private Path directory;

    @Test
    void constants_and_layouts_are_those_that_jextract_finds() throws IOException {
        Path sources = Path.of(System.getProperty("jextract.output"));
        List<String> differences = new ArrayList<>();
        try (GeneratedBindings generated =
                GeneratedBindings.load(
                        sources.resolve("libc"), "generated.libc", "libc_h", directory)) {
            for (Class<?> constants : LibcHeadersTest.CONSTANTS) {
                differences.addAll(generated.differences(constants));
            }
            LibcHeadersTest.structs()
                    .forEach(layout ->
                            differences.addAll(
                                    generated.differences(layout.name().orElseThrow(), layout)));
        }
        assertThat(differences).isEmpty();
    }
}
