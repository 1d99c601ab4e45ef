package io.tenure.bindings;

/**
 * Native code cannot be used here: a library is not installed, or the JVM refuses native access.
 *
 * <p>The message names what is missing and what to do: the package to install or the flag to add.
 * Thrown by the first call that needs the missing part, never while a class is loaded.
 */
public final class NativeUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what is missing, and what to do about it
     */
    public NativeUnavailableException(String message) {
        super(message);
    }
}
