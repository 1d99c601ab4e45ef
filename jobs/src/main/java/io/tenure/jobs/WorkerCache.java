package io.tenure.jobs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * The JVM's cache of loaded and linked classes for workers (JEP 483 and 514, JDK 25 and newer):
 * made once, from a run of {@link WorkerTraining}. Its name says of which classes and which JVM it
 * is, since the JVM takes one of another jar, too.
 */
final class WorkerCache {
    private static final int FIRST_JDK = 25;
    private static final long MAKING_LIMIT_SECONDS = 120;
    private static final String NAME = "classes-";
    private static final String ENDING = ".aot";
    private static final String TRAINING = "training";

    private final Path folder;
    private final List<String> plain;
    private final List<String> places;

    /**
     * A cache.
     *
     * @param folder where it is kept
     * @param plain the command without it, up to and with the main class
     * @param places the class path
     */
    WorkerCache(Path folder, List<String> plain, List<String> places) {
        this.folder = folder;
        this.plain = plain;
        this.places = places;
    }

    /** The command, with the cache if there is one that fits. */
    List<String> command() {
        Path file = file();
        return Files.exists(file)
                ? with(
                        "-XX:AOTCache=" + file,
                        "-XX:+IgnoreUnrecognizedVMOptions",
                        "-XX:+UnlockDiagnosticVMOptions",
                        "-XX:-AOTReplayTraining",
                        "-Xlog:aot=off",
                        "-Xlog:cds=off")
                : plain;
    }

    private List<String> with(String... options) {
        List<String> words = new ArrayList<>(plain);
        words.addAll(1, List.of(options));
        return words;
    }

    /** Of these jars as they stand there now, and this JVM. */
    private Path file() {
        CRC32C crc = new CRC32C();
        StringBuilder of = new StringBuilder(Runtime.version().toString());
        plain.forEach(word -> of.append('\n').append(word));
        for (String place : places) {
            Path jar = Path.of(place);
            of.append('\n').append(jar.toFile().length());
            of.append(' ').append(jar.toFile().lastModified());
        }
        crc.update(of.toString().getBytes(StandardCharsets.UTF_8));
        return folder.toAbsolutePath().resolve("%s%08x%s".formatted(NAME, crc.getValue(), ENDING));
    }

    /** Makes it, unless there is one; whether there is one then. */
    synchronized boolean prepare() {
        Path file = file();
        if (Files.exists(file)) {
            return true;
        }
        // The JVM makes none of classes in folders.
        if (Runtime.version().feature() < FIRST_JDK
                || places.stream().anyMatch(place -> Files.isDirectory(Path.of(place)))) {
            return false;
        }
        try {
            make(file);
            return true;
        } catch (IOException e) {
            System.getLogger(WorkerCache.class.getName())
                    .log(
                            System.Logger.Level.INFO,
                            "workers start without a cache of classes: {0}",
                            e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private void make(Path file) throws IOException, InterruptedException {
        for (Path abandoned : inFolder(TRAINING)) { // by an agent that was killed
            delete(abandoned);
        }
        Path work = Files.createTempDirectory(folder, TRAINING);
        try {
            Path made = work.resolve("classes");
            Path log = work.resolve("log");
            List<String> words = with("-XX:AOTCacheOutput=" + made);
            words.set(words.size() - 1, WorkerTraining.class.getName());
            words.add(work.toString());
            Process training =
                    new ProcessBuilder(words)
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .redirectInput(Path.of("/dev/null").toFile())
                            .start();
            try {
                if (!training.waitFor(MAKING_LIMIT_SECONDS, TimeUnit.SECONDS)
                        || training.exitValue() != 0
                        || !Files.exists(made)) {
                    throw new IOException("its training failed: " + Files.readString(log).strip());
                }
            } finally {
                training.destroyForcibly();
            }
            forgetOthers();
            Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            delete(work);
        }
    }

    private void forgetOthers() throws IOException {
        for (Path old : inFolder(NAME)) {
            Files.deleteIfExists(old); // who has it mapped keeps it
        }
    }

    private List<Path> inFolder(String beginning) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> String.valueOf(f.getFileName()).startsWith(beginning))
                    .toList();
        }
    }

    private static void delete(Path work) throws IOException {
        try (Stream<Path> files = Files.walk(work)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
