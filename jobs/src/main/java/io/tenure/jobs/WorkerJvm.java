package io.tenure.jobs;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The command that starts a worker: which JVM, with which options and classes. */
final class WorkerJvm {
    /** A short start and little memory, as for the command: see docs/adr/0009. */
    private static final List<String> OPTIONS =
            List.of(
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:-UsePerfData",
                    "-Xms8m",
                    "-XX:NewSize=4m",
                    "--enable-native-access=ALL-UNNAMED");

    private final List<String> plain;
    private final Optional<WorkerCache> cache;

    private WorkerJvm(List<String> plain, Optional<WorkerCache> cache) {
        this.plain = plain;
        this.cache = cache;
    }

    /** Just that command. */
    static WorkerJvm of(List<String> command) {
        return new WorkerJvm(List.copyOf(command), Optional.empty());
    }

    /** The JVM and the classes of this process, with a cache in a folder. */
    static WorkerJvm ofThisProcess(Path cacheFolder) {
        List<String> places = places();
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(OPTIONS);
        words.add("-cp");
        words.add(String.join(File.pathSeparator, places));
        words.add(WorkerMain.class.getName());
        return new WorkerJvm(words, Optional.of(new WorkerCache(cacheFolder, words, places)));
    }

    /** Where this process has its classes. What is modules here is on the worker's class path. */
    private static List<String> places() {
        Set<String> places = new LinkedHashSet<>();
        for (String entry : entries("jdk.module.path")) {
            places.addAll(modulesAt(Path.of(entry)));
        }
        for (String entry : entries("java.class.path")) {
            places.add(Path.of(entry).toAbsolutePath().toString());
        }
        return List.copyOf(places);
    }

    private static List<String> entries(String property) {
        String value = System.getProperty(property, "");
        return Stream.of(value.split(File.pathSeparator, -1)).filter(e -> !e.isEmpty()).toList();
    }

    /** A module path has modules, and folders of modules. */
    private static List<String> modulesAt(Path place) {
        Path absolute = place.toAbsolutePath();
        if (!Files.isDirectory(absolute) || isModule(absolute)) {
            return List.of(absolute.toString());
        }
        try (Stream<Path> inside = Files.list(absolute)) {
            return inside.filter(p -> p.toString().endsWith(".jar") || isModule(p))
                    .map(Path::toString)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of(absolute.toString()); // the worker says what it misses
        }
    }

    private static boolean isModule(Path folder) {
        return Files.exists(folder.resolve("module-info.class"));
    }

    /** The words to start a worker with, to which arguments may be added. */
    List<String> command() {
        return cache.map(WorkerCache::command).orElse(plain);
    }

    boolean prepareCache() {
        return cache.isPresent() && cache.get().prepare();
    }
}
