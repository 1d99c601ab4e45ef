package io.tenure.bindings.internal;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/**
 * A function of the C library as we call it: kept beside its handle, so that a test can compare it
 * with the installed header.
 *
 * @param name the C name
 * @param descriptor what is passed and returned, variadic arguments included
 * @param namedParameters how many parameters come before the variadic ones; all of them when the
 *     function is not variadic
 */
public record CFunction(String name, FunctionDescriptor descriptor, int namedParameters) {

    /**
     * A function that is not variadic.
     *
     * @param name the C name
     * @param descriptor what is passed and returned
     */
    public CFunction(String name, FunctionDescriptor descriptor) {
        this(name, descriptor, descriptor.argumentLayouts().size());
    }

    /**
     * Whether arguments follow the named parameters.
     *
     * @return true when the C prototype ends in {@code ...}
     */
    public boolean isVariadic() {
        return namedParameters < descriptor.argumentLayouts().size();
    }

    /**
     * Links the function, see {@link Downcalls#libc}.
     *
     * @return its handle
     */
    public MethodHandle link() {
        return isVariadic()
                ? Downcalls.libc(name, descriptor, Linker.Option.firstVariadicArg(namedParameters))
                : Downcalls.libc(name, descriptor);
    }
}
