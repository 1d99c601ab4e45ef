package io.tenure.bindings.internal;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * The environment as C code in this process sees it, which {@link System#getenv()} does not follow.
 *
 * <p>Changing it while another thread's C code reads it is a data race in older C libraries, so it
 * is changed only where a library offers no other way in, and put back at once.
 */
public final class ProcessEnvironment {
    static final CFunction SETENV =
            new CFunction("setenv", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
    static final CFunction UNSETENV =
            new CFunction("unsetenv", FunctionDescriptor.of(JAVA_INT, ADDRESS));

    private static final MethodHandle SETENV_HANDLE = SETENV.link();
    private static final MethodHandle UNSETENV_HANDLE = UNSETENV.link();

    private ProcessEnvironment() {}

    /**
     * setenv(3) with overwriting, or unsetenv(3) for a null value.
     *
     * @param name the variable
     * @param value its new value, or null to remove it
     * @return 0 or -errno
     */
    public static int set(String name, @Nullable String value) {
        MemorySegment state = CaptureState.ofThread();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment cName = arena.allocateFrom(name);
            int result =
                    value == null
                            ? (int) UNSETENV_HANDLE.invokeExact(state, cName)
                            : (int)
                                    SETENV_HANDLE.invokeExact(
                                            state, cName, arena.allocateFrom(value), 1);
            return CaptureState.result(result, state);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }
}
