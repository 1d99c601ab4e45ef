package io.tenure.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells whether somebody is watching. The JDK can tell that of standard output only. */
final class Terminal {
    /** Where Linux shows what this process's standard error is; proc(5). */
    private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

    private Terminal() {}

    /** Whether standard error is a terminal that can move its cursor. */
    static boolean isStandardError() {
        if ("dumb".equals(System.getenv("TERM"))) {
            return false;
        }
        try {
            return isTerminalDevice(Files.readSymbolicLink(STANDARD_ERROR).toString());
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
