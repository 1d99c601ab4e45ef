package io.tenure.bindings.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The environment that native code sees. {@link System#getenv} does not see the changes.
 *
 * <p><b>Not safe</b> while another thread may read the environment in native code (getenv,
 * getaddrinfo, localtime ...): the C library moves it under its reader. So not exported.
 */
public final class ProcessEnvironment {
    private static final MethodHandle SETENV =
            Downcalls.libc(
                    "setenv",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT,
                            ValueLayout.ADDRESS,
                            ValueLayout.ADDRESS,
                            ValueLayout.JAVA_INT));
    private static final MethodHandle UNSETENV =
            Downcalls.libc(
                    "unsetenv", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));

    private ProcessEnvironment() {}

    /**
     * Sets a variable, replacing what it was, see setenv(3).
     *
     * @param name its name
     * @param value its value
     * @return 0 or -errno
     */
    public static int set(String name, String value) {
        MemorySegment state = CaptureState.ofThread();
        try (Arena arena = Arena.ofConfined()) {
            int result =
                    (int)
                            SETENV.invokeExact(
                                    state, arena.allocateFrom(name), arena.allocateFrom(value), 1);
            return CaptureState.result(result, state);
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
    }

    /**
     * Removes a variable, see unsetenv(3).
     *
     * @param name its name
     * @return 0 or -errno
     */
    public static int unset(String name) {
        MemorySegment state = CaptureState.ofThread();
        try (Arena arena = Arena.ofConfined()) {
            int result = (int) UNSETENV.invokeExact(state, arena.allocateFrom(name));
            return CaptureState.result(result, state);
        } catch (Throwable e) {
            throw Downcalls.rethrow(e);
        }
    }
}
