package io.tenure.bindings.sanlock;

import io.tenure.bindings.internal.CFunction;
import io.tenure.bindings.internal.Downcalls;
import io.tenure.bindings.internal.NativeLibrary;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * A function of one loaded copy of the library, linked at its first call: that costs a cold JVM
 * about 3 ms for each function, and a command calls few of them.
 */
final class LazyFunction {
    private final NativeLibrary library;
    private final CFunction function;
    private volatile @Nullable MethodHandle handle;

    LazyFunction(NativeLibrary library, CFunction function) {
        this.library = library;
        this.function = function;
    }

    /** Two threads may link at once; either result will do. */
    MethodHandle handle() {
        MethodHandle linked = handle;
        if (linked == null) {
            linked = Downcalls.function(library, function.name(), function.descriptor());
            handle = linked;
        }
        return linked;
    }
}
