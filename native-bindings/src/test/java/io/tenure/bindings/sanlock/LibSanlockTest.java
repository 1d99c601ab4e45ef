package io.tenure.bindings.sanlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenure.bindings.Errno;
import io.tenure.bindings.NativeUnavailableException;
import io.tenure.bindings.internal.CFunction;
import io.tenure.bindings.internal.CaptureState;
import io.tenure.bindings.internal.ForeignMemory;
import io.tenure.bindings.internal.NativeLibrary;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LibSanlockTest {
    @TempDir private Path directory;

    @Test
    void without_the_library_every_call_says_what_to_install() {
        try (LibSanlock missing =
                new LibSanlock(
                        NativeLibrary.load("libsanlock_absent.so.1", Arena.global(), "install it"),
                        null)) {
            assertThat(missing.problem().orElseThrow()).contains("libsanlock_absent.so.1");
            assertThatThrownBy(missing.resource()::sanlock_register)
                    .isInstanceOf(NativeUnavailableException.class)
                    .hasMessageContaining("libsanlock_absent.so.1")
                    .hasMessageContaining("install it");
            assertThatThrownBy(() -> missing.sanlock_strerror(-2))
                    .isInstanceOf(NativeUnavailableException.class);
        }
    }

    @Test
    void an_older_library_is_told_by_the_function_that_it_lacks_and_the_version_that_has_it() {
        LibSanlock libc =
                new LibSanlock(NativeLibrary.load("libc.so.6", Arena.global(), "install it"), null);
        assertThatThrownBy(libc.resource()::sanlock_register)
                .isInstanceOf(NativeUnavailableException.class)
                .hasMessageContaining("sanlock_register")
                .hasMessageContaining("sanlock 3.8.5 or newer");
    }

    @Test
    void a_release_that_would_crash_the_daemon_never_reaches_it() {
        LibSanlock library = LibSanlock.system();
        assertThat(library.resource().sanlock_release(-1, -1, 0, 9, MemorySegment.NULL))
                .isEqualTo(-Errno.EINVAL);
        assertThat(
                        library.resource()
                                .sanlock_release(
                                        -1,
                                        -1,
                                        SanlockConstants.SANLK_REL_ALL,
                                        0,
                                        MemorySegment.NULL))
                .isEqualTo(-Errno.EINVAL);
    }

    @Test
    void a_run_folder_whose_socket_path_is_too_long_is_refused() {
        Path tooLong = Path.of("/tmp/" + "x".repeat(100));
        assertThatThrownBy(() -> LibSanlock.copyFor(tooLong))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 107");
    }

    @Test
    void a_copy_leaves_no_file_and_no_environment_behind() throws IOException {
        try (LibSanlock copy = LibSanlock.copyFor(directory)) {
            assertThat(copy.resource().sanlock_register()).isEqualTo(-Errno.ENOENT);
            assertThat(Files.readAllLines(Path.of("/proc/self/maps")))
                    .filteredOn(line -> line.contains("tenure-sanlock-"))
                    .isNotEmpty()
                    .allMatch(line -> line.endsWith("(deleted)"));
            assertThat(runDirectoryInEnvironment())
                    .isEqualTo(System.getenv().getOrDefault("SANLOCK_RUN_DIR", "none"));
        }
    }

    @Test
    void a_closed_copy_refuses_calls_instead_of_jumping_into_nothing() {
        LibSanlock copy = LibSanlock.copyFor(directory);
        copy.close();
        assertThatThrownBy(copy.resource()::sanlock_register)
                .isInstanceOf(IllegalStateException.class);
    }

    private static String runDirectoryInEnvironment() {
        MethodHandle getenv =
                new CFunction(
                                "getenv",
                                FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS))
                        .link();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value =
                    (MemorySegment)
                            getenv.invokeExact(
                                    CaptureState.ofThread(), arena.allocateFrom("SANLOCK_RUN_DIR"));
            return value.address() == 0 ? "none" : ForeignMemory.string(value, 1024);
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }
}
