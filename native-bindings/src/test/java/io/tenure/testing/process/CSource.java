package io.tenure.testing.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Test support that is written in C: compiled with gcc where and when it is needed. */
public final class CSource {
    private CSource() {}

    /**
     * Compiles a source file that lies beside a class.
     *
     * @param neighbour the class
     * @param name the file's name, such as {@code clock.c}
     * @param folder where the result is to lie
     * @param options further options, such as {@code -shared}
     * @return what was made
     * @throws IOException if there is no gcc, or it refuses, with what it said
     */
    public static Path compile(Class<?> neighbour, String name, Path folder, String... options)
            throws IOException {
        Path source = folder.resolve(name);
        Path made = folder.resolve(name.replaceFirst("\\.c$", ".bin"));
        try (InputStream text = neighbour.getResourceAsStream(name)) {
            Files.copy(Objects.requireNonNull(text, () -> name + " beside " + neighbour), source);
        }
        List<String> command =
                new ArrayList<>(List.of("gcc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror"));
        command.addAll(List.of(options));
        command.addAll(List.of("-o", made.toString(), source.toString()));
        Process gcc = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (InputStream said = gcc.getInputStream()) {
            String output = new String(said.readAllBytes(), StandardCharsets.UTF_8);
            if (gcc.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + " failed:\n" + output);
            }
            return made;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while gcc ran", e);
        } finally {
            gcc.destroyForcibly();
        }
    }
}
