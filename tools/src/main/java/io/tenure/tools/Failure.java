package io.tenure.tools;

import io.tenure.bindings.NativeUnavailableException;
import io.tenure.format.NotTenureDomainException;
import io.tenure.jobs.FailureKind;
import io.tenure.sanlock.SanlockException;
import io.tenure.tools.verb.CommandException;
import io.tenure.tools.verb.ExitCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a run that failed tells its caller.
 *
 * @param exitCode how the run ends
 * @param message what failed, for people
 * @param details further fields of the error object
 */
record Failure(ExitCode exitCode, String message, Map<String, ?> details) {

    Failure(ExitCode exitCode, String message) {
        this(exitCode, message, Map.of());
    }

    /** The one place where exceptions of the lower modules get their exit codes. */
    static Failure of(Throwable thrown) {
        return switch (thrown) {
            case CommandException e -> new Failure(e.exitCode(), message(e), e.details());
            case NativeUnavailableException e -> new Failure(ExitCode.ENVIRONMENT, message(e));
            case NotTenureDomainException e -> new Failure(ExitCode.FAILED, message(e));
            case SanlockException e -> new Failure(exitCode(e), message(e));
            case InterruptedException _ -> new Failure(ExitCode.INTERRUPTED, "interrupted");
            case FileSystemException e -> new Failure(ExitCode.FAILED, describe(e));
            case UncheckedIOException e ->
                    of(e.getCause() == null ? new IOException(e) : e.getCause());
            case IOException e -> new Failure(ExitCode.of(FailureKind.of(e)), message(e));
            default ->
                    new Failure(
                            ExitCode.FAILED,
                            "internal error: %s (--verbose shows where)".formatted(thrown));
        };
    }

    /** What sanlock's own answers mean where no lease manager has put them into other words. */
    private static ExitCode exitCode(SanlockException e) {
        if (e.isDaemonGone() || e.isNotJoined()) {
            return ExitCode.ENVIRONMENT;
        }
        if (e.isHeldElsewhere() || e.isHeldHere()) {
            return ExitCode.LEASE_UNAVAILABLE;
        }
        return e.isNoLease() ? ExitCode.INVALID_METADATA : ExitCode.FAILED;
    }

    /** The error object of {@code --json}. */
    Map<String, ?> toFields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("error", exitCode.errorName());
        fields.put("message", message);
        fields.put("exit_code", exitCode.status());
        fields.putAll(details);
        return fields;
    }

    private static String message(Throwable thrown) {
        String message = thrown.getMessage();
        return message == null ? thrown.getClass().getSimpleName() : message;
    }

    /** The JDK's own message of these is often no more than the path. */
    private static String describe(FileSystemException e) {
        String file = String.valueOf(e.getFile());
        return switch (e) {
            case NoSuchFileException _ -> file + ": no such file or directory";
            case FileAlreadyExistsException _ -> file + ": exists already";
            case AccessDeniedException _ -> file + ": permission denied";
            default -> message(e);
        };
    }
}
