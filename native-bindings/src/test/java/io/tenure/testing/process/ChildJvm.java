package io.tenure.testing.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Another JVM that runs one main class to its end: for what would harm this one, or needs other
 * flags. The classes come from where this JVM has them, all on the class path.
 *
 * @param exitCode what it ended with; 128 + signal when it was killed
 * @param output standard output and error
 */
public record ChildJvm(int exitCode, String output) {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /**
     * Runs a main class.
     *
     * @param directory its working directory, which receives crash reports too
     * @param options of the JVM, such as {@code --enable-native-access=ALL-UNNAMED}
     * @param main the class whose main method is called
     * @param neighbours classes from every other place that must be on the class path
     * @return how it ended
     * @throws IOException if it cannot be started, or does not end within a minute
     */
    public static ChildJvm run(
            Path directory, List<String> options, Class<?> main, Class<?>... neighbours)
            throws IOException {
        List<String> command = command(directory, options, main, neighbours);
        Path output = Files.createTempFile(directory, "child", ".out");
        Process process =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        try {
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException(main.getName() + " did not end: " + Files.readString(output));
            }
            return new ChildJvm(
                    process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + main.getName() + " ran", e);
        } finally {
            process.destroyForcibly();
        }
    }

    /**
     * How to start such a JVM, for who wants to talk to it while it runs.
     *
     * @param directory receives crash reports
     * @param options of the JVM
     * @param main the class whose main method is called
     * @param neighbours classes from every other place that must be on the class path
     * @return the command; arguments may be added
     * @throws IOException if a class has no place
     */
    public static List<String> command(
            Path directory, List<String> options, Class<?> main, Class<?>... neighbours)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:ErrorFile=" + directory.resolve("hs_err_%p.log"));
        command.add("-XX:-CreateCoredumpOnCrash");
        command.add("-XX:TieredStopAtLevel=1");
        command.addAll(options);
        command.add("-cp");
        command.add(classPath(main, neighbours));
        command.add(main.getName());
        return command;
    }

    private static String classPath(Class<?> main, Class<?>... neighbours) throws IOException {
        List<String> places = new ArrayList<>();
        places.add(place(main));
        for (Class<?> neighbour : neighbours) {
            places.add(place(neighbour));
        }
        return String.join(":", places);
    }

    /** Where a class file lies; not asked of its module, which in tests is patched together. */
    private static String place(Class<?> type) throws IOException {
        String resource = "/" + type.getName().replace('.', '/') + ".class";
        String url = String.valueOf(type.getResource(resource));
        if (url.startsWith("jar:file:")) {
            return url.substring("jar:file:".length(), url.indexOf("!/"));
        }
        if (url.startsWith("file:")) {
            return url.substring("file:".length(), url.length() - resource.length());
        }
        throw new IOException("no class path entry for " + url);
    }
}
