/** Devices, buffers, engines and the copy path. */
module io.tenure.io {
    requires static transitive org.jspecify;
    requires io.tenure.bindings;

    exports io.tenure.io;
    exports io.tenure.io.buffer;
    exports io.tenure.io.copy;
    exports io.tenure.io.engine;
    exports io.tenure.io.extent;
}
