package io.tenure.bindings.internal;

import io.tenure.bindings.NativeUnavailableException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Links native functions to method handles.
 *
 * <p>Linking never throws: where a symbol is missing or native access is refused, the handle that
 * comes back throws {@link NativeUnavailableException} when it is called. So a binding class can
 * keep its handles in static final fields, which the JIT needs, and still loads everywhere.
 *
 * <p>The linker caches what it makes for a function type and its options, so functions of one type
 * share the costly part of linking. {@code Linker.Option.critical} is never used: a call that
 * blocks would hold off every safepoint of the JVM.
 */
public final class Downcalls {
    private static final MethodHandle NEW_UNAVAILABLE = findConstructor();

    private Downcalls() {}

    /**
     * Links a function of the C library that reports through {@code errno}.
     *
     * @param name the C name
     * @param descriptor the C signature
     * @param options further linker options, such as the first variadic argument
     * @return a handle whose first parameter is the segment that receives errno, see {@link
     *     CaptureState}; the others as in the descriptor
     */
    public static MethodHandle libc(
            String name, FunctionDescriptor descriptor, Linker.Option... options) {
        List<Linker.Option> all = new ArrayList<>(List.of(options));
        all.add(CaptureState.option());
        MethodType type = descriptor.toMethodType().insertParameterTypes(0, MemorySegment.class);
        if (!Platform.problem().isEmpty()) { // there may be no linker either
            return failing(type, Platform.problem());
        }
        Optional<MemorySegment> symbol = Linker.nativeLinker().defaultLookup().find(name);
        if (symbol.isEmpty()) {
            return failing(type, "the C library has no function " + name);
        }
        return link(symbol.get(), descriptor, type, all.toArray(Linker.Option[]::new));
    }

    /**
     * Links a function that reports by its return value alone.
     *
     * @param library where to look; a library that could not be loaded is given by {@link
     *     NativeLibrary#missing}
     * @param name the C name
     * @param descriptor the C signature
     * @return a handle with the parameters of the descriptor
     */
    public static MethodHandle function(
            NativeLibrary library, String name, FunctionDescriptor descriptor) {
        MethodType type = descriptor.toMethodType();
        if (!Platform.problem().isEmpty()) {
            return failing(type, Platform.problem());
        }
        SymbolLookup lookup = library.lookup();
        if (lookup == null) {
            return failing(type, library.missing());
        }
        Optional<MemorySegment> symbol = lookup.find(name);
        if (symbol.isEmpty()) {
            return failing(
                    type, library.name() + " has no function " + name + ": " + library.advice());
        }
        return link(symbol.get(), descriptor, type);
    }

    /**
     * Passes on what an invoked handle threw. A checked exception cannot come out of a native call.
     *
     * @param thrown what was caught around {@code invokeExact}
     * @return never; declared so that callers can write {@code throw rethrow(t)}
     */
    public static AssertionError rethrow(Throwable thrown) {
        if (thrown instanceof RuntimeException e) {
            throw e;
        }
        if (thrown instanceof Error e) {
            throw e;
        }
        throw new AssertionError("a native call threw a checked exception", thrown);
    }

    @SuppressWarnings("restricted") // here, and in NativeLibrary, is where native access happens
    private static MethodHandle link(
            MemorySegment symbol,
            FunctionDescriptor descriptor,
            MethodType type,
            Linker.Option... options) {
        try {
            return Linker.nativeLinker().downcallHandle(symbol, descriptor, options);
        } catch (IllegalCallerException e) {
            return failing(type, NativeLibrary.ACCESS_REFUSED);
        }
    }

    /** A handle of the given type that throws the given message, with a fresh stack trace. */
    private static MethodHandle failing(MethodType type, String message) {
        MethodHandle thrower =
                MethodHandles.throwException(type.returnType(), NativeUnavailableException.class);
        MethodHandle fresh = MethodHandles.foldArguments(thrower, NEW_UNAVAILABLE.bindTo(message));
        return MethodHandles.dropArguments(fresh, 0, type.parameterList());
    }

    private static MethodHandle findConstructor() {
        try {
            return MethodHandles.lookup()
                    .findConstructor(
                            NativeUnavailableException.class,
                            MethodType.methodType(void.class, String.class));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("NativeUnavailableException has no such constructor", e);
        }
    }
}
