package io.tenure.tools.verb;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A verb's failure that already knows its exit code and says what happened in one line. */
public final class CommandException extends Exception {
    private static final long serialVersionUID = 1L;

    /** How the run ends. */
    private final ExitCode exitCode;

    /** Further fields of the error object; plain values only. */
    private final transient Map<String, ?> details;

    /**
     * Creates the exception.
     *
     * @param exitCode how the run ends
     * @param message what failed, on what, why, and what to do; one line
     */
    public CommandException(ExitCode exitCode, String message) {
        this(exitCode, message, Map.of(), null);
    }

    /**
     * Creates the exception.
     *
     * @param exitCode how the run ends
     * @param message what failed, on what, why, and what to do; one line
     * @param details what a program may want to know besides, for the error object of {@code
     *     --json}: names in snake_case
     * @param cause what lies behind it, for {@code --verbose}
     */
    public CommandException(
            ExitCode exitCode, String message, Map<String, ?> details, @Nullable Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
        this.details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
    }

    /**
     * How the run ends.
     *
     * @return the exit code
     */
    public ExitCode exitCode() {
        return exitCode;
    }

    /**
     * Further fields of the error object.
     *
     * @return plain values by their names in snake_case
     */
    public Map<String, ?> details() {
        return details;
    }
}
