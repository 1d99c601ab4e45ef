package io.tenure.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.jobs.op.UpdateVolume;
import io.tenure.jobs.op.VolumeChanges;
import io.tenure.testing.jobs.TestDomain;
import io.tenure.testing.jobs.WorkerCommands;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cache from which workers start faster. */
class WorkerCacheTest {
    @TempDir Path directory;

    @Test
    void itIsMadeOfJarsAloneWorkersRunFromItAndAnotherJarHasAnotherOne() throws Exception {
        List<String> plain = WorkerCommands.plain(directory);
        int places = plain.indexOf("-cp") + 1;
        List<String> folders = List.of(plain.get(places).split(File.pathSeparator, -1));
        Path folder = Files.createDirectory(directory.resolve("workers"));
        assertThat(new WorkerCache(folder, plain, folders).prepare()).isFalse();

        Path jar = jar(folders);
        List<String> withJar =
                List.of(
                        plain.getFirst(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        jar.toString(),
                        WorkerMain.class.getName());
        WorkerCache cache = new WorkerCache(folder, withJar, List.of(jar.toString()));
        assertThat(cache.command()).isEqualTo(withJar);
        Path abandoned = Files.createDirectory(folder.resolve("training123"));
        Files.createFile(abandoned.resolve("classes"));
        assertThat(cache.prepare()).isTrue();
        assertThat(cache.prepare()).isTrue();
        assertThat(cache.command()).anyMatch(word -> word.startsWith("-XX:AOTCache="));
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).as("nothing of the training").hasSize(1);
        }
        runWith(cache.command(), folder);
        Files.setLastModifiedTime(jar, FileTime.fromMillis(1_000_000_000_000L));
        assertThat(cache.command()).isEqualTo(withJar);
    }

    private void runWith(List<String> command, Path folder) throws Exception {
        try (TestDomain agent = TestDomain.create(Files.createDirectory(directory.resolve("d")));
                JobJournal journal = JobJournal.open(directory.resolve("journal"), 4096);
                JobRunner runner =
                        JobRunner.start(
                                agent.managers(),
                                JobSettings.DEFAULT.withWorkers(
                                        JobWorkers.open(
                                                command,
                                                folder,
                                                journal,
                                                JobWorkers.OnAgentsEnd.ABORT)),
                                1,
                                1)) {
            UUID volume = agent.createVolume(4096);
            Job job =
                    new UpdateVolume(
                            UUID.randomUUID(),
                            agent.domain(),
                            volume,
                            1L,
                            VolumeChanges.NONE.withDescription("from a cache"));
            TestDomain.requireDone(TestDomain.await(runner.submit(job, JobObserver.NONE)));
            assertThat(agent.record(volume).description()).isEqualTo("from a cache");
        }
    }

    private Path jar(List<String> places) throws IOException {
        Path jar = directory.resolve("classes.jar");
        Set<String> names = new HashSet<>(Set.of("module-info.class"));
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (String place : places) {
                if (Files.isDirectory(Path.of(place))) {
                    addClasses(Path.of(place), names, out);
                } else { // another module may be packed already
                    try (FileSystem inside = FileSystems.newFileSystem(Path.of(place))) {
                        addClasses(inside.getPath("/"), names, out);
                    }
                }
            }
        }
        return jar;
    }

    private static void addClasses(Path root, Set<String> names, JarOutputStream out)
            throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
                String name = root.relativize(file).toString();
                if (names.add(name)) {
                    out.putNextEntry(new JarEntry(name));
                    Files.copy(file, out);
                    out.closeEntry();
                }
            }
        }
    }
}
