package io.tenure.bindings.probe;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Compiles and runs a C program that prints lines of a name, a tab and a value. */
final class CProgram {
    private CProgram() {}

    static Map<String, String> run(Path directory, String source, List<String> linkOptions)
            throws IOException {
        Path workplace = Files.createTempDirectory(directory, "probe");
        Path file = Files.writeString(workplace.resolve("probe.c"), source);
        Path program = workplace.resolve("probe");
        List<String> command =
                new ArrayList<>(List.of("gcc", "-std=gnu11", "-O0", "-Wall", "-Wextra", "-Werror"));
        command.addAll(List.of("-D_FILE_OFFSET_BITS=64", "-o", program.toString()));
        command.add(file.toString());
        command.addAll(linkOptions);
        output(command, workplace);
        Map<String, String> facts = new LinkedHashMap<>();
        for (String line : output(List.of(program.toString()), workplace).lines().toList()) {
            int tab = line.indexOf('\t');
            if (tab < 0 || facts.put(line.substring(0, tab), line.substring(tab + 1)) != null) {
                throw new IOException("the probe printed: " + line);
            }
        }
        return facts;
    }

    private static String output(List<String> command, Path directory) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        try (var stream = process.getInputStream()) {
            String output = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            int exitCode = process.waitFor();
            if (exitCode != 0) {
                throw new IOException(
                        String.join(" ", command) + " ended with " + exitCode + ":\n" + output);
            }
            return output;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + command.getFirst() + " ran", e);
        } finally {
            process.destroyForcibly();
        }
    }
}
