package io.tenure.tools;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** A verb's failure that already knows its exit code and says what happened in one line. */
final class CommandException extends Exception {
    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;

    /** Further fields of the error object; plain values only. */
    private final transient Map<String, ?> details;

    /**
     * Creates the exception.
     *
     * @param exitCode how the run ends
     * @param message what failed, on what, why, and what to do; one line
     */
    CommandException(ExitCode exitCode, String message) {
        this(exitCode, message, Map.of());
    }

    /**
     * Creates the exception.
     *
     * @param exitCode how the run ends
     * @param message what failed, on what, why, and what to do; one line
     * @param details what a program may want to know besides, for the error object of {@code
     *     --json}: names in snake_case
     */
    CommandException(ExitCode exitCode, String message, Map<String, ?> details) {
        super(message);
        this.exitCode = exitCode;
        this.details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
    }

    ExitCode exitCode() {
        return exitCode;
    }

    Map<String, ?> details() {
        return details;
    }
}
