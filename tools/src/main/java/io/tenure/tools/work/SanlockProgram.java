package io.tenure.tools.work;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Where the {@code sanlock} program lies, which is daemon and client in one. */
public final class SanlockProgram {
    /** Administrators' folders, which the PATH of other users often lacks. */
    private static final List<String> MORE_FOLDERS =
            List.of("/usr/local/sbin", "/usr/sbin", "/sbin");

    private SanlockProgram() {}

    /**
     * Looks for the program.
     *
     * @return its path; empty if it is not installed
     */
    public static Optional<Path> find() {
        String path = System.getenv("PATH");
        List<String> folders =
                new ArrayList<>(Arrays.asList((path == null ? "" : path).split(":", -1)));
        folders.addAll(MORE_FOLDERS);
        return folders.stream()
                .filter(folder -> folder.startsWith("/"))
                .map(folder -> Path.of(folder, "sanlock"))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
