package io.tenure.tools.output;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells whether somebody is watching. */
public final class Terminal {
    /** Where Linux shows what this process's standard error is; proc(5). */
    private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

    private static final Path STANDARD_OUTPUT = Path.of("/proc/self/fd/1");

    private Terminal() {}

    /**
     * Whether standard error is a terminal that can move its cursor.
     *
     * @return false also if that cannot be told
     */
    public static boolean isStandardError() {
        return isTerminal(STANDARD_ERROR);
    }

    /**
     * Whether standard output is a terminal that can move its cursor.
     *
     * @return false also if that cannot be told
     */
    public static boolean isStandardOutput() {
        return isTerminal(STANDARD_OUTPUT);
    }

    private static boolean isTerminal(Path stream) {
        if ("dumb".equals(System.getenv("TERM"))) {
            return false;
        }
        try {
            return isTerminalDevice(Files.readSymbolicLink(stream).toString());
        } catch (IOException e) {
            // Closed, or no /proc: then nobody can be watching, or nobody can know.
            return false;
        }
    }

    static boolean isTerminalDevice(String path) {
        return path.startsWith("/dev/pts/")
                || path.startsWith("/dev/tty")
                || path.equals("/dev/console");
    }
}
