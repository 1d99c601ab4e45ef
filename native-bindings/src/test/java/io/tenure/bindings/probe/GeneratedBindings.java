package io.tenure.bindings.probe;

import java.io.IOException;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.PaddingLayout;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What jextract generated from a header: compiled, loaded, and asked for the values we have by
 * hand.
 *
 * <p>The shape is that of jextract 22: a constant is a static method of the header's class under
 * its C name, a struct a class under its C name with a static method {@code layout}.
 */
public final class GeneratedBindings implements AutoCloseable {
    private final URLClassLoader loader;
    private final String packageName;
    private final Class<?> header;

    private GeneratedBindings(URLClassLoader loader, String packageName, Class<?> header) {
        this.loader = loader;
        this.packageName = packageName;
        this.header = header;
    }

    /**
     * Compiles and loads what was generated.
     *
     * @param sources the folder that jextract was given as its output
     * @param packageName the package it was given
     * @param headerClass the class it was given for the header
     * @param directory where compiled classes may be put
     * @return the classes; the caller closes them
     * @throws IOException if they do not compile or load
     */
    public static GeneratedBindings load(
            Path sources, String packageName, String headerClass, Path directory)
            throws IOException {
        Path classes = Files.createTempDirectory(directory, "generated");
        compile(sources, classes);
        URLClassLoader loader = new URLClassLoader(new URL[] {classes.toUri().toURL()});
        try {
            Class<?> header = Class.forName(packageName + "." + headerClass, true, loader);
            return new GeneratedBindings(loader, packageName, header);
        } catch (ClassNotFoundException e) {
            loader.close();
            throw new IOException("jextract made no class for the header", e);
        }
    }

    /**
     * Compares constants.
     *
     * @param ours the class that has them by hand
     * @return what is different, one line for each
     */
    public List<String> differences(Class<?> ours) {
        List<String> differences = new ArrayList<>();
        Claims.constantsOf(ours)
                .forEach((name, value) -> {
                    Object theirs = call(header, name);
                    if (!(theirs instanceof Number number) || number.longValue() != value) {
                        differences.add(name + ": ours " + value + ", theirs " + theirs);
                    }
                });
        return differences;
    }

    /**
     * Compares a struct.
     *
     * @param name the name that C has for it
     * @param ours the layout by hand
     * @return what is different, one line for each
     */
    public List<String> differences(String name, GroupLayout ours) {
        try {
            Class<?> struct = Class.forName(packageName + "." + name, true, loader);
            if (!(call(struct, "layout") instanceof GroupLayout theirs)) {
                return List.of(name + " has no layout");
            }
            return differences(name, ours, theirs);
        } catch (ClassNotFoundException e) {
            return List.of("jextract made no class for " + name);
        }
    }

    @Override
    public void close() throws IOException {
        loader.close();
    }

    /** Members that only they have are not told: a newer header gives names to spare bytes. */
    private static List<String> differences(String name, GroupLayout ours, GroupLayout theirs) {
        Map<String, String> members = members(theirs);
        List<String> differences = new ArrayList<>();
        members(ours)
                .forEach((member, place) -> {
                    if (!place.equals(members.get(member))) {
                        differences.add(
                                name
                                        + "."
                                        + member
                                        + ": ours "
                                        + place
                                        + ", theirs "
                                        + members.get(member));
                    }
                });
        if (ours.byteSize() != theirs.byteSize()) {
            differences.add(
                    name + ": ours " + ours.byteSize() + " bytes, theirs " + theirs.byteSize());
        }
        return differences;
    }

    private static Map<String, String> members(GroupLayout layout) {
        Map<String, String> members = new TreeMap<>();
        for (MemoryLayout member : layout.memberLayouts()) {
            if (member instanceof PaddingLayout) {
                continue;
            }
            String name = member.name().orElseThrow();
            members.put(
                    name,
                    member.byteSize()
                            + " bytes at "
                            + layout.byteOffset(PathElement.groupElement(name)));
        }
        return members;
    }

    private static Object call(Class<?> type, String method) {
        try {
            return type.getMethod(method).invoke(null);
        } catch (NoSuchMethodException e) {
            return "nothing";
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new LinkageError(type + "." + method, e);
        }
    }

    private static void compile(Path sources, Path classes) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "javac").toString());
        command.addAll(List.of("-nowarn", "-d", classes.toString()));
        try (Stream<Path> files = Files.walk(sources)) {
            files.filter(file -> file.toString().endsWith(".java"))
                    .forEach(file -> command.add(file.toString()));
        }
        Path output = classes.resolve("javac.out");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        try {
            if (process.waitFor() != 0) {
                throw new IOException(
                        "what jextract generated does not compile:\n"
                                + Files.readString(output, StandardCharsets.UTF_8));
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while javac ran", e);
        }
    }
}
