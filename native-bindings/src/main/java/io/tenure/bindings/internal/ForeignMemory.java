package io.tenure.bindings.internal;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/** Memory that a C library allocated and pointed at: looked at with a bound, and freed. */
public final class ForeignMemory {
    static final CFunction FREE =
            new CFunction("free", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));

    private static final MethodHandle FREE_HANDLE = FREE.link();

    private ForeignMemory() {}

    /**
     * Gives a pointer from C the size that the caller knows.
     *
     * @param pointer an address without a size
     * @param bytes how many bytes may be touched there
     * @return the memory; valid until it is freed, which nothing checks
     */
    @SuppressWarnings("restricted") // a pointer from C has no size until somebody gives it one
    public static MemorySegment view(MemorySegment pointer, long bytes) {
        return pointer.reinterpret(bytes);
    }

    /**
     * Reads a string that ends with NUL.
     *
     * @param pointer where it begins
     * @param maxBytes where to stop looking for the NUL
     * @return the text
     * @throws IndexOutOfBoundsException if there is no NUL within the bound
     */
    public static String string(MemorySegment pointer, long maxBytes) {
        return view(pointer, maxBytes).getString(0, StandardCharsets.UTF_8);
    }

    /**
     * Frees what malloc(3) gave.
     *
     * @param pointer what to free; NULL is allowed
     */
    public static void free(MemorySegment pointer) {
        try {
            FREE_HANDLE.invokeExact(CaptureState.ofThread(), pointer);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }
}
