package io.tenure.bindings;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenure.bindings.internal.CFunction;
import io.tenure.bindings.internal.NativeLibrary;
import io.tenure.bindings.libc.Libc;
import io.tenure.testing.process.ChildJvm;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NativeSupportTest {
    @TempDir private Path directory;

    @Test
    void here_both_libraries_can_be_used() {
        assertThat(NativeSupport.problem()).isEmpty();
        assertThat(NativeSupport.sanlockProblem()).isEmpty();
    }

    @Test
    void refused_access_shows_at_the_first_use_and_names_the_flag() throws IOException {
        ChildJvm child = run("--illegal-native-access=deny");
        assertThat(child.output())
                .contains("loaded")
                .contains("problem: the JVM refuses native access")
                .contains("sanlock: the JVM refuses native access")
                .contains("call: the JVM refuses native access")
                .contains("--enable-native-access=io.tenure.bindings")
                .contains("--enable-native-access=ALL-UNNAMED");
        assertThat(child.exitCode()).isZero();
    }

    @Test
    void the_flag_that_the_message_names_helps() throws IOException {
        ChildJvm child = run("--illegal-native-access=deny", "--enable-native-access=ALL-UNNAMED");
        assertThat(child.output()).contains("problem: none").contains("call: worked");
    }

    @Test
    void other_machines_are_refused_by_name() throws IOException {
        ChildJvm child = run("--enable-native-access=ALL-UNNAMED", "-Dos.arch=sparc");
        assertThat(child.output())
                .contains("loaded")
                .contains("problem: the native bindings are for Linux")
                .contains("this is Linux on sparc");
    }

    @Test
    void a_library_that_is_missing_is_named_with_the_advice() {
        try (Arena arena = Arena.ofConfined()) {
            NativeLibrary library = NativeLibrary.load("libnosuchthing.so.7", arena, "install it");
            assertThat(library.lookup()).isNull();
            assertThat(library.missing()).contains("libnosuchthing.so.7").contains("install it");
        }
    }

    @Test
    void a_function_that_is_missing_fails_when_it_is_called() throws Throwable {
        var handle =
                new CFunction("no_such_function", FunctionDescriptor.of(ValueLayout.JAVA_INT))
                        .link();
        Assertions.assertThatThrownBy(() -> handle.invoke(MemorySegment.NULL))
                .isInstanceOf(NativeUnavailableException.class)
                .hasMessageContaining("no_such_function");
    }

    private ChildJvm run(String... options) throws IOException {
        return ChildJvm.run(directory, List.of(options), FirstUse.class, Libc.class);
    }

    /** Loads first and calls then, so that the output shows which of the two failed. */
    static final class FirstUse {
        public static void main(String[] arguments) throws ClassNotFoundException {
            Class.forName(Libc.class.getName());
            System.out.println("loaded");
            System.out.println("problem: " + NativeSupport.problem().orElse("none"));
            System.out.println("sanlock: " + NativeSupport.sanlockProblem().orElse("none"));
            try {
                Libc.close(-1);
                System.out.println("call: worked");
            } catch (NativeUnavailableException e) {
                System.out.println("call: " + e.getMessage());
            }
        }
    }
}
