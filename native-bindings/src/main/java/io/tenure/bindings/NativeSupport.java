package io.tenure.bindings;

import io.tenure.bindings.internal.NativeLibrary;
import io.tenure.bindings.libc.Libc;
import java.lang.foreign.Arena;
import java.util.Optional;

/**
 * Whether native code can be used here, asked before anything depends on it.
 *
 * <p>The answers are for people: they name what is missing and what to do. Code that does not ask
 * gets the same text in a {@link NativeUnavailableException} from its first native call. Both
 * methods really try, so the first call costs the JVM's start-up of native linking (about 100 ms).
 * Safe for use by any thread.
 */
public final class NativeSupport {
    private NativeSupport() {}

    /**
     * Whether the C library can be called.
     *
     * @return empty if it can, else why not and what to do
     */
    public static Optional<String> problem() {
        try {
            Libc.getpid();
            return Optional.empty();
        } catch (NativeUnavailableException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Whether sanlock's client library can be called. It says nothing about the daemon.
     *
     * @return empty if it can, else why not and what to do
     */
    public static Optional<String> sanlockProblem() {
        Optional<String> problem = problem();
        if (problem.isPresent()) {
            return problem;
        }
        try (Arena arena = Arena.ofConfined()) {
            NativeLibrary library = NativeLibrary.sanlockClient(arena);
            return library.lookup() != null ? Optional.empty() : Optional.of(library.missing());
        }
    }
}
