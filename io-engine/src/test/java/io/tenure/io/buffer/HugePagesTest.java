package io.tenure.io.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.bindings.Errno;
import io.tenure.bindings.libc.MappedRegion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever gets no huge pages is told, once. */
final class HugePagesTest {
    private static final String WARNING = "buffers lie on huge pages";

    /** PR_SET_THP_DISABLE of linux/prctl.h; what is set goes on to the program that is executed. */
    private static final String WITHOUT_HUGE_PAGES =
            """
            import ctypes, os, sys
            assert ctypes.CDLL(None).prctl(41, 1, 0, 0, 0) == 0
            os.execv(sys.argv[1], sys.argv[1:])
            """;

    @TempDir Path directory;

    /** What runs in the other process. */
    public static final class TwoPools {
        private TwoPools() {}

        /**
         * Makes two pools.
         *
         * @param arguments none
         * @throws IOException there is no memory
         */
        public static void main(String[] arguments) throws IOException {
            for (int i = 0; i < 2; i++) {
                BufferPool.allocate(4, 1 << 20).close();
            }
        }
    }

    @Test
    void aProcessWithoutHugePagesIsToldOnce() throws Exception {
        String output = run("python3", "-c", WITHOUT_HUGE_PAGES);
        assertThat(output).containsOnlyOnce(WARNING).contains("0 of 4 MiB");
    }

    @Test
    void aProcessWithHugePagesIsToldNothing() throws Exception {
        assertThat(run()).doesNotContain(WARNING);
    }

    @Test
    void theSumIsReadFromTheSystemsText() throws IOException {
        assertThat(HugePages.hugeBytes("Rss: 12 kB\nAnonHugePages:      8192 kB\nx\n"))
                .isEqualTo(8 << 20);
        try (MappedRegion region = MappedRegion.anonymous(8 << 20)) {
            String sums = Files.readString(Path.of("/proc/self/smaps_rollup"));
            assertThat(HugePages.hugeBytes(sums))
                    .isGreaterThanOrEqualTo(region.segment().byteSize())
                    .isLessThan(Long.MAX_VALUE);
        }
    }

    private String run(String... before) throws Exception {
        Path output = directory.resolve("output");
        List<String> command = new ArrayList<>(List.of(before));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-cp");
        command.add(
                String.join(
                        ":", place(TwoPools.class), place(BufferPool.class), place(Errno.class)));
        command.add(TwoPools.class.getName());
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        try {
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(output)).isZero();
            return Files.readString(output);
        } finally {
            process.destroyForcibly();
        }
    }

    /** Where a class file lies: a folder, or a jar when a whole build runs. */
    private static String place(Class<?> type) {
        String resource = "/" + type.getName().replace('.', '/') + ".class";
        String url = String.valueOf(type.getResource(resource));
        if (url.startsWith("jar:file:")) {
            return url.substring("jar:file:".length(), url.indexOf("!/"));
        }
        return url.substring("file:".length(), url.length() - resource.length());
    }
}
