/** libc, the kernel's I/O calls and libsanlock through {@code java.lang.foreign}. */
module io.tenure.bindings {
    requires static org.jspecify;

    exports io.tenure.bindings;
    exports io.tenure.bindings.aio;
    exports io.tenure.bindings.libc;
    exports io.tenure.bindings.sanlock;
    exports io.tenure.bindings.uring;
    exports io.tenure.sanlock;
}
