package io.tenure.bindings.sanlock;

import io.tenure.bindings.internal.Downcalls;
import io.tenure.bindings.internal.ForeignMemory;
import io.tenure.bindings.internal.NativeLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A loaded copy of {@code libsanlock_client.so.1}, and the functions of {@code sanlock.h} with
 * their C names. Those of the other headers are behind {@link #admin}, {@link #storage}, {@link
 * #resource} and {@link #text}.
 *
 * <p>They belong to a loaded copy of the library, as each copy remembers the daemon that it first
 * spoke to. {@link #system()} is the copy for the daemon of this host. {@link #copyFor} loads
 * another for the daemon of a given run folder.
 *
 * <p>The functions return what C returns, see {@link SanlockReturn}. None has a time limit: a
 * daemon that hangs, hangs the call. Calls on one registered connection must not overlap; all
 * others may. When the library is missing, loading works and every function throws {@link
 * io.tenure.bindings.NativeUnavailableException}; where it is of an older sanlock, those do that it
 * lacks.
 */
@SuppressWarnings("MemberName") // C names
public final class LibSanlock implements AutoCloseable {
    /** It takes 2 and 3 from the length, which is unsigned. */
    private static final int MIN_EXPORT_BYTES = 3;

    /** What to do where a library lacks a function. */
    private static final String OLDER_LIBRARY =
            "it is older than these bindings; install the client library of sanlock 3.8.5 or newer";

    private final NativeLibrary library;
    private final @Nullable Arena loaded;
    private final LibSanlockAdmin admin;
    private final LibSanlockStorage storage;
    private final LibSanlockResource resource;
    private final LibSanlockText text;
    private final LazyFunction strerror;
    private final LazyFunction path_export;
    private final LazyFunction path_import;

    /**
     * Links the functions of a loaded library.
     *
     * @param library the library
     * @param loaded what keeps it loaded; null if nothing unloads it
     */
    LibSanlock(NativeLibrary library, @Nullable Arena loaded) {
        this.library = library;
        this.loaded = loaded;
        NativeLibrary linked = library.advising(OLDER_LIBRARY);
        admin = new LibSanlockAdmin(linked);
        storage = new LibSanlockStorage(linked);
        resource = new LibSanlockResource(linked);
        text = new LibSanlockText(linked);
        strerror = new LazyFunction(linked, SanlockFunctions.STRERROR);
        path_export = new LazyFunction(linked, SanlockFunctions.PATH_EXPORT);
        path_import = new LazyFunction(linked, SanlockFunctions.PATH_IMPORT);
    }

    /**
     * The library for the daemon of this host: that of the run folder {@code /run/sanlock}, or of
     * {@code SANLOCK_RUN_DIR} in the environment that the JVM started with. Stays loaded.
     *
     * @return always the same
     */
    public static LibSanlock system() {
        return SanlockLoader.system();
    }

    /**
     * Loads another copy of the library and ties it to a daemon.
     *
     * @param runDirectory the run folder of the daemon, which need not run yet
     * @return a copy that the caller closes
     * @throws io.tenure.bindings.NativeUnavailableException if the library is there but no copy of
     *     it can be made and loaded
     * @throws IllegalArgumentException if the path of the daemon's socket would be too long
     */
    public static LibSanlock copyFor(Path runDirectory) {
        return SanlockLoader.copyFor(runDirectory);
    }

    /**
     * The daemon, its lockspaces, hosts and events.
     *
     * @return always the same
     */
    public LibSanlockAdmin admin() {
        return admin;
    }

    /**
     * Areas on storage, and the resource index.
     *
     * @return always the same
     */
    public LibSanlockStorage storage() {
        return storage;
    }

    /**
     * Leases.
     *
     * @return always the same
     */
    public LibSanlockResource resource() {
        return resource;
    }

    /**
     * Structs as text.
     *
     * @return always the same
     */
    public LibSanlockText text() {
        return text;
    }

    /**
     * Whether the library could be loaded.
     *
     * @return empty when it could, else why not, and what to do
     */
    public Optional<String> problem() {
        return library.lookup() == null ? Optional.of(library.missing()) : Optional.empty();
    }

    /** What the functions were linked with. */
    NativeLibrary library() {
        return library;
    }

    /**
     * Unloads a copy; does nothing for {@link #system()}.
     *
     * @throws IllegalStateException if a call is in progress, or the copy is closed already
     */
    @Override
    public void close() {
        if (loaded != null) {
            loaded.close();
        }
    }

    /**
     * The library's own text for a code. It does not know all of them; {@link SanlockReturn#text}
     * does.
     *
     * @param rv what a function returned
     * @return the text
     */
    public String sanlock_strerror(int rv) {
        try {
            return ForeignMemory.string(
                    (MemorySegment) this.strerror.handle().invokeExact(rv), 256);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Copies a path, with a backslash before each space and colon. A backslash is taken to be there
     * for that already, and is copied with what follows it. What does not fit is left out.
     *
     * @param dst receives a char*
     * @param src char*
     * @param dstlen bytes of {@code dst}; the library of 3.8.5 writes past fewer than 3, so those
     *     never reach it
     * @return the length of the copy
     */
    public long sanlock_path_export(MemorySegment dst, MemorySegment src, long dstlen) {
        if (dstlen < MIN_EXPORT_BYTES) {
            return 0;
        }
        try {
            return (long) path_export.handle().invokeExact(dst, src, dstlen);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Copies a path without its backslashes.
     *
     * @param dst receives a char*, without a NUL when it does not fit
     * @param src char*
     * @param dstlen bytes of {@code dst}
     * @return the length of the copy; 0 if it does not fit
     */
    public long sanlock_path_import(MemorySegment dst, MemorySegment src, long dstlen) {
        try {
            return (long) path_import.handle().invokeExact(dst, src, dstlen);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }
}
