package io.tenure.bindings.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import org.jspecify.annotations.Nullable;

/**
 * A shared library that may be missing.
 *
 * @param name the library's file name or path, as given to dlopen(3)
 * @param lookup its symbols, or null when it could not be loaded
 * @param missing why it could not be loaded, and what to do; empty when it was
 * @param advice what to do when a symbol is missing
 */
public record NativeLibrary(
        String name, @Nullable SymbolLookup lookup, String missing, String advice) {

    /** The name of sanlock's client library. */
    public static final String SANLOCK_CLIENT = "libsanlock_client.so.1";

    /** What to say when the JVM refuses native access. */
    public static final String ACCESS_REFUSED =
            "the JVM refuses native access: add the flag"
                    + " --enable-native-access=io.tenure.bindings"
                    + " (on the class path: --enable-native-access=ALL-UNNAMED)";

    /**
     * Loads a library.
     *
     * @param name the file name or path for dlopen(3)
     * @param arena how long it stays loaded
     * @param advice what to do when it is not there, such as "install the Debian package NAME"
     * @return the library, loaded or not
     */
    @SuppressWarnings("restricted")
    public static NativeLibrary load(String name, Arena arena, String advice) {
        try {
            return new NativeLibrary(name, SymbolLookup.libraryLookup(name, arena), "", advice);
        } catch (IllegalCallerException e) {
            return new NativeLibrary(name, null, ACCESS_REFUSED, advice);
        } catch (IllegalArgumentException e) {
            return new NativeLibrary(name, null, name + " cannot be loaded: " + advice, advice);
        }
    }

    /**
     * The same library with other advice.
     *
     * @param newAdvice what to do when a symbol is missing
     * @return a copy of this record
     */
    public NativeLibrary advising(String newAdvice) {
        return new NativeLibrary(name, lookup, missing, newAdvice);
    }

    /**
     * Loads sanlock's client library, which speaks to the daemon.
     *
     * @param arena how long it stays loaded
     * @return the library, loaded or not
     */
    public static NativeLibrary sanlockClient(Arena arena) {
        if (!Platform.problem().isEmpty()) {
            return new NativeLibrary(SANLOCK_CLIENT, null, Platform.problem(), "");
        }
        return load(
                SANLOCK_CLIENT,
                arena,
                "install sanlock's client library (Debian: libsanlock-client1, Fedora: sanlock-lib)");
    }
}
