package io.tenure.bindings.sanlock;

import io.tenure.bindings.Errno;
import io.tenure.bindings.NativeUnavailableException;
import io.tenure.bindings.internal.NativeLibrary;
import io.tenure.bindings.internal.ProcessEnvironment;
import io.tenure.bindings.libc.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Loads copies of the library.
 *
 * <p>A copy reads SANLOCK_RUN_DIR when it first connects and keeps that for good. So one process
 * reaches two daemons only through two copies, each from a file of its own, and each making its
 * first connection while the environment names its daemon. One lock covers every such first
 * connection, so that none sees what was set for another.
 */
final class SanlockLoader {
    private static final String RUN_DIRECTORY_VARIABLE = "SANLOCK_RUN_DIR";
    private static final String SOCKET_NAME = "sanlock.sock";

    /** sun_path of unix(7) has 108 bytes with the NUL. */
    private static final int MAX_SOCKET_PATH_BYTES = 107;

    private static final Object FIRST_CONNECTION = new Object();

    private SanlockLoader() {}

    static LibSanlock system() {
        return SystemCopy.INSTANCE;
    }

    static LibSanlock copyFor(Path runDirectory) {
        Path absolute = runDirectory.toAbsolutePath();
        String socket = absolute.resolve(SOCKET_NAME).toString();
        int socketBytes = socket.getBytes(StandardCharsets.UTF_8).length;
        if (socketBytes > MAX_SOCKET_PATH_BYTES) {
            throw new IllegalArgumentException(
                    "the path of the socket has "
                            + socketBytes
                            + " bytes, a unix socket takes at most "
                            + MAX_SOCKET_PATH_BYTES
                            + ": "
                            + socket);
        }
        NativeLibrary original = SystemCopy.INSTANCE.library();
        if (original.lookup() == null) {
            return new LibSanlock(original, null);
        }
        Arena loaded = Arena.ofShared();
        try {
            LibSanlock copy = new LibSanlock(loadCopy(loaded), loaded);
            synchronized (FIRST_CONNECTION) {
                String before = System.getenv(RUN_DIRECTORY_VARIABLE);
                setRunDirectory(absolute.toString());
                try {
                    connectOnce(copy);
                } finally {
                    setRunDirectory(before);
                }
            }
            return copy;
        } catch (RuntimeException | Error e) {
            loaded.close();
            throw e;
        }
    }

    /** The file is not needed once it is mapped; the mapping keeps its inode from being reused. */
    private static NativeLibrary loadCopy(Arena loaded) {
        try {
            Path file = Files.createTempFile("tenure-sanlock-", ".so");
            try {
                Files.copy(mappedFile(), file, StandardCopyOption.REPLACE_EXISTING);
                NativeLibrary library =
                        NativeLibrary.load(
                                file.toString(),
                                loaded,
                                "set java.io.tmpdir to a folder from which libraries may be loaded");
                if (library.lookup() == null) {
                    throw new NativeUnavailableException(library.missing());
                }
                return library;
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            NativeUnavailableException failure =
                    new NativeUnavailableException(
                            "no copy of "
                                    + NativeLibrary.SANLOCK_CLIENT
                                    + " can be made in java.io.tmpdir ("
                                    + System.getProperty("java.io.tmpdir")
                                    + "): "
                                    + e);
            failure.initCause(e);
            throw failure;
        }
    }

    /** Where the dynamic linker found the library. */
    private static Path mappedFile() throws IOException {
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
            return maps.filter(line -> line.contains("/" + NativeLibrary.SANLOCK_CLIENT))
                    .map(line -> Path.of(line.substring(line.indexOf('/'))))
                    .findFirst()
                    .orElseThrow(() ->
                            new IOException(
                                    NativeLibrary.SANLOCK_CLIENT + " is not in /proc/self/maps"));
        }
    }

    private static void setRunDirectory(@Nullable String value) {
        int result = ProcessEnvironment.set(RUN_DIRECTORY_VARIABLE, value);
        if (result < 0) {
            throw new NativeUnavailableException(
                    "setenv " + RUN_DIRECTORY_VARIABLE + ": " + Errno.describe(result));
        }
    }

    /**
     * Makes a copy remember its daemon. Registering is the one call that waits for no answer, so a
     * daemon that hangs does not hang everybody here; whether it runs at all does not matter.
     */
    private static void connectOnce(LibSanlock copy) {
        int descriptor = copy.resource().sanlock_register();
        if (descriptor >= 0) {
            Libc.close(descriptor);
        }
    }

    /** Loaded at first use. */
    private static final class SystemCopy {
        static final LibSanlock INSTANCE = load();

        private static LibSanlock load() {
            NativeLibrary library = NativeLibrary.sanlockClient(Arena.global());
            LibSanlock system = new LibSanlock(library, null);
            if (library.lookup() != null) {
                synchronized (FIRST_CONNECTION) {
                    connectOnce(system);
                }
            }
            return system;
        }
    }
}
